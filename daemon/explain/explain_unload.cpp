// SPDX-License-Identifier: GPL-2.0-only
#include "explain/explain_unload.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "base/errno_text.hpp"
#include "base/foreign_text.hpp"
#include "base/text_file.hpp"
#include "explain/capability.hpp"

namespace mk {

namespace {

// Users that are no modules.
Diagnosis held_otherwise(const UnloadRefusal &refusal, const std::string &outcome) {
    if (const auto &held = refusal.held_by; !held.clauses.empty())
        return failure(Cause::Held, outcome, text_of(held), held.remedy);
    auto count = refusal.references == 1
                     ? std::string("1 reference to it is")
                     : fmt::format("{} references to it are", refusal.references);
    return failure(Cause::Held, outcome, count + " held, none by another module",
                   "look for open files of its devices, mounts, network interfaces or running "
                   "sessions");
}

Diagnosis in_use(const UnloadRefusal &refusal) {
    const auto name = as_word(refusal.module);
    auto outcome = fmt::format("module {} is in use", name);
    if (name == "modkeeper" && refusal.holders.empty())
        return failure(Cause::Held, outcome,
                       "modkeeperd, or another program that reads it, has /dev/modkeeper open",
                       "run systemctl stop modkeeperd, then rmmod modkeeper");
    if (!refusal.holders.empty()) {
        const bool is_one = refusal.holders.size() == 1;
        return failure(Cause::UsedByModules,
                       fmt::format("{} by {} {}", outcome, is_one ? "module" : "modules",
                                   join(refusal.holders)),
                       {},
                       is_one ? fmt::format("unload {} first", refusal.holders.front())
                              : "unload these first");
    }
    if (!refusal.held_by.clauses.empty() || refusal.references > 0)
        return held_otherwise(refusal, outcome);
    return failure(Cause::Held,
                   fmt::format("module {} was in use a moment ago, but nothing holds it now", name),
                   {}, "try again");
}

Diagnosis by_errno(const UnloadRefusal &refusal) {
    auto outcome = fmt::format("module {} was not unloaded", as_word(refusal.module));
    if (refusal.error == EPERM)
        if (auto found = without_capability(refusal.capability, outcome))
            return std::move(*found);
    if (refusal.error == EPERM && refusal.modules_disabled)
        return failure(Cause::ModulesDisabled, outcome,
                       "kernel.modules_disabled is 1 until the next boot");
    if (refusal.error == EPERM || refusal.error == EACCES)
        return failure(Cause::NotPrivileged, outcome,
                       fmt::format("permission was denied ({})", errno_text(refusal.error)),
                       "it takes CAP_SYS_MODULE");
    return failure(Cause::Unknown, outcome, errno_text(refusal.error));
}

// What a crash has ended stays as it is.
Diagnosis unfinished(Cause cause, const std::string &outcome, const char *remedy,
                     const UnloadRefusal &refusal) {
    auto found = failure(cause, outcome, {}, remedy);
    if (refusal.kernel_has_crashed)
        found.remedies.push_back(fmt::format(
            "if it does not end (this kernel has had a crash; \"modkeeper why {}\" tells "
            "whether it was there), boot again",
            as_word(refusal.module)));
    return found;
}

Diagnosis found_for(const UnloadRefusal &refusal) {
    const auto module = fmt::format("module {}", as_word(refusal.module));
    if (refusal.state == LoadState::BuiltIn)
        return failure(Cause::BuiltIn, module + " is built into the kernel",
                       "it cannot be unloaded");
    if (refusal.error == ENOENT)
        return failure(Cause::NotLoaded, module + " is not loaded");
    if (refusal.error == EPERM || refusal.error == EACCES)
        return by_errno(refusal);
    if (refusal.permanent)
        return failure(Cause::NoExit, module + " has no exit function",
                       "once loaded, it stays until the next boot");
    if (refusal.state == LoadState::Coming)
        return unfinished(Cause::BeingLoaded, module + " is still being loaded",
                          "try again when its init is done", refusal);
    if (refusal.state == LoadState::Going)
        return unfinished(Cause::BeingUnloaded, module + " is being unloaded already",
                          "wait until its exit is done", refusal);
    if (refusal.error == EAGAIN || refusal.error == EBUSY)
        return in_use(refusal);
    return by_errno(refusal);
}

} // namespace

Diagnosis diagnose_unload(const UnloadRefusal &refusal) {
    auto found = found_for(refusal);
    found.subject = refusal.module;
    found.holders = texts_of(refusal.holders);
    found.evidence = {KernelAnswer{refusal.error, false}};
    return found;
}

} // namespace mk
