// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/parameter_setter.hpp"

#include <elf.h>

#include <optional>
#include <string>

namespace mk {

namespace {

using Whose = ParameterSetter::Whose;

// After name and owner in struct kernel_param, on 64-bit machines.
constexpr std::uint64_t ops_at = 16;
// KERNEL_PARAM_OPS_FL_NOARG of <linux/moduleparam.h>, in the first member of struct
// kernel_param_ops.
constexpr std::uint32_t no_argument = 1;

const ElfSymbol *find_symbol(const ElfObject &module, const std::string &name) {
    for (const auto &symbol : module.symbols())
        if (symbol.name == name)
            return &symbol;
    return nullptr;
}

struct Target {
    const ElfSymbol *symbol = nullptr;
    std::int64_t addend = 0;
};

// What the linker writes at @offset of __param.
std::optional<Target> target_at(const ElfObject &module, std::uint64_t offset) {
    const auto table = module.section(".rela__param").bytes;
    for (std::size_t at = 0; at + sizeof(Elf64_Rela) <= table.size(); at += sizeof(Elf64_Rela)) {
        const auto entry = number_at<Elf64_Rela>(table, at);
        const auto index = ELF64_R_SYM(entry.r_info);
        if (entry.r_offset == offset && index < module.symbols().size())
            return Target{&module.symbols()[index], entry.r_addend};
    }
    return std::nullopt;
}

} // namespace

ParameterSetter parameter_setter(const ElfObject &module, std::string_view parameter) {
    const std::string name(parameter);
    const auto *entry = find_symbol(module, "__param_" + name);
    if (entry == nullptr || module.section(entry->section).name != "__param")
        return {find_symbol(module, "__param_str_" + name) != nullptr ? Whose::Unknown
                                                                      : Whose::Nobodys,
                false};
    const auto ops = target_at(module, entry->value + ops_at);
    if (!ops)
        return {Whose::Unknown, false};
    if (ops->symbol->section == SHN_UNDEF)
        return {ops->symbol->name.starts_with("param_") ? Whose::Kernels : Whose::Unknown, false};
    const auto &home = module.section(ops->symbol->section);
    const auto flags = number_at<std::uint32_t>(
        home.bytes, ops->symbol->value + static_cast<std::uint64_t>(ops->addend));
    return {Whose::Modules, (flags & no_argument) != 0};
}

} // namespace mk
