// SPDX-License-Identifier: GPL-2.0-only
#include "policy/local_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "holders/find_holders.hpp"
#include "holders/holder_text.hpp"
#include "kmod/catalog.hpp"
#include "kmod/dependencies.hpp"

namespace mk::policy {
namespace {

constexpr std::size_t shown = 8; // of a list of names

std::string some_of(ModuleNames names) {
    const auto count = names.size();
    if (count <= shown)
        return join(names);
    names.resize(shown);
    return fmt::format("{} and {} more", join(names), count - shown);
}

// Of an initcall: a word, or a digit, perhaps with an s.
std::string_view without_level(std::string_view function) {
    for (const std::string_view level : {"early", "rootfs", "con"})
        if (function.ends_with(level))
            return function.substr(0, function.size() - level.size());
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (function.size() > 1 && function.back() == 's' && is_digit(function[function.size() - 2]))
        function.remove_suffix(1);
    if (!function.empty() && is_digit(function.back()))
        function.remove_suffix(1);
    return function;
}

Error built_in(const ConfigurationPlaces &places, const ModuleName &name) {
    constexpr std::size_t kallsyms_max = 64U << 20;
    const auto functions =
        init_functions(name, read_text(places.root + "/proc/kallsyms", kallsyms_max).value_or(""));
    return {ErrorCode::BuiltIn,
            fmt::format("{} is built into this kernel: no rule can keep it out; "
                        "initcall_blacklist={} on the kernel's command line does, from the next "
                        "boot on; nothing was changed",
                        name,
                        functions.empty() ? "FUNCTION, its init function," : join(functions, ",")),
            {.module = name}};
}

} // namespace

std::vector<std::string> init_functions(const ModuleName &name, std::string_view kallsyms) {
    // "__initcall__kmod_NAME__NUMBER_LINE_FUNCTIONLEVEL", where LEVEL is a digit, perhaps with an
    // s, or a word
    const auto begin = fmt::format(" __initcall__kmod_{}__", name);
    std::vector<std::string> functions;
    for (auto at = kallsyms.find(begin); at != std::string_view::npos;
         at = kallsyms.find(begin, at + 1)) {
        auto rest = kallsyms.substr(at + begin.size());
        rest = rest.substr(0, rest.find_first_of(" \t\n"));
        for (int number = 0; number < 2; ++number) {
            const auto end = rest.find('_');
            if (end == std::string_view::npos ||
                rest.substr(0, end).find_first_not_of("0123456789") != std::string_view::npos)
                rest = {};
            else
                rest.remove_prefix(end + 1);
        }
        rest = without_level(rest);
        if (!rest.empty() && std::find(functions.begin(), functions.end(), rest) == functions.end())
            functions.emplace_back(rest);
    }
    return functions;
}

Result<std::vector<std::string>> facts_before_denying(const ConfigurationPlaces &places,
                                                      const ModuleNames &names) {
    std::vector<std::string> sentences;
    auto catalog = Catalog::create(places.catalog());
    if (!catalog) {
        sentences.push_back(catalog.error().message);
        return sentences;
    }
    // One for all names: who needs a module is known once all modules have been looked at.
    Dependencies dependencies(catalog.value(), places.loaded());
    for (const auto &name : names) {
        const auto file = catalog.value().describe_name(name);
        const auto state = places.loaded().state(name);
        if (file ? file.value().built_in : state == LoadState::BuiltIn)
            return built_in(places, name);
        if (!file && state == LoadState::Absent)
            sentences.push_back(file.error().message + "; the rule is there for when it comes");
        if (!file)
            continue;
        ModuleNames dependents;
        for (const auto &one : dependencies.needed_by(name).below)
            if (one.need == Need::Hard && one.state == LoadState::Absent)
                dependents.push_back(one.name);
        if (!dependents.empty())
            sentences.push_back(fmt::format("{} is needed by {}, which cannot be loaded without it",
                                            name, some_of(dependents)));
    }
    return sentences;
}

std::vector<std::string> facts_of_loaded(const ConfigurationPlaces &places,
                                         const ModuleName &name) {
    const auto state = places.loaded().state(name);
    if (state == LoadState::Absent || state == LoadState::BuiltIn)
        return {};
    const auto users = places.loaded().holders(name);
    std::vector<std::string> held;
    if (!users.empty())
        held.push_back(some_of(users));
    if (const auto list = find_holders(name, {places.root, places.catalog()})) {
        const auto others = held_by(list.value());
        if (!others.clauses.empty())
            held.push_back(text_of(others));
        if (!others.remedy.empty())
            held.push_back(others.remedy);
    }
    if (held.empty())
        return {fmt::format("{} is loaded, and stays so; nothing holds it: \"modkeeper unload {}\"",
                            name, name)};
    return {fmt::format("{} is loaded, and stays so, held by {}", name, join(held, "; "))};
}

} // namespace mk::policy
