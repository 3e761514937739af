// SPDX-License-Identifier: GPL-2.0-only
// Parser of symbol tables. The kernel finds exports in tables: entry i of __ksymtab has address,
// name and namespace of a symbol, entry i of __kcrctab its checksum, and either the table
// (__ksymtab_gpl) or entry i of __kflagstab (since 7.1) tells whether it is for GPL modules only.
// In a module file the entries are not filled in yet, and a symbol stands for each of them.
#include "elf/module_symbols.hpp"

#include <elf.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

namespace mk {

namespace {

constexpr std::uint64_t crc_bytes = sizeof(std::uint32_t);
// three relative offsets of 32 bits, if nothing else is known
constexpr std::uint64_t usual_entry_bytes = 12;
constexpr std::uint8_t gpl_flag = 1;

struct Table {
    const ElfSection *entries;
    const ElfSection *crcs;
    const ElfSection *flags;
    bool gpl_only;
};

std::vector<Table> tables_of(const ElfObject &object) {
    return {{&object.section("__ksymtab"), &object.section("__kcrctab"),
             &object.section("__kflagstab"), false},
            {&object.section("__ksymtab_gpl"), &object.section("__kcrctab_gpl"),
             &object.section("__kflagstab_gpl"), true}};
}

void take_facts(const Table &table, std::uint64_t index, ExportedSymbol &symbol) {
    if (table.crcs->bytes.size() >= (index + 1) * crc_bytes)
        symbol.crc = number_at<std::uint32_t>(table.crcs->bytes, index * crc_bytes);
    symbol.gpl_only =
        table.gpl_only || (number_at<std::uint8_t>(table.flags->bytes, index) & gpl_flag) != 0;
}

void sort_by_name(auto &symbols) {
    std::sort(symbols.begin(), symbols.end(),
              [](const auto &one, const auto &other) { return one.name < other.name; });
}

// The number of entries, according to the other tables.
std::uint64_t entry_bytes_of(const Table &table) {
    const std::uint64_t count = !table.crcs->bytes.empty() ? table.crcs->bytes.size() / crc_bytes
                                                           : table.flags->bytes.size();
    return count == 0 ? usual_entry_bytes : table.entries->bytes.size() / count;
}

// Name or namespace, @field being the number of its relative offset in the entry.
std::string_view entry_text(const ElfObject &vmlinux, const ElfSection &entries,
                            std::uint64_t offset, unsigned field) {
    const std::uint64_t place = offset + field * sizeof(std::int32_t);
    const auto distance = number_at<std::int32_t>(entries.bytes, place);
    const std::uint64_t address =
        entries.address + place + static_cast<std::uint64_t>(std::int64_t{distance});
    for (const auto &section : vmlinux.sections())
        if (address >= section.address && address - section.address < section.bytes.size())
            return text_at(section.bytes, address - section.address);
    return {};
}

using Checksums = std::unordered_map<std::string_view, std::uint32_t>;

// struct modversion_info: the checksum as a long, the name in what is left of 64 bytes.
void add_versions(const ElfObject &module, Checksums &all) {
    constexpr std::uint64_t size = 64;
    const auto bytes = module.section("__versions").bytes;
    for (std::uint64_t at = 0; at + size <= bytes.size(); at += size)
        all[text_at(bytes.substr(at, size), sizeof(long))] = number_at<std::uint32_t>(bytes, at);
}

// CONFIG_EXTENDED_MODVERSIONS: checksums in one section, names of any length in another.
void add_extended_versions(const ElfObject &module, Checksums &all) {
    const auto crcs = module.section("__version_ext_crcs").bytes;
    const auto names = module.section("__version_ext_names").bytes;
    std::uint64_t at = 0;
    for (std::uint64_t i = 0; (i + 1) * crc_bytes <= crcs.size() && at < names.size(); ++i) {
        const auto name = text_at(names, at);
        all[name] = number_at<std::uint32_t>(crcs, i * crc_bytes);
        at += name.size() + 1;
    }
}

} // namespace

std::vector<ExportedSymbol> exports_of_module(const ElfObject &module) {
    constexpr std::string_view entry_prefix = "__ksymtab_";
    constexpr std::string_view namespace_prefix = "__kstrtabns_";
    const auto tables = tables_of(module);
    std::map<const Table *, std::vector<const ElfSymbol *>> entries;
    std::unordered_map<std::string_view, std::string_view> namespaces;
    for (const auto &symbol : module.symbols()) {
        const auto &section = module.section(symbol.section);
        if (symbol.name.starts_with(namespace_prefix))
            namespaces[symbol.name.substr(namespace_prefix.size())] =
                text_at(section.bytes, symbol.value);
        else if (symbol.name.starts_with(entry_prefix))
            for (const auto &table : tables)
                if (&section == table.entries)
                    entries[&table].push_back(&symbol);
    }
    std::vector<ExportedSymbol> result;
    for (const auto &[table, symbols] : entries) {
        const auto entry_bytes =
            std::max<std::uint64_t>(1, table->entries->bytes.size() / symbols.size());
        for (const auto *entry : symbols) {
            ExportedSymbol symbol;
            const auto name = entry->name.substr(entry_prefix.size());
            symbol.name = name;
            if (const auto found = namespaces.find(name); found != namespaces.end())
                symbol.symbol_namespace = found->second;
            take_facts(*table, entry->value / entry_bytes, symbol);
            result.push_back(std::move(symbol));
        }
    }
    sort_by_name(result);
    return result;
}

std::vector<std::string> init_names_of_module(const ElfObject &module) {
    const auto &symbols = module.symbols();
    const auto init = std::find_if(symbols.begin(), symbols.end(), [](const auto &symbol) {
        return symbol.name == "init_module" && symbol.section != SHN_UNDEF;
    });
    std::vector<std::string> names;
    if (init == symbols.end())
        return names;
    for (const auto &symbol : symbols)
        if (symbol.section == init->section && symbol.value == init->value &&
            !symbol.name.empty() && symbol.name != init->name)
            names.emplace_back(symbol.name);
    return names;
}

bool has_versions(const ElfObject &module) {
    return !module.section("__versions").bytes.empty() ||
           !module.section("__version_ext_crcs").bytes.empty();
}

std::vector<ImportedSymbol> imports_of_module(const ElfObject &module) {
    Checksums checksums;
    add_versions(module, checksums);
    add_extended_versions(module, checksums);
    std::vector<ImportedSymbol> result;
    for (const auto &symbol : module.symbols()) {
        // the assembler's own, which the kernel leaves alone too
        if (symbol.section != SHN_UNDEF || symbol.name.empty() || !symbol.global ||
            symbol.name == "_GLOBAL_OFFSET_TABLE_" || symbol.name == ".TOC.")
            continue;
        ImportedSymbol wanted{std::string(symbol.name), {}, symbol.weak};
        if (const auto found = checksums.find(symbol.name); found != checksums.end())
            wanted.crc = found->second;
        result.push_back(std::move(wanted));
    }
    // stands for struct module itself; only its checksum is used
    if (const auto layout = checksums.find("module_layout"); layout != checksums.end())
        result.push_back({"module_layout", layout->second, false});
    sort_by_name(result);
    return result;
}

std::vector<ExportedSymbol> exports_of_kernel(const ElfObject &vmlinux) {
    std::vector<ExportedSymbol> result;
    for (const auto &table : tables_of(vmlinux)) {
        const auto size = entry_bytes_of(table);
        for (std::uint64_t i = 0; size != 0 && (i + 1) * size <= table.entries->bytes.size(); ++i) {
            ExportedSymbol symbol;
            symbol.name = entry_text(vmlinux, *table.entries, i * size, 1);
            symbol.symbol_namespace = entry_text(vmlinux, *table.entries, i * size, 2);
            take_facts(table, i, symbol);
            if (!symbol.name.empty())
                result.push_back(std::move(symbol));
        }
    }
    sort_by_name(result);
    return result;
}

} // namespace mk
