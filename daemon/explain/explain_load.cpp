// SPDX-License-Identifier: GPL-2.0-only
#include "explain/explain_load.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/foreign_text.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

// Lines of the kernel's log that decide, whatever the errno; the first that is found counts.
struct Sign {
    std::string_view text;
    ErrorCode code;
    std::string_view cause;
    std::string_view remedy = {};
};

constexpr std::array signs = {
    Sign{"disagrees about version of symbol", ErrorCode::BadFormat,
         "linking failed: it was built against another kernel configuration than the running one",
         "build it again for this kernel"},
    Sign{"GPL-only symbol", ErrorCode::UnknownSymbol,
         "linking failed: its licence does not allow a symbol that it uses"},
    Sign{"but does not import it", ErrorCode::UnknownSymbol,
         "linking failed: it uses a symbol namespace that it does not import"},
    Sign{"exports duplicate symbol", ErrorCode::BadFormat,
         "linking failed: a loaded module exports the same symbol", "unload that one first"},
    Sign{"Unknown symbol", ErrorCode::UnknownSymbol,
         "linking failed: neither the kernel nor a loaded module has a symbol that it needs",
         "load the module that provides it first, or run depmod"},
    Sign{"version magic", ErrorCode::BadFormat,
         "the format check failed: it was built for another kernel",
         "install the build for the running one"},
    Sign{"invalid for parameter", ErrorCode::BadParameter,
         "it was refused when its parameters were set", "modinfo tells what they take"},
    Sign{"too large for parameter", ErrorCode::BadParameter,
         "it was refused when its parameters were set: a value is too large"},
    Sign{"is blacklisted", ErrorCode::DeniedByKernel,
         "module_blacklist= on the kernel command line forbids it", "boot without that"},
    Sign{"Lockdown: ", ErrorCode::DeniedByKernel,
         "the kernel is locked down and takes signed modules only",
         "sign it with a key that the kernel trusts"},
};

Diagnosis permission(const LoadRefusal &refusal) {
    const auto &kernel = refusal.kernel;
    if (kernel.modules_disabled)
        return failure(ErrorCode::DeniedByKernel, {},
                       "kernel.modules_disabled is 1: no module can be loaded or unloaded until "
                       "the next boot");
    if (kernel.blacklists(refusal.module))
        return failure(ErrorCode::DeniedByKernel, {},
                       "module_blacklist= on the kernel command line forbids it",
                       "boot without that");
    if (kernel.signatures_enforced)
        return failure(ErrorCode::BadSignature, {},
                       "the kernel enforces signatures (module.sig_enforce) and this one has "
                       "none that it trusts");
    if (!kernel.lockdown.empty() && kernel.lockdown != "none")
        return failure(ErrorCode::DeniedByKernel, {},
                       fmt::format("the kernel is locked down ({})", kernel.lockdown),
                       "sign the module with a key that it trusts");
    return failure(ErrorCode::DeniedByKernel, {}, "permission was denied",
                   "it takes CAP_SYS_MODULE in the initial user namespace, which a container or "
                   "a unit's sandbox may take away",
                   Certainty::Inferred);
}

Diagnosis bad_format(const LoadRefusal &refusal) {
    const auto built_for = split(refusal.vermagic, " ");
    if (!built_for.empty() && built_for[0] != refusal.kernel.release)
        return failure(ErrorCode::BadFormat, {},
                       fmt::format("the format check failed: it was built for kernel {}, {} is "
                                   "running",
                                   built_for[0], refusal.kernel.release),
                       "install the build for that one");
    if (refusal.stage == driver::Stage::Format)
        return failure(ErrorCode::BadFormat, {},
                       "the format check failed: it was built for another kernel, or with other "
                       "options of it",
                       "install the build for the running one");
    return failure(ErrorCode::BadFormat, {},
                   "the format check failed: the file is damaged, cut short or no module of "
                   "this kernel",
                   {}, Certainty::Inferred);
}

// Its own code ran, and gave back an errno of its choice: it means what the module says.
Diagnosis init_failed(const LoadRefusal &refusal) {
    std::string text = "its init failed";
    if (refusal.error == ENODEV || refusal.error == ENXIO)
        text += "; usually it found no hardware that it drives";
    if (refusal.error == ENOMEM)
        text += ": there was not enough memory for it";
    return failure(ErrorCode::InitFailed, {}, text);
}

