// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/symbol_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/module_name.hpp"
#include "base/pattern.hpp"
#include "base/suggestion.hpp"
#include "elf/decompress.hpp"
#include "elf/module_symbols.hpp"

namespace mk {

namespace {

class Search {
  public:
    Search(const SymbolSearch &what, const InstalledKernel &kernel, Catalog &catalog,
           Symvers &symvers)
        : what_(what), kernel_(kernel), catalog_(catalog), symvers_(symvers) {
        if (kernel_.is_running())
            for (auto &module : LoadedModules(kernel_.root()).list())
                loaded_.insert(std::move(module.name));
    }

    Result<std::vector<FoundSymbol>> run() {
        if (const auto *symbols = symvers_.kernel())
            for (const auto &symbol : symbols->all())
                if (is_meant(symbol.name))
                    found_.push_back({"vmlinux", kernel_.is_running(), symbol, {}});
        add_modules();
        add_loaded_without_file();
        if (found_.empty())
            return nothing();
        std::stable_sort(found_.begin(), found_.end(), [](const auto &one, const auto &other) {
            return one.symbol.name < other.symbol.name;
        });
        add_users();
        return std::move(found_);
    }

  private:
    bool is_meant(const std::string &name) const {
        return is_pattern(what_.pattern) ? fits(what_.pattern, name) : name == what_.pattern;
    }

    void add_modules() {
        std::set<std::string> providers;
        for (const auto &name : symvers_.module_symbols())
            if (is_meant(name))
                for (auto &module : symvers_.modules_with(name))
                    providers.insert(std::move(module));
        for (const auto &module : providers)
            for (const auto &symbol : symvers_.exports_of(module))
                if (is_meant(symbol.name))
                    found_.push_back({module, loaded_.contains(module), symbol, {}});
    }

    // modules that were loaded from elsewhere
    void add_loaded_without_file() {
        if (!kernel_.is_running())
            return;
        for (auto &exported : exports_in_kallsyms(kernel_.root())) {
            const auto known = [&](const auto &other) {
                return other.symbol.name == exported.name && other.provider == exported.module;
            };
            if (exported.module.empty() || !is_meant(exported.name) ||
                std::any_of(found_.begin(), found_.end(), known))
                continue;
            ExportedSymbol symbol;
            symbol.name = std::move(exported.name);
            symbol.facts_known = false;
            found_.push_back({std::move(exported.module), true, std::move(symbol), {}});
        }
    }

    void add_users() {
        std::map<std::string, std::vector<FoundSymbol *>> by_name;
        for (auto &found : found_)
            by_name[found.symbol.name].push_back(&found);
        const auto modules = what_.users_on_disk
                                 ? texts_of(catalog_.names())
                                 : std::vector<std::string>(loaded_.begin(), loaded_.end());
        for (const auto &module : modules)
            for (const auto &wanted : symvers_.imports_of(module))
                if (const auto found = by_name.find(wanted); found != by_name.end())
                    for (auto *symbol : found->second)
                        symbol->used_by.push_back(module);
        for (auto &found : found_)
            std::sort(found.used_by.begin(), found.used_by.end());
    }

    Error nothing() {
        if (symvers_.kernel() == nullptr)
            return {ErrorCode::NotFound,
                    fmt::format("no module of kernel {} exports {}, and {}", kernel_.release(),
                                quote(what_.pattern), symvers_.kernel_error().message)};
        const auto near =
            is_pattern(what_.pattern) ? "" : nearest(what_.pattern, symvers_.known_names());
        return {ErrorCode::NotFound,
                fmt::format("neither kernel {} nor any of its modules exports {}{}",
                            kernel_.release(), quote(what_.pattern),
                            near.empty() ? "" : fmt::format("; did you mean {}?", near))};
    }

    const SymbolSearch &what_;
    const InstalledKernel &kernel_;
    Catalog &catalog_;
    Symvers &symvers_;
    std::set<std::string> loaded_;
    std::vector<FoundSymbol> found_;
};

} // namespace

Result<std::vector<FoundSymbol>> find_symbols(const SymbolSearch &search,
                                              const InstalledKernel &kernel, Catalog &catalog,
                                              Symvers &symvers) {
    return Search(search, kernel, catalog, symvers).run();
}

} // namespace mk
