// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/line_effect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/module_name.hpp"
#include "base/pattern.hpp"
#include "base/suggestion.hpp"
#include "base/text_file.hpp"
#include "kmod/parameters.hpp"

namespace mk {

namespace {

bool is_same(const Origin &one, const Origin &other) {
    return one.file == other.file && one.line == other.line;
}

LineVerdict useless(std::string why) {
    return {LineEffect::Useless, std::move(why), ""};
}

LineVerdict judge_unknown(const ModprobeLine &line) {
    const auto near = nearest(line.name, kind_words());
    if (near == line.name)
        return {LineEffect::Skipped, "modprobe skips it: something is missing after the first word",
                ""};
    return {LineEffect::Skipped,
            fmt::format("modprobe skips it: it has no keyword {}{}", quote(line.name),
                        near.empty() ? "" : "; did you mean " + near + "?"),
            ""};
}

// Whether all of the line counts. A trailing comment does no harm.
LineVerdict whole_line(const ModprobeLine &line) {
    if (line.passed_over.empty() || line.passed_over.starts_with('#'))
        return {};
    return {
        LineEffect::Counts,
        fmt::format("modprobe ignores {}: the line takes only one name", quote(line.passed_over)),
        ""};
}

bool is_file_name(std::string_view name) {
    for (const std::string_view ending : {".ko", ".ko.gz", ".ko.xz", ".ko.zst"})
        if (name.ends_with(ending))
            return true;
    return false;
}

LineVerdict judge_compared_pattern(const ModprobeLine &line) {
    const bool is_options = line.kind == LineKind::Options;
    return useless(
        fmt::format("kmod compares the name in {} line literally, and no module {}is called {}",
                    is_options ? "an options" : "a blacklist", is_options ? "or alias line " : "",
                    quote(line.name)));
}

// kmod compares names of the blacklist on the kernel command line literally.
LineVerdict judge_blacklist(const ModprobeLine &line) {
    if (is_pattern(line.name))
        return judge_compared_pattern(line);
    const ModuleName meant(line.name);
    if (meant.str() == line.name)
        return whole_line(line);
    return useless(
        fmt::format("the module is called {}, and kmod compares the name literally", meant));
}

std::string clause_of(const ModprobeLine &line) {
    return line.kind == LineKind::Install || line.kind == LineKind::Remove
               ? "modprobe runs the " + std::string(kind_word(line.kind)) + " line of "
               : "modprobe uses the " + std::string(kind_word(line.kind)) + " line of ";
}

// Of lines of these kinds, modprobe uses the first one whose name or pattern matches.
LineVerdict judge_first(const ModprobeLine &line, const ModprobeConfiguration &modprobe,
                        Catalog *catalog) {
    const auto *counts = modprobe.first_matching(line.kind, line.name);
    if (counts != nullptr && !is_same(counts->origin, line.origin))
        return {LineEffect::Overridden, clause_of(line) + counts->origin.text(),
                counts->origin.text()};
    if (line.kind == LineKind::Install && catalog != nullptr && check_name(line.name) &&
        catalog->has_softdeps(ModuleName(line.name)))
        return useless("the module has softdeps, so modprobe ignores its install line");
    return {};
}

// The modules to which @alias, which may be a pattern, would lead without modprobe.d, which takes
// precedence over names and the index.
std::vector<std::string> modules_behind(const std::string &alias, const Catalog &catalog) {
    std::set<std::string> modules;
    for (const auto &name : catalog.names())
        if (fits(alias, name))
            modules.insert(name);
    for (const auto &[pattern, module] : catalog.index_aliases())
        if (fits(pattern, alias) || fits(alias, pattern))
            modules.insert(module);
    return {modules.begin(), modules.end()};
}

// Whether the alias leads to a module, or to an install command.
bool leads_somewhere(const ModprobeLine &line, const ModprobeConfiguration &modprobe,
                     Catalog &catalog) {
    return check_name(line.rest) &&
           (catalog.describe_name(ModuleName(line.rest)) ||
            modprobe.first_matching(LineKind::Install, line.rest) != nullptr);
}

// modprobe uses all matching alias lines: another line that leads somewhere and matches everything
// that @line does. Nothing: there is none.
const ModprobeLine *other_alias(const ModprobeLine &line, const ModprobeConfiguration &modprobe,
                                Catalog &catalog) {
    for (const auto &other : modprobe.lines())
        if (other.kind == LineKind::Alias && !is_same(other.origin, line.origin) &&
            (other.name == line.name || fits(other.name, line.name)) &&
            leads_somewhere(other, modprobe, catalog))
            return &other;
    return nullptr;
}

LineVerdict judge_alias(const ModprobeLine &line, const ModprobeConfiguration &modprobe,
                        Catalog *catalog) {
    if (catalog == nullptr || !check_name(line.rest) || leads_somewhere(line, modprobe, *catalog))
        return whole_line(line);
    if (const auto *other = other_alias(line, modprobe, *catalog))
        return useless(fmt::format(
            "there is no module {}, and modprobe also uses the alias line of {}, which leads to {}",
            quote(line.rest), other->origin.text(), other->rest));
    const auto kept = modules_behind(line.name, *catalog);
    if (kept.empty())
        return useless(
            fmt::format("there is no module {}, so the alias leads nowhere", quote(line.rest)));
    return {LineEffect::Counts,
            fmt::format("there is no module {}, which keeps {} from loading {}", quote(line.rest),
                        quote(line.name), join(kept)),
            ""};
}

// The kernel gets all of them, and uses the last one of a name.
LineVerdict judge_values(const ModprobeLine &line, const ModprobeConfiguration &modprobe) {
    std::vector<std::string> replaced;
    std::string where;
    const auto options = modprobe.options_named(line.name);
    for (const auto &option : options) {
        if (!is_same(option.origin, line.origin))
            continue;
        const auto counts = modprobe.option_named(line.name, option.name);
        if (!counts || is_same(counts->origin, line.origin))
            continue;
        replaced.push_back(option.name);
        where = counts->origin.text();
    }
    if (replaced.empty())
        return {};
    return {LineEffect::Overridden,
            fmt::format("{} also sets {}, and the last value counts", where, join(replaced)),
            where};
}

// Values that the module parses itself are known only to the module.
LineVerdict judge_parameters(const ModprobeLine &line, const ModuleFile &file) {
    std::vector<std::string> texts;
    for (const auto &option : split_assignments(line.rest))
        texts.push_back(to_argument(option));
    for (const auto &[severity, error] : parameter_problems(file, texts))
        if (error.code == ErrorCode::UnknownParameter)
            return useless(error.message + "; the kernel ignores unknown parameters");
        else if (severity == Severity::Fails)
            return {LineEffect::Refused, error.message, ""};
    return {};
}

LineVerdict judge_options(const ModprobeLine &line, const ModprobeConfiguration &modprobe,
                          Catalog *catalog) {
    const bool is_of_alias = modprobe.has_alias(line.name);
    if (is_pattern(line.name) && !is_of_alias)
        return judge_compared_pattern(line);
    const auto file = catalog != nullptr && check_name(line.name)
                          ? catalog->describe_name(ModuleName(line.name))
                          : Result<ModuleFile>(Error{ErrorCode::NotFound, ""});
    if (file && file.value().built_in && !line.origin.on_command_line())
        return useless("the module is built into the kernel, which does not read modprobe.d");
    // not all built-in code is in a list, and the kernel reads its command line itself
    if (!file && catalog != nullptr && !line.origin.on_command_line() && !is_of_alias &&
        !catalog->knows(line.name))
        return useless(fmt::format("there is no module or alias {}", quote(line.name)));
    auto verdict = judge_values(line, modprobe);
    if (!file || file.value().built_in || verdict.effect != LineEffect::Counts)
        return verdict;
    return judge_parameters(line, file.value());
}

} // namespace

std::string_view effect_name(LineEffect effect) {
    switch (effect) {
    case LineEffect::Overridden:
        return "overridden";
    case LineEffect::Skipped:
        return "skipped";
    case LineEffect::Useless:
        return "useless";
    case LineEffect::Refused:
        return "refused";
    case LineEffect::Counts:
        break;
    }
    return "counts";
}

LineVerdict judge_line(const ModprobeLine &line, const ModprobeConfiguration &modprobe,
                       Catalog *catalog) {
    if (line.kind != LineKind::Unknown && line.kind != LineKind::Alias && is_file_name(line.name))
        return useless("no module has that name: names are written without .ko");
    switch (line.kind) {
    case LineKind::Unknown:
        return judge_unknown(line);
    case LineKind::Blacklist:
        return judge_blacklist(line);
    case LineKind::Alias:
        return judge_alias(line, modprobe, catalog);
    case LineKind::Options:
        return judge_options(line, modprobe, catalog);
    default:
        return judge_first(line, modprobe, catalog);
    }
}

} // namespace mk
