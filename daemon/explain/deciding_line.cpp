// SPDX-License-Identifier: GPL-2.0-only
#include "explain/deciding_line.hpp"

namespace mk {

namespace {

struct Sign {
    std::string_view text; // in kernel/module/, lib/ or security/ of the kernel
    Cause cause;
    std::string_view reason;
    std::string_view remedy = {};
};

constexpr std::string_view firmware_switch =
    "its init failed: what it drives is switched off in the setup of the firmware (BIOS)";
constexpr std::string_view firmware_remedy = "switch it on there; nothing can do that from here";
constexpr std::string_view missing_feature =
    "its init failed: this processor, or the virtual machine, lacks what it drives";

// The first that is found counts: what comes first is the cause of what comes after.
constexpr Sign signs[] = {
    {"disagrees about version of symbol", Cause::SymbolVersion,
     "linking failed: it was built against another kernel configuration than the running one",
     "build it again for this kernel"},
    {"no symbol version for", Cause::SymbolVersion,
     "linking failed: it has no checksum for a symbol that it uses, which this kernel compares",
     "build it against the kernel's Module.symvers"},
    {"GPL-only symbol", Cause::GplOnlySymbol,
     "linking failed: its licence does not allow a symbol that it uses"},
    {"using GPL-only symbols", Cause::GplOnlySymbol,
     "linking failed: its licence does not allow a symbol that it uses"},
    {"but does not import it", Cause::SymbolNamespace,
     "linking failed: it uses a symbol namespace that it does not import"},
    {"(owned by kernel)", Cause::DuplicateSymbol,
     "linking failed: the kernel itself exports the same symbol",
     "use the one that is built in, or build this one without that symbol"},
    {"exports duplicate symbol", Cause::DuplicateSymbol,
     "linking failed: a loaded module exports the same symbol", "unload that module first"},
    {"gave up waiting for init of module", Cause::ProviderNotLoaded,
     "linking failed: a module that it needs has not ended its own init",
     "find out why that one hangs, or try again when its init is done"},
    {"(err -16)", Cause::ProviderNotLoaded,
     "linking failed: a module that it needs has not ended its own init",
     "try again when its init is done"},
    {"Unknown symbol", Cause::MissingSymbol,
     "linking failed: neither the kernel nor a loaded module has a symbol that it needs",
     "load the module that provides it first, or run depmod"},
    {"version magic", Cause::OtherKernel,
     "the format check failed: it was built for another kernel",
     "install the build for the running kernel, or build it again for it"},
    {"failed to validate module [", Cause::OtherKernel,
     "the check of its type information (BTF) failed: it was made for another build of the kernel",
     "build it again for this kernel, or take it out with objcopy --remove-section .BTF"},
    {"livepatch support is disabled", Cause::OtherKernel,
     "the format check failed: it is a livepatch, which this kernel is not built for"},
    {"this_module section size must match", Cause::OtherKernel,
     "the format check failed: it was built for a kernel of another configuration",
     "build it again for this kernel"},
    {"Invalid architecture in ELF header", Cause::WrongArchitecture,
     "the format check failed: it is for another kind of processor",
     "install the build for this machine"},
    {"module has no symbols (stripped?)", Cause::NotAModule,
     "the format check failed: it was stripped of the symbols that the kernel needs",
     "reinstall it, stripped with --strip-debug at most"},
    {"No .gnu.linkonce.this_module", Cause::NotAModule,
     "the format check failed: it is an object file, not a finished module",
     "use the .ko file that the kernel build makes"},
    {"decompression failed", Cause::DamagedFile, "the kernel could not unpack it", "reinstall it"},
    {"Invalid ELF", Cause::DamagedFile, "the format check failed: the file is damaged or truncated",
     "reinstall it"},
    {"invalid relocation target", Cause::DamagedFile, "linking failed: the file is damaged",
     "reinstall it"},
    {"Unknown rela relocation", Cause::DamagedFile, "linking failed: the file is damaged",
     "reinstall it"},
    {"overflow in relocation", Cause::DamagedFile,
     "linking failed: it was built with compiler options that this kernel's modules cannot have",
     "build it with the kernel's own build system"},
    {"invalid for parameter", Cause::BadParameter, "it was refused when its parameters were set",
     "modinfo lists its parameters"},
    {"too large for parameter", Cause::BadParameter,
     "it was refused when its parameters were set: a value is too large"},
    {"can only take", Cause::BadParameter,
     "it was refused when its parameters were set: a list has too many values"},
    {"is blacklisted", Cause::KernelCommandLine,
     "module_blacklist= on the kernel command line forbids it", "boot without it"},
    {"Loading of unsigned module is rejected", Cause::Unsigned,
     "the signature check failed: it is not signed"},
    {"Loading of module with unsupported crypto is rejected", Cause::DamagedSignature,
     "the signature check failed: its signature uses a digest that this kernel does not support",
     "sign it with the hash that CONFIG_MODULE_SIG_HASH names"},
    {"Loading of module with unavailable key is rejected", Cause::UntrustedKey,
     "the signature check failed: the kernel does not have the key that signed it"},
    {"Lockdown: ", Cause::Lockdown, "the kernel is locked down and accepts only signed modules"},
    {"LoadPin: ", Cause::SecurityModule,
     "LoadPin takes modules only from the file system that the first one came from",
     "load it from there, or boot with loadpin.enforce=0"},
    {"kobject_add_internal failed", Cause::NameTaken,
     "a directory that it creates in /sys already exists", "the kernel log names the directory"},
    {"sysfs: cannot create duplicate filename", Cause::NameTaken,
     "a directory that it creates in /sys already exists", "the kernel log names the directory"},
    {"bytes percpu data", Cause::NoMemory, "the kernel's per-CPU area for modules is full",
     "boot with a larger percpu_alloc="},
    {"vmap allocation for size", Cause::NoMemory, "the kernel's address range for modules is full"},
    {"vmalloc error: size", Cause::NoMemory, "there is not enough memory for it"},
    {"page allocation failure", Cause::NoMemory, "there is not enough memory for it"},
    {"disabled by bios", Cause::NoDevice, firmware_switch, firmware_remedy},
    {"(by BIOS)", Cause::NoDevice, firmware_switch, firmware_remedy},
    {"no hardware support", Cause::NoDevice, missing_feature},
    {"not supported by CPU", Cause::NoDevice, missing_feature},
    {"Direct firmware load for", Cause::MissingFirmware,
     "its init failed: the firmware file that it asks for is not installed",
     "install the package that has the file (apt-file finds it, in Debian's non-free-firmware)"},
};

} // namespace

std::optional<DecidingLine> deciding_line(const std::vector<std::string> &log) {
    for (const auto &sign : signs)
        for (const auto &line : log)
            if (line.find(sign.text) != std::string::npos)
                return DecidingLine{line, sign.cause, sign.reason, sign.remedy};
    return std::nullopt;
}

} // namespace mk
