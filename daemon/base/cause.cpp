// SPDX-License-Identifier: GPL-2.0-only
#include "base/cause.hpp"

#include <cstddef>
#include <iterator>

namespace mk {

namespace {

constexpr CauseEntry entries[] = {
    {"", ErrorCode::Failed, "", "", ""},

    {"no-such-module", ErrorCode::NotFound,
     "No module, alias or file has this name, for this kernel",
     "modprobe: FATAL: Module foo not found in directory /lib/modules/6.1.0",
     "Check the spelling with \"modkeeper info NAME\"; install the package that has the module"},
    {"no-index", ErrorCode::NotFound, "The index of modules of this kernel is missing or damaged",
     "modprobe: FATAL: Module foo not found, though its file is there", "depmod -a"},
    {"unreadable-file", ErrorCode::NotAuthorized, "The caller may not read the module's file",
     "insmod: ERROR: could not load module ./foo.ko: Permission denied",
     "Ask as a user who may read it"},
    {"built-in", ErrorCode::BuiltIn, "The kernel has the module built in",
     "modprobe loads nothing and says nothing",
     "Nothing has to be loaded; set its parameters on the kernel's command line, as "
     "NAME.PARAMETER"},
    {"already-loaded", ErrorCode::AlreadyLoaded, "A module of this name is loaded",
     "insmod: ERROR: could not insert module foo.ko: File exists",
     "modkeeper reload NAME, to have it with other parameters or from another file"},
    {"blacklisted", ErrorCode::Blacklisted, "A line \"blacklist\" of modprobe.d forbids it",
     "nothing is loaded when the device comes",
     "Remove the line, which the message names, or load it with --ignore-blacklist"},
    {"replaced-by-command", ErrorCode::ReplacedByCommand,
     "A line \"install\" of modprobe.d puts a command in its place that loads nothing",
     "modprobe: ERROR: Error running install command '/bin/false' for module foo: retcode 1",
     "Remove the line, which the message names; \"modkeeper unmask NAME\" when modkeeper masked "
     "it"},
    {"command-failed", ErrorCode::ReplacedByCommand,
     "The command that modprobe.d puts in its place, or before it, failed",
     "modprobe: ERROR: ... Error running install command",
     "Run the command by hand and read what it prints"},
    {"no-helper", ErrorCode::Failed,
     "The kernel cannot ask for a module: kernel.modprobe, the program that it runs for that, is "
     "empty or missing",
     "RTNETLINK answers: Operation not supported (ip link add type dummy)",
     "sysctl kernel.modprobe=/sbin/modprobe, and look in sysctl.d for what changed it"},

    {"not-privileged", ErrorCode::DeniedByKernel,
     "The caller lacks CAP_SYS_MODULE in the initial user namespace",
     "insmod: ERROR: could not insert module foo.ko: Operation not permitted",
     "Load it as root outside of containers and sandboxes"},
    {"user-namespace", ErrorCode::DeniedByKernel,
     "The caller has CAP_SYS_MODULE in a user namespace of its own, such as that of a container, "
     "which gives no right over the kernel's modules",
     "modprobe: ERROR: could not insert 'foo': Operation not permitted, although it is root",
     "Load it outside: on the host, before the container starts"},
    {"modules-disabled", ErrorCode::DeniedByKernel, "kernel.modules_disabled is 1",
     "modprobe: ERROR: could not insert 'foo': Operation not permitted",
     "Boot again; it cannot be set back. Something set it: look in sysctl.d"},
    {"kernel-command-line", ErrorCode::DeniedByKernel,
     "module_blacklist= on the kernel's command line forbids it, or initcall_blacklist= its init",
     "Module foo is blacklisted (the kernel's log)", "Boot without the word"},
    {"lockdown", ErrorCode::DeniedByKernel,
     "The kernel is locked down and takes only modules with a signature that it trusts",
     "Lockdown: insmod: unsigned module loading is restricted",
     "Sign it with an enrolled key (sign-file, mokutil --import), or turn Secure Boot off"},
    {"security-module", ErrorCode::DeniedByKernel,
     "SELinux, AppArmor, IMA, LoadPin or another security module denied it",
     "insmod: ERROR: could not insert module foo.ko: Permission denied",
     "Look at the audit log (ausearch -m avc, journalctl -k)"},
    {"no-module-support", ErrorCode::Failed,
     "The kernel cannot load modules, or none that is packed",
     "insmod: ERROR: could not insert module foo.ko: Function not implemented",
     "Use a kernel with CONFIG_MODULES; load packed files (.ko.xz, .ko.gz, .ko.zst) with modkeeper "
     "load or modprobe, which unpack them"},
    {"filtered-call", ErrorCode::DeniedByKernel,
     "A filter of system calls (seccomp) keeps the caller from asking the kernel",
     "Bad system call; insmod: ERROR: could not insert module foo.ko: Operation not permitted",
     "Look at SystemCallFilter= and ProtectKernelModules= of the unit, or at the profile of the "
     "container; load it on the host"},

    {"unsigned", ErrorCode::BadSignature,
     "It is not signed, and the kernel takes signed modules only",
     "Loading of unsigned module is rejected (the kernel's log)",
     "Sign it with an enrolled key (sign-file, mokutil --import)"},
    {"untrusted-key", ErrorCode::BadSignature,
     "It is signed with a key that the kernel does not have",
     "Loading of module with unavailable key is rejected (the kernel's log)",
     "Enrol the key (mokutil --import), or install a build that is signed with an enrolled one"},
    {"damaged-signature", ErrorCode::BadSignature,
     "Its signature does not fit its contents, or cannot be read",
     "insmod: ERROR: could not insert module foo.ko: Key was rejected by service",
     "Install it again, or sign it anew; strip a module before it is signed, never after"},

    {"damaged-file", ErrorCode::BadFormat, "The file is damaged, cut short or no ELF object",
     "insmod: ERROR: could not insert module foo.ko: Invalid module format", "Install it again"},
    {"wrong-architecture", ErrorCode::BadFormat, "The file is for another kind of processor",
     "insmod: ERROR: could not insert module foo.ko: Exec format error",
     "Build or install it for this machine"},
    {"not-a-module", ErrorCode::BadFormat,
     "The file is an object file, stripped, or not finished by the last step of a build",
     "insmod: ERROR: could not insert module foo.o: Invalid module format",
     "Take the .ko that the kernel's build made"},
    {"other-kernel", ErrorCode::BadFormat,
     "It was built for another kernel, or for other options of it",
     "version magic '6.1.0' should be '6.12.0' (the kernel's log)",
     "Install the build for the running kernel; dkms autoinstall makes those of DKMS"},
    {"file-busy", ErrorCode::Failed, "Its file is open for writing",
     "insmod: ERROR: could not insert module foo.ko: Text file busy",
     "Try again when what writes it is done"},

    {"missing-symbol", ErrorCode::UnknownSymbol,
     "Neither the kernel nor any module exports a symbol that it needs",
     "foo: Unknown symbol bar (err -2) (the kernel's log)",
     "Install the module that provides it and run depmod -a, or build it for this kernel"},
    {"missing-dependency", ErrorCode::UnknownSymbol, "A module that it needs is not installed",
     "modprobe: ERROR: could not insert 'foo': Unknown symbol in module",
     "Install that module and run depmod -a"},
    {"provider-not-loaded", ErrorCode::UnknownSymbol,
     "The module that exports a symbol that it needs is not loaded",
     "insmod: ERROR: could not insert module foo.ko: Unknown symbol in module",
     "Load that module first; modkeeper load and modprobe do it"},
    {"symbol-version", ErrorCode::BadFormat,
     "It was built against another version of a symbol: their checksums differ",
     "foo: disagrees about version of symbol module_layout (the kernel's log)",
     "Build it again, for the running kernel and the modules that it uses"},
    {"gpl-only-symbol", ErrorCode::UnknownSymbol,
     "Its licence does not allow it a symbol that it needs",
     "foo: module using GPL-only symbols uses symbols from proprietary module (the kernel's log)",
     "Only its author can mend that"},
    {"symbol-namespace", ErrorCode::UnknownSymbol,
     "It uses a symbol of a namespace that it does not import",
     "module foo uses symbol bar from namespace BAZ, but does not import it (the kernel's log)",
     "Add MODULE_IMPORT_NS() to its source"},
    {"duplicate-symbol", ErrorCode::BadFormat,
     "It exports a symbol that the kernel or a loaded module exports",
     "foo: exports duplicate symbol bar (owned by baz) (the kernel's log)",
     "Unload the other module first"},

    {"unknown-parameter", ErrorCode::UnknownParameter, "It has no parameter of this name",
     "foo: unknown parameter 'bar' ignored (the kernel's log)",
     "\"modkeeper info NAME\" lists its parameters"},
    {"bad-parameter", ErrorCode::BadParameter, "A parameter does not take the value",
     "foo: `x' invalid for parameter `bar' (the kernel's log)",
     "\"modkeeper info NAME\" lists what its parameters take"},

    {"name-taken", ErrorCode::BadFormat,
     "Something in the kernel has a name that it needs, such as a folder of /sys",
     "sysfs: cannot create duplicate filename (the kernel's log)",
     "Boot again, when a module left it behind; or mend the module"},
    {"no-memory", ErrorCode::Failed, "The kernel had not enough memory for it",
     "insmod: ERROR: could not insert module foo.ko: Cannot allocate memory",
     "Free memory, or unload other modules; variables for each processor have a small area of "
     "their own"},
    {"vetoed", ErrorCode::DeniedByKernel, "A listener inside the kernel refused it",
     "the errno of the listener", "The kernel's log may say which module listens"},
    {"denied-by-policy", ErrorCode::DeniedByKernel,
     "A rule of the policy that is set in modkeeper's driver denies it",
     "modkeeper: denied foo for modprobe[812] uid 0: 10-cve.rules:2 (the kernel's log); "
     "modprobe: ERROR: could not insert 'foo': Permission denied",
     "Change the rule, which the message names; modkeeper.policy_mode=off on the kernel's command "
     "line turns all rules off until the next boot"},
    {"interrupted", ErrorCode::Canceled, "A signal ended the load, or somebody canceled it",
     "insmod: ERROR: could not insert module foo.ko: Interrupted system call", "Load it again"},
    {"no-device", ErrorCode::InitFailed,
     "Its init ran and found no device that it drives, or none that is free",
     "insmod: ERROR: could not insert module foo.ko: No such device",
     "Check that the device is there (lspci, lsusb) and that no other driver has it"},
    {"missing-firmware", ErrorCode::InitFailed,
     "Its init ran and did not find the file that it gives to the device",
     "foo 0000:01:00.0: Direct firmware load for foo.bin failed with error -2 (the kernel's log)",
     "Install the package that has the file, in Debian's non-free-firmware"},
    {"init-failed", ErrorCode::InitFailed,
     "Its init ran and returned an error of its own choice, or crashed",
     "insmod: ERROR: could not insert module foo.ko: Invalid argument",
     "Read what it printed into the kernel's log: \"modkeeper log NAME\""},

    {"not-loaded", ErrorCode::NotLoaded, "No module of this name is loaded",
     "rmmod: ERROR: Module foo is not currently loaded", "Nothing has to be unloaded"},
    {"used-by-modules", ErrorCode::InUse, "Other modules use it",
     "rmmod: ERROR: Module foo is in use by: bar",
     "Unload those first; \"modkeeper unload --with-dependents NAME\" does it"},
    {"held", ErrorCode::InUse, "Something other than a module holds it",
     "rmmod: ERROR: Module foo is in use", "Close, unmount or take down what the message names"},
    {"no-exit", ErrorCode::InUse, "It has no exit function: once loaded it stays",
     "rmmod: ERROR: could not remove 'foo': Device or resource busy", "Boot again"},
    {"being-loaded", ErrorCode::InUse, "It is being loaded",
     "rmmod: ERROR: could not remove 'foo': Device or resource busy",
     "Try again when its init is done; one that hangs stays until the next boot"},
    {"being-unloaded", ErrorCode::InUse, "It is being unloaded",
     "rmmod: ERROR: could not remove 'foo': Device or resource busy",
     "Try again when its exit is done"},
    {"takes-away", ErrorCode::InUse,
     "A network interface, disk or keyboard that is in use would go with it, and nobody was there "
     "to ask",
     "rmmod unloads it, and the connection is gone",
     "\"modkeeper unload --dry-run NAME\" shows what would go; --yes says that it may"},

    {"unknown", ErrorCode::Failed, "What was seen does not tell the cause", "",
     "\"modkeeper log NAME\" shows the kernel's log of that time"},
};

static_assert(std::size(entries) == static_cast<std::size_t>(Cause::Unknown) + 1);

} // namespace

std::span<const CauseEntry> cause_entries() {
    return entries;
}

const CauseEntry &entry_of(Cause cause) {
    return entries[static_cast<std::size_t>(cause)];
}

std::string_view word_of(Cause cause) {
    return entry_of(cause).word;
}

Cause cause_of_word(std::string_view word) {
    for (std::size_t i = 0; i < std::size(entries); ++i)
        if (entries[i].word == word)
            return static_cast<Cause>(i);
    return Cause::None;
}

Cause cause_of_number(std::uint64_t number) {
    return number < std::size(entries) ? static_cast<Cause>(number) : Cause::None;
}

Cause cause_of_code(ErrorCode code) {
    switch (code) {
    case ErrorCode::BuiltIn:
        return Cause::BuiltIn;
    case ErrorCode::AlreadyLoaded:
        return Cause::AlreadyLoaded;
    case ErrorCode::NotLoaded:
        return Cause::NotLoaded;
    case ErrorCode::Blacklisted:
        return Cause::Blacklisted;
    case ErrorCode::ReplacedByCommand:
        return Cause::ReplacedByCommand;
    case ErrorCode::UnknownParameter:
        return Cause::UnknownParameter;
    case ErrorCode::BadParameter:
        return Cause::BadParameter;
    case ErrorCode::UnknownSymbol:
        return Cause::MissingSymbol;
    case ErrorCode::BadFormat:
        return Cause::DamagedFile;
    case ErrorCode::InitFailed:
        return Cause::InitFailed;
    default:
        return Cause::None;
    }
}

} // namespace mk
