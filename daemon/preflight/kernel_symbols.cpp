// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/kernel_symbols.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "elf/module_symbols.hpp"
#include "elf/vmlinux.hpp"

namespace mk {

namespace {

constexpr std::size_t list_max = 256U << 20;

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const auto tab = line.find('\t');
        fields.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos)
            return fields;
        line.remove_prefix(tab + 1);
    }
}

// "0x4c9d28b0 TAB name TAB vmlinux TAB EXPORT_SYMBOL_GPL TAB namespace"
std::vector<ExportedSymbol> from_symvers(const std::string &path) {
    std::vector<ExportedSymbol> symbols;
    const auto text = read_text(path, list_max);
    if (!text)
        return symbols;
    for (const auto line : split(*text, "\n")) {
        const auto fields = fields_of(line);
        if (fields.size() < 4 || fields[2] != "vmlinux")
            continue;
        ExportedSymbol symbol;
        symbol.name = fields[1];
        std::uint32_t crc = 0;
        const auto digits = fields[0].substr(std::min<std::size_t>(2, fields[0].size()));
        std::from_chars(digits.data(), digits.data() + digits.size(), crc, 16);
        // without CONFIG_MODVERSIONS all are 0
        if (crc != 0)
            symbol.crc = crc;
        symbol.gpl_only = fields[3] == "EXPORT_SYMBOL_GPL";
        if (fields.size() > 4)
            symbol.symbol_namespace = fields[4];
        symbols.push_back(std::move(symbol));
    }
    return symbols;
}

std::vector<ExportedSymbol> from_kallsyms(const std::string &root) {
    std::vector<ExportedSymbol> symbols;
    for (auto &found : exports_in_kallsyms(root))
        if (found.module.empty()) {
            ExportedSymbol symbol;
            symbol.name = std::move(found.name);
            symbol.facts_known = false;
            symbols.push_back(std::move(symbol));
        }
    return symbols;
}

} // namespace

std::vector<KallsymsExport> exports_in_kallsyms(const std::string &root) {
    constexpr std::string_view prefix = "__ksymtab_";
    std::vector<KallsymsExport> result;
    const auto text = read_text(path_in(root, "/proc/kallsyms"), list_max);
    if (!text)
        return result;
    for (const auto line : split(*text, "\n")) {
        // "address type name [module]"
        const auto words = split(line, " \t");
        if (words.size() < 3 || !words[2].starts_with(prefix))
            continue;
        KallsymsExport found{std::string(words[2].substr(prefix.size())), {}};
        if (words.size() > 3 && words[3].starts_with('[') && words[3].ends_with(']'))
            found.module = words[3].substr(1, words[3].size() - 2);
        result.push_back(std::move(found));
    }
    return result;
}

KernelSymbols::KernelSymbols(std::vector<ExportedSymbol> symbols, std::string source,
                             bool facts_known)
    : symbols_(std::move(symbols)), source_(std::move(source)), facts_known_(facts_known) {
    std::sort(symbols_.begin(), symbols_.end(),
              [](const auto &one, const auto &other) { return one.name < other.name; });
}

Result<KernelSymbols> KernelSymbols::create(const InstalledKernel &kernel) {
    if (const auto path = kernel.symvers(); !path.empty())
        if (auto symbols = from_symvers(path); !symbols.empty())
            return KernelSymbols(std::move(symbols), path, true);
    std::string why;
    for (const auto &path : kernel.images()) {
        if (access(path.c_str(), F_OK) != 0)
            continue;
        const auto image = read_kernel_image(path);
        auto symbols = image ? exports_of_kernel(image.value()) : std::vector<ExportedSymbol>();
        if (!symbols.empty())
            return KernelSymbols(std::move(symbols), path, true);
        why += "; " + (image ? path + " has no table of exported symbols" : image.error().message);
    }
    if (kernel.is_running())
        if (auto symbols = from_kallsyms(kernel.root()); !symbols.empty())
            return KernelSymbols(std::move(symbols), kernel.root() + "/proc/kallsyms", false);
    return Error{ErrorCode::NotFound,
                 fmt::format("the symbols that kernel {} exports are not known: there is no {}{}",
                             kernel.release(),
                             why.empty() ? kernel.images().front() + " and no " +
                                               kernel.module_dir() + "/build/Module.symvers"
                                         : kernel.module_dir() + "/build/Module.symvers",
                             why)};
}

const ExportedSymbol *KernelSymbols::find(std::string_view name) const {
    const auto at =
        std::lower_bound(symbols_.begin(), symbols_.end(), name,
                         [](const auto &symbol, auto wanted) { return symbol.name < wanted; });
    return at != symbols_.end() && at->name == name ? &*at : nullptr;
}

} // namespace mk