Diagnosis by_errno(const LoadRefusal &refusal, std::optional<bool> began) {
    if (began == true)
        return init_failed(refusal);
    switch (refusal.error) {
    case EPERM:
        return permission(refusal);
    case EACCES:
        return failure(ErrorCode::DeniedByKernel, {}, "a security module of the kernel denied it",
                       "look at the audit log");
    case ENOEXEC:
        return bad_format(refusal);
    case ENOKEY:
        return failure(ErrorCode::BadSignature, {},
                       "the signature check failed: it is not signed, or with a key that the "
                       "kernel does not have",
                       "enrol the key or install a signed build");
    case EKEYREJECTED:
    case EBADMSG:
    case ENODATA:
    case ENOPKG:
    case ELIBBAD:
        return failure(ErrorCode::BadSignature, {}, "the signature check failed",
                       "install a build that is signed with a trusted key");
    case EEXIST:
        return failure(ErrorCode::BadFormat, {},
                       "the kernel says that something of it exists already, though the module "
                       "is not loaded: two sections of one name, or a leftover in /sys/module");
    case ENOSYS:
        return failure(ErrorCode::Failed, {},
                       "the running kernel cannot load modules (built without CONFIG_MODULES, "
                       "or the system call is filtered)");
    case ETXTBSY:
        return failure(ErrorCode::Failed, {}, "its file is open for writing",
                       "try again when that is done");
    case EINTR:
        return failure(ErrorCode::Canceled, {}, "the load was interrupted");
    case ENOMEM:
        return failure(ErrorCode::Failed, {}, "there is not enough memory for it");
    default:
        break;
    }
    if (!began.has_value()) {
        auto guess = init_failed(refusal);
        guess.cause.replace(0, std::strlen("its init"), "its init (or the kernel just before)");
        guess.certainty = Certainty::Inferred;
        return guess;
    }
    // The kernel's own answer to a missing symbol.
    if (refusal.error == ENOENT)
        return failure(ErrorCode::UnknownSymbol, {},
                       "linking failed: neither the kernel nor a loaded module has a symbol "
                       "that it needs",
                       "the kernel's log names it", Certainty::Inferred);
    return failure(ErrorCode::Failed, {}, "the kernel refused the file before it began", {},
                   Certainty::Inferred);
}

// Of a record that names no stage.
Diagnosis without_stage(const LoadRefusal &refusal, std::optional<bool> began) {
    // a record without an errno
    if (refusal.error == 0)
        return failure(ErrorCode::InitFailed, {},
                       "it failed after it was linked, when its parameters were set or in its "
                       "init",
                       "look at the kernel's log", Certainty::Inferred);
    return by_errno(refusal, began);
}

Diagnosis by_stage(const LoadRefusal &refusal, std::optional<bool> began) {
    using driver::Stage;
    switch (refusal.stage) {
    case Stage::Permission:
        return by_errno(refusal, refusal.error == EACCES || refusal.error == EPERM
                                     ? std::optional<bool>(false)
                                     : began);
    case Stage::Signature:
        return failure(ErrorCode::BadSignature, {},
                       "the signature check failed: it is not signed, or not with a key that "
                       "the kernel trusts",
                       "enrol the key or install a signed build");
    case Stage::Elf:
        return failure(ErrorCode::BadFormat, {},
                       "the file is damaged, cut short or no kernel module", "install it again");
    case Stage::Blacklist:
        return failure(ErrorCode::DeniedByKernel, {},
                       "module_blacklist= on the kernel command line forbids it",
                       "boot without that");
    case Stage::Format:
        return bad_format(refusal);
    case Stage::Duplicate:
        return failure(ErrorCode::AlreadyLoaded, {},
                       "one of this name is loaded already, or being loaded");
    case Stage::Memory:
        return failure(ErrorCode::Failed, {}, "there is not enough memory for it");
    case Stage::Symbols:
        return failure(ErrorCode::UnknownSymbol, {},
                       "linking failed: a symbol that it needs is not there, of another "
                       "version, or one that it exports is there already",
                       "the kernel's log names it, depmod and modprobe bring what it depends on");
    case Stage::Veto:
        return failure(ErrorCode::DeniedByKernel, {},
                       "another part of the kernel that is told of loads refused it",
                       "look at the kernel's log");
    case Stage::Parameters:
        return failure(ErrorCode::BadParameter, {}, "it was refused when its parameters were set",
                       "modinfo tells what they take");
    case Stage::Sysfs:
        return failure(ErrorCode::Failed, {}, "its files in /sys/module could not be made",
                       "the kernel's log says which one was there already");
    case Stage::Init:
        return init_failed(refusal);
    case Stage::None:
    case Stage::Unknown:
        break;
    }
    return without_stage(refusal, began);
}

// What the deciding line of the kernel's log says; nothing: no line decides.
std::optional<Diagnosis> by_log(const LoadRefusal &refusal) {
    for (const auto &sign : signs)
        for (const auto &line : refusal.log)
            if (line.find(sign.text) != std::string::npos) {
                auto found = failure(sign.code, {}, sign.cause, sign.remedy);
                found.evidence = {KernelLines{{line}}};
                return found;
            }
    return std::nullopt;
}

} // namespace

Diagnosis diagnose_load(const LoadRefusal &refusal, std::optional<bool> began) {
    auto found = by_log(refusal);
    if (!found) {
        found = by_stage(refusal, began);
        if (!refusal.log.empty())
            found->evidence = {KernelLines{refusal.log}};
    }
    found->subject = refusal.module;
    found->stage = refusal.stage;
    found->outcome = refusal.module == refusal.target || is_path(refusal.target)
                         ? fmt::format("module {} was not loaded", as_word(refusal.module))
                         : fmt::format("{} was not loaded: module {} was refused",
                                       as_word(refusal.target), as_word(refusal.module));
    if (refusal.error != 0)
        found->evidence.emplace_back(KernelAnswer{refusal.error});
    return std::move(*found);
}

} // namespace mk
