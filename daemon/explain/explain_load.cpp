// SPDX-License-Identifier: GPL-2.0-only
#include "explain/explain_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "base/foreign_text.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "explain/capability.hpp"
#include "explain/deciding_line.hpp"
#include "explain/device_check.hpp"
#include "explain/init_failure.hpp"
#include "preflight/signing_advice.hpp"

namespace mk {

namespace {

// The capability is asked for before anything else; without it, nothing else was the reason.
std::optional<Diagnosis> by_capability(const LoadRefusal &refusal) {
    if (refusal.error != EPERM)
        return std::nullopt;
    return without_capability(refusal.capability, {});
}

// Where the kernel says more.
std::string in_log(const LoadRefusal &refusal) {
    return fmt::format("look at what the kernel printed (\"modkeeper log {}\")",
                       as_word(refusal.module));
}

// Nobody saw whether it ran, and the kernel has few reasons of its own for that answer.
Diagnosis guess_init_failed(const LoadRefusal &refusal) {
    auto guess = init_failed(refusal);
    guess.reason.replace(0, std::strlen("its init"), "its init (or the kernel just before)");
    guess.certainty = Certainty::Inferred;
    return guess;
}

// @is_before_init: it is known that its own code did not run.
Diagnosis permission(const LoadRefusal &refusal, bool is_before_init) {
    const auto &kernel = refusal.kernel;
    if (kernel.modules_disabled)
        return failure(Cause::ModulesDisabled, {},
                       "kernel.modules_disabled is 1: no module can be loaded or unloaded until "
                       "the next boot");
    if (kernel.blacklists(refusal.module))
        return failure(Cause::KernelCommandLine, {},
                       "module_blacklist= on the kernel command line forbids it",
                       "boot without it");
    if (kernel.signatures_enforced)
        return failure(Cause::Unsigned, {},
                       "the kernel enforces signatures (module.sig_enforce) and this one has "
                       "none that it trusts");
    if (!kernel.lockdown.empty() && kernel.lockdown != "none")
        return failure(Cause::Lockdown, {},
                       fmt::format("the kernel is locked down ({})", kernel.lockdown));
    if (refusal.capability == driver::Capability::Held)
        return failure(Cause::SecurityModule, {},
                       "the caller had CAP_SYS_MODULE, so something else denied it: a security "
                       "module of the kernel, or kernel.modules_disabled at that time",
                       "see the audit log", Certainty::Inferred);
    if (!is_before_init)
        return guess_init_failed(refusal);
    return failure(Cause::NotPrivileged, {}, "permission was denied",
                   "it takes CAP_SYS_MODULE in the initial user namespace, which a container or "
                   "a unit's sandbox may take away",
                   Certainty::Inferred);
}

Diagnosis bad_format(const LoadRefusal &refusal) {
    const auto built_for = split(refusal.vermagic, " ");
    if (!built_for.empty() && built_for[0] != refusal.kernel.release)
        return failure(Cause::OtherKernel, {},
                       fmt::format("the format check failed: it was built for kernel {}, but {} "
                                   "is running",
                                   built_for[0], refusal.kernel.release),
                       "install the build for the running kernel");
    if (refusal.stage == driver::Stage::Format)
        return failure(Cause::OtherKernel, {},
                       "the format check failed: it was built for another kernel, or for other "
                       "build options",
                       "install the build for the running kernel");
    return failure(Cause::DamagedFile, {},
                   "the format check failed: the file is damaged, truncated, or not a module for "
                   "this kernel",
                   {}, Certainty::Inferred);
}

// An answer that the kernel gave before the module's own code ran, and that its code could give
// too.
Diagnosis before_init(const LoadRefusal &refusal) {
    switch (refusal.error) {
    case EEXIST:
        return failure(Cause::NameTaken, {},
                       "the kernel says that something of it exists already, though the module "
                       "is not loaded: two sections of one name, or a leftover in /sys/module");
    case EIO:
        return failure(Cause::DamagedFile, {}, "the kernel could not read its file",
                       "look into the kernel log for errors of the disk", Certainty::Inferred);
    case EOPNOTSUPP:
        return failure(Cause::NoModuleSupport, {},
                       "this kernel cannot unpack a module itself, and was given a packed one",
                       "load it with modkeeper load or modprobe, which unpack it");
    case EBUSY:
        return failure(Cause::BeingLoaded, {},
                       "a module of this name is being loaded or unloaded by somebody else",
                       "try again when that is done");
    // The kernel's own answer to a missing symbol.
    case ENOENT:
        return failure(Cause::MissingSymbol, {},
                       "linking failed: neither the kernel nor a loaded module has a symbol "
                       "that it needs",
                       in_log(refusal), Certainty::Inferred);
    default:
        return failure(Cause::Unknown, {}, "the kernel refused the file before it began", {},
                       Certainty::Inferred);
    }
}

Diagnosis by_errno(const LoadRefusal &refusal, std::optional<bool> began) {
    if (began == true)
        return init_failed(refusal);
    switch (refusal.error) {
    case EPERM:
        return permission(refusal, began == false);
    case EACCES:
        return failure(Cause::SecurityModule, {}, "a security module of the kernel denied it",
                       "see the audit log");
    case ENOEXEC:
        return bad_format(refusal);
    case ENOKEY:
        return failure(
            Cause::UntrustedKey, {},
            "the signature check failed: it is not signed, or signed with a key that the "
            "kernel does not have");
    case EKEYREJECTED:
    case EBADMSG:
    case ENODATA:
    case ENOPKG:
    case ELIBBAD:
        return failure(Cause::DamagedSignature, {}, "the signature check failed",
                       "install a build that is signed with a trusted key");
    case ENOSYS:
        return failure(Cause::NoModuleSupport, {},
                       "the running kernel cannot load modules (built without CONFIG_MODULES, "
                       "or the system call is filtered)");
    case EFBIG:
        return failure(Cause::DamagedFile, {}, "its file is larger than the kernel reads: 2 GiB",
                       "build or install it again");
    case ETXTBSY:
        return failure(Cause::FileBusy, {}, "its file is open for writing",
                       "try again when that is done");
    case EINTR:
        return failure(Cause::Interrupted, {}, "the load was interrupted", "load it again");
    case ENOMEM:
        return failure(Cause::NoMemory, {}, "there is not enough memory for it", "free memory");
    default:
        break;
    }
    return began.has_value() ? before_init(refusal) : guess_init_failed(refusal);
}

// Of a record that names no stage.
Diagnosis without_stage(const LoadRefusal &refusal, std::optional<bool> began) {
    // a record without an errno
    if (refusal.error == 0)
        return failure(Cause::InitFailed, {},
                       "it failed after it was linked, when its parameters were set or in its "
                       "init",
                       in_log(refusal), Certainty::Inferred);
    return by_errno(refusal, began);
}

Diagnosis denied_by_policy(const LoadRefusal &refusal) {
    std::string text = refusal.rule.empty()
                           ? "a rule of the policy denied it"
                           : fmt::format("rule {} of the policy denied it", as_word(refusal.rule));
    if (!refusal.rule_reason.empty())
        text += fmt::format(": {}", in_quotes(refusal.rule_reason));
    // modkeeper mask wrote it
    if (refusal.rule == "mask-" + refusal.module)
        return failure(Cause::DeniedByPolicy, {}, text,
                       fmt::format("\"modkeeper unmask {}\" lets it in", as_word(refusal.module)));
    return failure(Cause::DeniedByPolicy, {}, text,
                   fmt::format("\"modkeeper policy why {0}\" says where that rule is written, "
                               "\"modkeeper policy allow {0} --reason TEXT\" lets it in",
                               as_word(refusal.module)));
}

Diagnosis by_stage(const LoadRefusal &refusal, std::optional<bool> began) {
    using driver::Stage;
    switch (refusal.stage) {
    case Stage::Permission:
        return by_errno(refusal, refusal.error == EACCES || refusal.error == EPERM
                                     ? std::optional<bool>(false)
                                     : began);
    case Stage::Signature:
        // A kernel that demands no signature refuses only those that do not fit the file.
        if (refusal.error == EKEYREJECTED && !refusal.kernel.demands_signatures())
            return failure(Cause::DamagedSignature, {},
                           "the signature check failed: its signature does not fit the file",
                           "reinstall it, or sign it again after the last change");
        return failure(Cause::UntrustedKey, {},
                       "the signature check failed: it is not signed, or not with a key that "
                       "the kernel trusts");
    case Stage::Elf:
        return failure(Cause::DamagedFile, {},
                       "the file is damaged, truncated, or not a kernel module", "reinstall it");
    case Stage::Blacklist:
        return failure(Cause::KernelCommandLine, {},
                       "module_blacklist= on the kernel command line forbids it",
                       "boot without it");
    case Stage::Format:
        return bad_format(refusal);
    case Stage::Duplicate:
        return failure(Cause::AlreadyLoaded, {}, "a module of this name is loaded or being loaded",
                       fmt::format("\"modkeeper reload {}\" loads it anew, with other parameters "
                                   "if they follow",
                                   as_word(refusal.module)));
    case Stage::Memory:
        return failure(Cause::NoMemory, {}, "there is not enough memory for it", "free memory");
    case Stage::Symbols:
        return failure(Cause::MissingSymbol, {},
                       "linking failed: a symbol that it needs is missing or of another "
                       "version, or one that it exports already exists",
                       in_log(refusal) + ", run depmod -a, and load it with modkeeper load, which "
                                         "loads first what it needs");
    case Stage::Veto:
        return failure(Cause::Vetoed, {}, "a module notifier in the kernel refused it",
                       in_log(refusal) + ", or unload the module that refuses it: it is one that "
                                         "watches loads");
    case Stage::Parameters:
        return failure(
            Cause::BadParameter, {}, "it was refused when its parameters were set",
            fmt::format("\"modkeeper info {}\" lists its parameters", as_word(refusal.module)));
    case Stage::Sysfs:
        return failure(Cause::NameTaken, {}, "its directory in /sys/module could not be created",
                       in_log(refusal));
    case Stage::Init:
        return init_failed(refusal);
    case Stage::Policy:
        return denied_by_policy(refusal);
    case Stage::None:
    case Stage::Unknown:
        break;
    }
    return without_stage(refusal, began);
}

// What the deciding line of the kernel's log says; nothing: no line decides.
std::optional<Diagnosis> by_log(const LoadRefusal &refusal) {
    const auto sign = deciding_line(refusal.log);
    if (!sign)
        return std::nullopt;
    auto found = failure(sign->cause, {}, sign->reason, sign->remedy_for(refusal.module));
    found.evidence = {KernelLines{{sign->line}}};
    return found;
}

// The stages at which a kernel that answers @error may have stopped for what its file shows.
std::span<const driver::Stage> stages_in_file(int error) {
    using driver::Stage;
    static constexpr Stage file[] = {Stage::Elf};
    static constexpr Stage format[] = {Stage::Elf, Stage::Format};
    static constexpr Stage symbols[] = {Stage::Symbols};
    // what is empty or no regular file is EINVAL before it is read
    static constexpr Stage invalid[] = {Stage::Elf, Stage::Symbols, Stage::Parameters};
    static constexpr Stage values[] = {Stage::Parameters};
    static constexpr Stage permission[] = {Stage::Permission, Stage::Blacklist, Stage::Signature};
    static constexpr Stage signature[] = {Stage::Signature};
    static constexpr Stage init[] = {Stage::Init};
    switch (error) {
    case ENOEXEC:
        return format;
    case ENOENT:
        return symbols;
    case EINVAL:
        return invalid;
    // a number, or a text, that is too large for its type
    case ERANGE:
    case ENOSPC:
        return values;
    case EIO:
        return file;
    case ENODEV:
    case ENXIO:
        return init;
    case EPERM:
        return permission;
    case EKEYREJECTED:
    case ENOKEY:
    case EBADMSG:
    case ENODATA:
    case ENOPKG:
    case ELIBBAD:
        return signature;
    default:
        return {};
    }
}

// The checksum of the layout of a module is compared before its vermagic.
bool is_of_format(const Diagnosis &check) {
    return check.stage == driver::Stage::Elf || check.stage == driver::Stage::Format ||
           check.cause == Cause::SymbolVersion;
}

// Where the kernel would stop for what is wrong with the file, may it have been stopped there?
bool may_be_where(const Diagnosis &check, const LoadRefusal &refusal, bool has_begun) {
    using driver::Stage;
    // the kernel passes over a parameter that the module does not have
    if (check.severity != Severity::Fails || check.cause == Cause::UnknownParameter)
        return false;
    switch (refusal.stage) {
    case Stage::None:
    case Stage::Unknown:
        break;
    case Stage::Elf:
    case Stage::Format:
        return is_of_format(check);
    default:
        return check.stage == refusal.stage;
    }
    if (refusal.error == ENOEXEC && !has_begun)
        return is_of_format(check);
    if (has_begun && check.stage != Stage::Parameters && check.stage != Stage::Init)
        return false;
    const auto stages = stages_in_file(refusal.error);
    return std::find(stages.begin(), stages.end(), check.stage) != stages.end();
}

// What is wrong with the file, where that is what stopped the kernel: it says more than the kernel.
std::optional<Diagnosis> by_file(const LoadRefusal &refusal, bool has_begun) {
    for (const auto &check : refusal.checks)
        if (may_be_where(check, refusal, has_begun)) {
            auto found = check;
            // a line of the same call shows it
            if (const auto sign = deciding_line(refusal.log))
                found.evidence.emplace_back(KernelLines{{sign->line}});
            return found;
        }
    return std::nullopt;
}

// Depends on the machine, whatever showed the cause.
bool needs_signature(Cause cause) {
    return cause == Cause::Unsigned || cause == Cause::UntrustedKey || cause == Cause::Lockdown;
}

Diagnosis find_cause(const LoadRefusal &refusal, std::optional<bool> began) {
    if (auto found = by_capability(refusal))
        return std::move(*found);
    if (auto found = by_file(refusal, began == true))
        return std::move(*found);
    if (auto found = by_log(refusal))
        return std::move(*found);
    auto found = by_stage(refusal, began);
    if (!refusal.log.empty())
        found.evidence = {KernelLines{refusal.log}};
    return found;
}

} // namespace

bool can_file_tell(driver::Stage stage, int error) {
    // devices are not looked for in the file: device_check() does that
    return stage == driver::Stage::Parameters ||
           (!is_device_missing(error) && !stages_in_file(error).empty());
}

Diagnosis diagnose_load(const LoadRefusal &refusal, std::optional<bool> began) {
    auto found = find_cause(refusal, began);
    found.subject = refusal.module;
    found.stage = refusal.stage;
    if (needs_signature(found.cause))
        found.remedies = signing_advice(refusal.kernel);
    found.outcome = refusal.module == refusal.target || is_path(refusal.target)
                        ? fmt::format("module {} was not loaded", as_word(refusal.module))
                        : fmt::format("{} was not loaded: module {} was refused",
                                      as_word(refusal.target), as_word(refusal.module));
    if (refusal.error != 0)
        found.evidence.emplace_back(KernelAnswer{refusal.error});
    return found;
}

} // namespace mk
