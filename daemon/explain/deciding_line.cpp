// SPDX-License-Identifier: GPL-2.0-only
#include "explain/deciding_line.hpp"

#include "base/foreign_text.hpp"
#include "base/module_name.hpp"

namespace mk {

namespace {

struct Sign {
    std::string_view text; // in kernel/module/, lib/ or security/ of the kernel
    Cause cause;
    // " %" stands for a blank and the word of the line, or for nothing where it has none
    std::string_view reason;
    std::string_view remedy = {};
    std::string_view until =
        {}; // must come after @text, and ends the word; "": the word is the rest
    bool has_word = false;
};

constexpr bool with_word = true;
constexpr std::string_view anything = {};

// More is none that helps.
constexpr std::size_t word_max = 200;

constexpr std::string_view ask_author =
    "ask its author for a version under a GPL-compatible licence";
constexpr std::string_view free_memory = "free memory, or unload other modules, and try again";
constexpr std::string_view parameter_refused = "the value of its parameter % was refused";
constexpr std::string_view unload_owner =
    "unload what has it; one that a module left behind goes with the next boot";
constexpr std::string_view own_build = "build it with the kernel's own build system";
constexpr std::string_view parameters_listed =
    "\"modkeeper info MODULE\" lists its parameters and what they take";

constexpr std::string_view firmware_switch =
    "its init failed: what it drives is switched off in the setup of the firmware (BIOS)";
constexpr std::string_view firmware_remedy = "switch it on there; nothing can do that from here";
constexpr std::string_view missing_feature =
    "its init failed: this processor, or the virtual machine, lacks what it drives";

// The first that is found counts: what comes first is the cause of what comes after.
constexpr Sign signs[] = {
    {"disagrees about version of symbol ", Cause::SymbolVersion,
     "linking failed: it was built against another kernel configuration than the running one, or "
     "another build of the module that has the symbol %",
     "build it again for this kernel, and for the modules that it uses", anything, with_word},
    {"no symbol version for ", Cause::SymbolVersion,
     "linking failed: it has no checksum for the symbol % that it uses, which this kernel compares",
     "build it against the Module.symvers of the kernel and of the modules that it uses", anything,
     with_word},
    {"GPL-only symbol ", Cause::GplOnlySymbol,
     "linking failed: its licence does not allow it the symbol % that it uses", ask_author,
     anything, with_word},
    {"using GPL-only symbols", Cause::GplOnlySymbol,
     "linking failed: its licence does not allow a symbol that it uses", ask_author},
    {"from namespace ", Cause::SymbolNamespace,
     "linking failed: it uses a symbol of the namespace % that it does not import",
     "add MODULE_IMPORT_NS() of that namespace to its source", ", but does not import it",
     with_word},
    {"(owned by kernel)", Cause::DuplicateSymbol,
     "linking failed: the kernel itself exports the same symbol",
     "use the one that is built in, or build this one without that symbol"},
    {"(owned by ", Cause::DuplicateSymbol,
     "linking failed: the loaded module % exports the same symbol", "unload that module first", ")",
     with_word},
    {"gave up waiting for init of module", Cause::ProviderNotLoaded,
     "linking failed: a module that it needs has not ended its own init",
     "find out why that one hangs, or try again when its init is done"},
    {"(err -16)", Cause::ProviderNotLoaded,
     "linking failed: a module that it needs has not ended its own init",
     "try again when its init is done"},
    {"Unknown symbol ", Cause::MissingSymbol,
     "linking failed: neither the kernel nor a loaded module has the symbol % that it needs",
     "load the module that provides it first (modkeeper load does it after depmod -a), or build "
     "this one for the running kernel",
     " (err ", with_word},
    {"version magic", Cause::OtherKernel,
     "the format check failed: it was built for another kernel",
     "install the build for the running kernel, or build it again for it"},
    {"failed to validate module [", Cause::OtherKernel,
     "the check of its type information (BTF) failed: it was made for another build of the kernel",
     "build it again for this kernel, or take it out with objcopy --remove-section .BTF"},
    {"livepatch: symbol ", Cause::OtherKernel,
     "it patches the function %, which this kernel does not have: it was made for another one",
     "install the livepatch for the running kernel", " not found", with_word},
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
     "reinstall it; one that you build is stripped with --strip-debug at most"},
    {"No .gnu.linkonce.this_module", Cause::NotAModule,
     "the format check failed: it is an object file, not a finished module",
     "use the .ko file that the kernel build makes"},
    {"decompression failed", Cause::DamagedFile,
     "the kernel could not unpack it: the packed file is damaged or truncated", "reinstall it"},
    {"Invalid ELF", Cause::DamagedFile, "the format check failed: the file is damaged or truncated",
     "reinstall it"},
    {"invalid WRITE|EXEC flags", Cause::DamagedFile,
     "the format check failed: one of its sections could be both written to and executed, which "
     "the kernel refuses",
     own_build},
    {"invalid relocation target", Cause::DamagedFile, "linking failed: the file is damaged",
     "reinstall it"},
    {"Unknown rela relocation", Cause::DamagedFile, "linking failed: the file is damaged",
     "reinstall it"},
    {"unsupported RELA relocation", Cause::DamagedFile, "linking failed: the file is damaged",
     "reinstall it"},
    {"PLT section(s) missing", Cause::NotAModule,
     "the format check failed: it was linked without the kernel's linker script", own_build},
    {"overflow in relocation", Cause::DamagedFile,
     "linking failed: it was built with compiler options that this kernel's modules cannot have",
     own_build},
    {"can only take", Cause::BadParameter,
     "a list that was given to one of its parameters has too many values", parameters_listed},
    {": string parameter too long", Cause::BadParameter,
     "the text that was given to one of its parameters is longer than the kernel takes: 1024 bytes",
     parameters_listed},
    {"invalid for parameter ", Cause::BadParameter, parameter_refused, parameters_listed, anything,
     with_word},
    {"too large for parameter `", Cause::BadParameter,
     "the value of its parameter % is too large or too long", parameters_listed, "'", with_word},
    {"Unbalanced quote", Cause::BadParameter, "a quotation mark in its parameters has no partner",
     "give it all its parameters anew, each value with a quotation mark on both sides or none"},
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
    {": module is already loaded", Cause::NameTaken,
     "the kernel has something of its name built in, to which the directory in /sys/module belongs",
     "nothing has to be loaded where that is the same driver; else build this one under another "
     "name"},
    {"LoadPin: ", Cause::SecurityModule,
     "LoadPin takes modules only from the file system that the first one came from",
     "load it from there, or boot with loadpin.enforce=0"},
    {"sysfs: cannot create duplicate filename '", Cause::NameTaken,
     "something in /sys that it creates exists already: %", unload_owner, "'", with_word},
    {"kobject_add_internal failed for ", Cause::NameTaken,
     "something in /sys that it creates exists already: %", unload_owner, " with ", with_word},
    {"proc_dir_entry '", Cause::NameTaken, "something in /proc that it creates exists already: %",
     unload_owner, "' already registered", with_word},
    {"Error: Driver '", Cause::NameTaken, "a driver of the name % is registered already",
     "unload the module that has it; modules that the kernel has built in stay",
     "' is already registered", with_word},
    {"sysctl duplicate entry: ", Cause::NameTaken,
     "something in /proc/sys that it creates exists already: %", unload_owner, anything, with_word},
    {"already loaded vendor module '", Cause::NameTaken,
     "module % serves virtual machines already, and only one can", "unload that module first", "'",
     with_word},
    {"Flags mismatch irq ", Cause::InitFailed,
     "its init failed: the driver that has interrupt % does not share it",
     "look in /proc/interrupts for that driver, and unload it first", ". ", with_word},
    {"cannot get major ", Cause::InitFailed,
     "its init failed: another driver has the block device number %",
     "look in /proc/devices for that driver, and unload it first", " for ", with_word},
    {"major requested (", Cause::InitFailed,
     "its init failed: it asks for the device number %, and the largest is smaller",
     parameters_listed, ") is greater than the maximum", with_word},
    {"can't request region for resource [", Cause::InitFailed,
     "its init failed: another driver has the range %",
     "look in /proc/iomem and /proc/ioports for that driver, and unload it first", "]", with_word},
    {"conflicts with OpRegion", Cause::InitFailed,
     "its init failed: the firmware (ACPI) uses the ports of its device itself",
     "use the driver that works through ACPI, if there is one; boot with "
     "acpi_enforce_resources=lax lets both use them, which may disturb the firmware"},
    {"is already bound to ", Cause::InitFailed, "its init failed: driver % has its device",
     "unload that driver first; \"modkeeper mask\" keeps it from coming back at the next boot",
     anything, with_word},
    {"probe routine was not called for", Cause::InitFailed,
     "its init failed: another driver has its device",
     "look with lspci -k which driver has it, and unload that first"},
    {"bytes percpu data", Cause::NoMemory, "the kernel's per-CPU area for modules is full",
     "unload other modules with variables for each processor; the size of that area is the "
     "kernel's own (PERCPU_MODULE_RESERVE)"},
    {"execmem: unable to allocate memory", Cause::NoMemory, "there is not enough memory for it",
     free_memory},
    {"failed: Address range restricted to", Cause::NoMemory,
     "the kernel's address range for modules is full", free_memory},
    {"vmap allocation for size", Cause::NoMemory, "the kernel's address range for modules is full",
     free_memory},
    {"vmalloc error: size", Cause::NoMemory, "there is not enough memory for it", free_memory},
    {"page allocation failure", Cause::NoMemory, "there is not enough memory for it", free_memory},
    {"disabled by bios", Cause::NoDevice, firmware_switch, firmware_remedy},
    {"(by BIOS)", Cause::NoDevice, firmware_switch, firmware_remedy},
    {"no hardware support", Cause::NoDevice, missing_feature},
    {"instructions are not detected", Cause::NoDevice, missing_feature},
    {"not supported by CPU", Cause::NoDevice, missing_feature},
    {"Direct firmware load for ", Cause::MissingFirmware,
     "its init failed: the firmware file % that it asks for is not installed in /lib/firmware",
     "install the package that has the file (apt-file search finds it, in Debian mostly in "
     "non-free-firmware), and load the module again",
     " failed with", with_word},
};

bool has_sign(std::string_view line, const Sign &sign) {
    const auto at = line.find(sign.text);
    return at != std::string_view::npos &&
           line.find(sign.until, at + sign.text.size()) != std::string_view::npos;
}

std::string word_in(std::string_view line, const Sign &sign) {
    if (!sign.has_word)
        return {};
    line.remove_prefix(line.find(sign.text) + sign.text.size());
    const auto end = sign.until.empty() ? line.size() : line.find(sign.until);
    if (end == std::string_view::npos)
        return {};
    auto word = line.substr(0, end);
    // 'bar', and kernels before 6.2 without quotation marks
    while (word.starts_with('\'') || word.starts_with('`'))
        word.remove_prefix(1);
    while (word.ends_with('\'') || word.ends_with('.'))
        word.remove_suffix(1);
    return word.empty() || word.size() > word_max ? std::string() : as_word(word);
}

std::string filled(std::string_view reason, const std::string &word) {
    std::string text(reason);
    if (const auto at = text.find(" %"); at != std::string::npos)
        text.replace(at, 2, word.empty() ? "" : " " + word);
    return text;
}

} // namespace

std::optional<DecidingLine> deciding_line(const std::vector<std::string> &log) {
    for (const auto &sign : signs)
        for (const auto &line : log)
            if (has_sign(line, sign))
                return DecidingLine{line, sign.cause, filled(sign.reason, word_in(line, sign)),
                                    std::string(sign.remedy)};
    return std::nullopt;
}

ModuleName module_named_in(std::string_view line) {
    const auto colon = line.find(": ");
    const ModuleName name(colon == std::string_view::npos ? "" : line.substr(0, colon));
    return check_name(name) ? name : ModuleName();
}

std::string DecidingLine::remedy_for(const ModuleName &module) const {
    constexpr std::string_view place = "MODULE";
    auto text = remedy;
    // not that of MODULE_IMPORT_NS()
    for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + 1))
        if (!text.substr(at + place.size()).starts_with('_'))
            text.replace(at, place.size(), as_word(module));
    return text;
}

} // namespace mk
