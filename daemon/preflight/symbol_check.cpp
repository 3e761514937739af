// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/symbol_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/module_name.hpp"
#include "base/suggestion.hpp"
#include "base/text_file.hpp"
#include "elf/module_license.hpp"
#include "elf/module_symbols.hpp"

namespace mk {

namespace {

// Symbols with the same problem are one problem.
using Groups = std::map<std::string, std::vector<std::string>>;

struct Findings {
    std::vector<std::string> nowhere;
    // By the modules each of which would provide them.
    std::map<ModuleNames, std::vector<std::string>> not_live;
    Groups other_crc;  // by provider
    Groups gpl_only;   // by provider
    Groups namespaces; // by namespace
    std::vector<std::string> without_crc;
};

std::string shown(const std::vector<std::string> &symbols) {
    constexpr std::size_t most = 6;
    std::string text = symbols.size() == 1 ? "the symbol " : "the symbols ";
    for (std::size_t i = 0; i < symbols.size() && i < most; ++i)
        text += (i == 0 ? "" : ", ") + quote(symbols[i]);
    if (symbols.size() > most)
        text += fmt::format(" and {} more", symbols.size() - most);
    return text;
}

std::string owner(const std::string &provider) {
    return provider == "vmlinux" ? "the kernel" : "module " + provider;
}

std::string load_first(const ModuleNames &providers) {
    return providers.size() == 1
               ? fmt::format("load it first: \"modkeeper load {}\"", providers.front())
               : fmt::format("load {} first", join(providers, " or "));
}

class Check {
  public:
    Check(const SymbolQuestion &question, Symvers &symvers)
        : question_(question), symvers_(symvers) {}

    Diagnoses run() {
        if (symvers_.kernel() == nullptr) {
            warn(Cause::None, "its symbols cannot be checked: " + symvers_.kernel_error().message,
                 "install the image or the headers of that kernel", {});
            return std::move(problems_);
        }
        versioned_ = has_versions(question_.module);
        for (const auto &wanted : imports_of_module(question_.module))
            look_at(wanted);
        report_missing();
        report_refused();
        report_duplicates();
        return std::move(problems_);
    }

  private:
    void look_at(const ImportedSymbol &wanted) {
        const auto provider = find(wanted.name);
        if (provider)
            judge(wanted, *provider);
        else if (!wanted.weak && wanted.name != "module_layout")
            miss(wanted.name);
    }

    std::optional<SymbolProvider> find(const std::string &name) {
        if (const auto *symbol = symvers_.kernel()->find(name))
            return SymbolProvider{"vmlinux", *symbol};
        if (auto provider = find_live(name))
            return provider;
        // a module that was loaded from a file that is not where the kernel's modules are
        if (const auto module = symvers_.loaded_module_with(name); !module.empty()) {
            ExportedSymbol symbol;
            symbol.name = name;
            symbol.facts_known = false;
            return SymbolProvider{module, std::move(symbol)};
        }
        return std::nullopt;
    }

    // depmod's index leads to the file that has it; only files from elsewhere have to be searched.
    std::optional<SymbolProvider> find_live(const std::string &name) {
        const auto indexed = symvers_.modules_with(name);
        for (const auto &module : question_.live)
            if (is_path(module) ||
                std::find(indexed.begin(), indexed.end(), module) != indexed.end())
                if (auto provider = symvers_.in_module(name, module))
                    return provider;
        return std::nullopt;
    }

    void miss(const std::string &name) {
        const auto providers = symvers_.modules_with(name);
        if (providers.empty())
            found_.nowhere.push_back(name);
        else
            found_.not_live[providers].push_back(name);
    }

    void judge(const ImportedSymbol &wanted, const SymbolProvider &provider) {
        const auto &symbol = provider.symbol;
        if (!symbol.facts_known)
            return;
        if (symbol.gpl_only && !is_gpl_compatible(question_.license))
            found_.gpl_only[provider.module].push_back(symbol.name);
        if (!may_use_namespace(symbol.symbol_namespace, question_.name, question_.namespaces))
            found_.namespaces[symbol.symbol_namespace].push_back(symbol.name);
        if (!symbol.crc)
            return;
        if (!versioned_)
            found_.without_crc.push_back(symbol.name);
        else if (wanted.crc && *wanted.crc != *symbol.crc)
            found_.other_crc[provider.module].push_back(symbol.name);
    }

    std::string near(const std::string &name) {
        if (known_.empty())
            known_ = symvers_.known_names();
        return nearest(name, known_);
    }

    void report_missing() {
        for (const auto &[providers, symbols] : found_.not_live)
            fail(Cause::ProviderNotLoaded,
                 fmt::format("it needs {} from module {}, which is not loaded", shown(symbols),
                             join(providers, " or ")),
                 load_first(providers), symbols);
        if (found_.nowhere.empty())
            return;
        std::string hint;
        if (found_.nowhere.size() <= 3)
            for (const auto &name : found_.nowhere)
                if (const auto like = near(name); !like.empty())
                    hint += fmt::format("{}{} is like {}", hint.empty() ? "; " : ", ", quote(like),
                                        quote(name));
        fail(Cause::MissingSymbol,
             fmt::format("it needs {}, which neither the kernel nor any of its modules exports{}",
                         shown(found_.nowhere), hint),
             "install the module that provides it and run depmod, or build this one for that "
             "kernel",
             found_.nowhere);
    }

