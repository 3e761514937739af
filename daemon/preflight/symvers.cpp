// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/symvers.hpp"

#include <algorithm>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "elf/decompress.hpp"
#include "elf/module_symbols.hpp"

namespace mk {

namespace {

std::optional<ElfObject> open_module(const std::string &path) {
    auto bytes = path.empty() ? Result<std::string>("") : read_unpacked(path);
    if (!bytes)
        return std::nullopt;
    auto module = ElfObject::create(std::move(bytes.value()));
    if (!module)
        return std::nullopt;
    return std::move(module.value());
}

std::string path_of(const Catalog &catalog, const std::string &name) {
    return is_path(name) ? name : catalog.path_of(ModuleName(name));
}

} // namespace

const KernelSymbols *Symvers::kernel() {
    if (!symbols_ && !kernel_error_) {
        auto read = KernelSymbols::create(kernel_);
        if (read)
            symbols_ = std::move(read.value());
        else
            kernel_error_ = read.error();
    }
    return symbols_ ? &*symbols_ : nullptr;
}

const std::vector<ExportedSymbol> &Symvers::exports_of(const std::string &name_or_path) {
    const auto known = exports_.find(name_or_path);
    if (known != exports_.end())
        return known->second;
    const auto module = open_module(path_of(catalog_, name_or_path));
    return exports_[name_or_path] =
               module ? exports_of_module(*module) : std::vector<ExportedSymbol>();
}

std::optional<SymbolProvider> Symvers::in_module(std::string_view symbol,
                                                 const std::string &name_or_path) {
    for (const auto &exported : exports_of(name_or_path))
        if (exported.name == symbol)
            return SymbolProvider{is_path(name_or_path) ? ModuleName::of_file(name_or_path).str()
                                                        : name_or_path,
                                  exported};
    return std::nullopt;
}

ModuleNames Symvers::modules_with(const std::string &symbol) {
    ModuleNames names;
    kmod_list *raw = nullptr;
    const auto alias = "symbol:" + symbol;
    if (kmod_module_new_from_lookup(&catalog_.context(), alias.c_str(), &raw) < 0)
        return names;
    const KmodModuleList list(raw);
    kmod_list *entry;
    kmod_list_foreach(entry, list.get()) {
        const KmodModule module(kmod_module_get_module(entry));
        names.emplace_back(kmod_module_get_name(module.get()));
    }
    return names;
}

std::string Symvers::loaded_module_with(const std::string &symbol) {
    if (!in_loaded_) {
        in_loaded_.emplace();
        if (kernel_.is_running())
            for (auto &found : exports_in_kallsyms(kernel_.root()))
                if (!found.module.empty())
                    in_loaded_->emplace(std::move(found.name), std::move(found.module));
    }
    const auto found = in_loaded_->find(symbol);
    return found != in_loaded_->end() ? found->second : "";
}

std::vector<std::string> Symvers::imports_of(const std::string &name_or_path) {
    std::vector<std::string> names;
    if (const auto module = open_module(path_of(catalog_, name_or_path)))
        for (auto &symbol : imports_of_module(*module))
            names.push_back(std::move(symbol.name));
    return names;
}

std::vector<std::string> Symvers::module_symbols() const {
    // "alias symbol:NAME MODULE"
    constexpr std::string_view prefix = "symbol:";
    std::vector<std::string> names;
    if (const auto index = read_text(catalog_.module_dir() + "/modules.symbols", 64U << 20))
        for (const auto line : split(*index, "\n"))
            if (const auto words = split(line, " ");
                words.size() == 3 && words[1].starts_with(prefix))
                names.emplace_back(words[1].substr(prefix.size()));
    return names;
}

std::vector<std::string> Symvers::known_names() {
    auto names = module_symbols();
    if (const auto *symbols = kernel())
        for (const auto &symbol : symbols->all())
            names.push_back(symbol.name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

} // namespace mk
