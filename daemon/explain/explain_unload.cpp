// SPDX-License-Identifier: GPL-2.0-only
#include "explain/explain_unload.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "base/errno_text.hpp"
#include "base/foreign_text.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

Error in_use(const UnloadRefusal &refusal) {
    const auto name = as_word(refusal.module);
    if (name == "modkeeper" && refusal.holders.empty())
        return {ErrorCode::InUse, "module modkeeper is in use: modkeeperd, and whoever else reads "
                                  "it, has /dev/modkeeper open; run systemctl stop modkeeperd, "
                                  "then rmmod modkeeper"};
    if (!refusal.holders.empty())
        return {ErrorCode::InUse,
                fmt::format("module {} is in use by {} {}; unload {} first", name,
                            refusal.holders.size() == 1 ? "module" : "modules",
                            join(refusal.holders), refusal.holders.size() == 1 ? "it" : "them")};
    if (!refusal.held_by.empty())
        return {ErrorCode::InUse,
                fmt::format("module {} is in use: {}", name, join(refusal.held_by, "; "))};
    if (refusal.references > 0)
        return {
            ErrorCode::InUse,
            fmt::format("module {} is in use: {} held, none by another module; look for open files "
                        "of its devices, mounts, network interfaces or running sessions",
                        name,
                        refusal.references == 1
                            ? "1 reference to it is"
                            : fmt::format("{} references to it are", refusal.references))};
    return {
        ErrorCode::InUse,
        fmt::format("module {} was in use a moment ago, nothing holds it now; try again", name)};
}

Error error_of(const UnloadRefusal &refusal) {
    const auto name = as_word(refusal.module);
    if (refusal.state == LoadState::BuiltIn)
        return {ErrorCode::BuiltIn,
                fmt::format("module {} is built into the kernel: it cannot be unloaded", name)};
    if (refusal.error == ENOENT)
        return {ErrorCode::NotLoaded, fmt::format("module {} is not loaded", name)};
    if (refusal.error == EPERM && refusal.modules_disabled)
        return {ErrorCode::DeniedByKernel,
                fmt::format("module {} was not unloaded: kernel.modules_disabled is 1 until the "
                            "next boot",
                            name)};
    if (refusal.error == EPERM || refusal.error == EACCES)
        return {ErrorCode::DeniedByKernel,
                fmt::format("module {} was not unloaded: permission was denied ({}); it takes "
                            "CAP_SYS_MODULE",
                            name, errno_text(refusal.error))};
    if (refusal.permanent)
        return {ErrorCode::InUse, fmt::format("module {} has no exit function: once loaded it "
                                              "stays until the next boot",
                                              name)};
    if (refusal.state == LoadState::Coming)
        return {
            ErrorCode::InUse,
            fmt::format("module {} is still being loaded; try again when its init is done", name)};
    if (refusal.state == LoadState::Going)
        return {ErrorCode::InUse, fmt::format("module {} is being unloaded already", name)};
    if (refusal.error == EAGAIN || refusal.error == EBUSY)
        return in_use(refusal);
    return {ErrorCode::Failed,
            fmt::format("module {} was not unloaded: {}", name, errno_text(refusal.error))};
}

} // namespace

Error explain_unload(const UnloadRefusal &refusal) {
    Error error = error_of(refusal);
    error.facts = {refusal.module, refusal.error, "", refusal.holders};
    return error;
}

} // namespace mk