    void report_refused() {
        for (const auto &[provider, symbols] : found_.other_crc) {
            const bool is_of_kernel = provider == "vmlinux";
            const auto text = fmt::format(
                "it was built for {} with a different type of {} (the checksum differs)",
                !is_of_kernel                 ? "another build of module " + provider
                : question_.built_for.empty() ? "a kernel"
                                              : "kernel " + question_.built_for,
                shown(symbols));
            const auto remedy =
                is_of_kernel ? question_.rebuild_advice()
                             : fmt::format("build it again with the Module.symvers of the {} that "
                                           "is used here, or install both from one source and "
                                           "load {} anew",
                                           provider, provider);
            add(question_.force_modversions ? Severity::Warning : Severity::Fails,
                Cause::SymbolVersion, text, remedy, symbols);
        }
        if (!found_.without_crc.empty())
            add(question_.force_modversions || question_.takes_unversioned ? Severity::Warning
                                                                           : Severity::Fails,
                Cause::SymbolVersion,
                "it has no checksums for its symbols, which this kernel compares: it would taint "
                "the kernel or be refused",
                "build it against the kernel's Module.symvers", {});
        for (const auto &[provider, symbols] : found_.gpl_only)
            fail(Cause::GplOnlySymbol,
                 fmt::format("its licence {} does not allow it to use {} of {}, exported for GPL "
                             "modules only",
                             quote(question_.license), shown(symbols), owner(provider)),
                 "ask its author for a version under a GPL-compatible licence", symbols);
        for (const auto &[name, symbols] : found_.namespaces)
            add(question_.takes_missing_imports ? Severity::Warning : Severity::Fails,
                Cause::SymbolNamespace,
                fmt::format("it uses {} of the namespace {} without importing it", shown(symbols),
                            quote(name)),
                name.starts_with("module:") ? "only the modules named there may use it"
                                            : "add MODULE_IMPORT_NS(" + name + ") to its source",
                symbols);
    }

    void report_duplicates() {
        Groups twice;
        for (const auto &symbol : exports_of_module(question_.module))
            if (symvers_.kernel()->find(symbol.name) != nullptr)
                twice["vmlinux"].push_back(symbol.name);
            else if (const auto provider = find_live(symbol.name);
                     provider && provider->module != question_.name)
                twice[provider->module].push_back(symbol.name);
        for (const auto &[provider, symbols] : twice)
            fail(
                Cause::DuplicateSymbol,
                fmt::format("it exports {}, which {} exports too", shown(symbols), owner(provider)),
                provider == "vmlinux" ? "the kernel has it built in: nothing has to be loaded"
                                      : fmt::format("\"modkeeper unload {}\" first", provider),
                symbols);
    }

    void add(Severity severity, Cause cause, std::string reason, std::string remedy,
             std::vector<std::string> symbols) {
        problems_.push_back({severity,
                             driver::Stage::Symbols,
                             cause,
                             std::move(reason),
                             {std::move(remedy)},
                             {SymbolNames{std::move(symbols)}}});
    }
    void fail(Cause cause, std::string reason, std::string remedy,
              std::vector<std::string> symbols) {
        add(Severity::Fails, cause, std::move(reason), std::move(remedy), std::move(symbols));
    }
    void warn(Cause cause, std::string reason, std::string remedy,
              std::vector<std::string> symbols) {
        add(Severity::Warning, cause, std::move(reason), std::move(remedy), std::move(symbols));
    }

    const SymbolQuestion &question_;
    Symvers &symvers_;
    bool versioned_ = false;
    Findings found_;
    std::vector<std::string> known_;
    Diagnoses problems_;
};

} // namespace

bool may_use_namespace(std::string_view symbol_namespace, const ModuleName &name,
                       const std::vector<std::string> &imported) {
    if (symbol_namespace.empty())
        return true;
    // EXPORT_SYMBOL_FOR_MODULES(): a list of names, which may end in "*"
    constexpr std::string_view by_name = "module:";
    if (!symbol_namespace.starts_with(by_name))
        return std::find(imported.begin(), imported.end(), symbol_namespace) != imported.end();
    for (auto allowed : split(symbol_namespace.substr(by_name.size()), ", ")) {
        const bool open = allowed.ends_with('*');
        if (open)
            allowed.remove_suffix(1);
        // the list says "kvm-amd" where the kernel knows kvm_amd
        if (open ? name.starts_with(canonical_name(allowed)) : name == allowed)
            return true;
    }
    return false;
}

Diagnoses check_symbols(const SymbolQuestion &question, Symvers &symvers) {
    return Check(question, symvers).run();
}

} // namespace mk
