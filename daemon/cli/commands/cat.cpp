// SPDX-License-Identifier: GPL-2.0-only
// modkeeper cat: the lines of modprobe.d, their places and their effects. Needs no daemon, no
// driver and no privileges.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/module_name.hpp"
#include "base/pattern.hpp"
#include "base/text_file.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/cat_text.hpp"
#include "cli/output/pager.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::vector<std::string> names;
    Machine machine;
};

// What modprobe would use for one name or alias.
struct Subject {
    std::string name;              // in the kernel's spelling
    std::set<std::string> modules; // their names, and a pattern that was asked for
    std::set<std::string> aliases; // texts of lines by which these are found
    std::optional<Error> unknown;  // it leads nowhere
};

Subject subject_of(const std::string &name, Catalog *catalog) {
    Subject subject{canonical_pattern(name).value_or(name), {}, {}, {}};
    if (catalog == nullptr) {
        subject.modules.insert(subject.name);
        return subject;
    }
    const auto modules = catalog->resolve_names(name);
    if (modules)
        subject.modules.insert(modules.value().begin(), modules.value().end());
    else
        subject.unknown = modules.error();
    // lines about a module that does not exist are shown too
    subject.modules.insert(subject.name);
    return subject;
}

bool is_about(const ModprobeLine &line, const Subject &subject) {
    const auto &modules = subject.modules;
    switch (line.kind) {
    case LineKind::Alias:
        return fits(line.name, subject.name) || modules.contains(line.rest);
    case LineKind::Unknown:
        for (const auto word : split(line.rest, " \t="))
            if (modules.contains(ModuleName(word)))
                return true;
        return false;
    case LineKind::Options:
        if (subject.aliases.contains(line.name))
            return true;
        [[fallthrough]];
    case LineKind::Blacklist:
        // kmod knows no patterns in these
        return modules.contains(canonical_pattern(line.name).value_or(line.name));
    default:
        return std::any_of(modules.begin(), modules.end(), [&](const auto &module) {
            return fits(canonical_pattern(line.name).value_or(line.name), module);
        });
    }
}

// NotFound if a name is unknown, and no line is about it.
Result<void> keep_lines_about(const std::vector<Subject> &subjects, ShownConfiguration &shown) {
    for (const auto &subject : subjects) {
        const auto speaks = [&](const auto &one) { return is_about(one.line, subject); };
        if (std::any_of(shown.lines.begin(), shown.lines.end(), speaks))
            continue;
        if (subject.unknown)
            return *subject.unknown;
        note(fmt::format("no line {}is about {}",
                         shown.unread.empty() ? "" : "of the files that could be read ",
                         quote(subject.name)));
    }
    std::erase_if(shown.lines, [&](const auto &one) {
        return std::none_of(subjects.begin(), subjects.end(),
                            [&](const auto &subject) { return is_about(one.line, subject); });
    });
    shown.hidden.clear();
    return {};
}

// modprobe.d has no lines about files.
Result<void> check_subject(const std::string &name) {
    if (is_path(name))
        return Error{
            ErrorCode::InvalidArgument,
            fmt::format("{} is a file, and lines of modprobe.d are about names and aliases",
                        quote(name))};
    return check_load_target(name);
}

Result<ShownConfiguration> look(const Asked &asked) {
    for (const auto &name : asked.names)
        TRY(check_subject(name));
    const auto places = TRY(places_of(asked.machine, !asked.machine.kernel.empty()));
    auto catalog = Catalog::create(places.catalog(), NearNames::LookedFor);
    if (!catalog)
        note(catalog.error().message + "; what depends on the modules was not looked at");
    // without a list of modules, none can be missing
    const bool knows = catalog && !catalog.value().names().empty();
    auto *modules = knows ? &catalog.value() : nullptr;
    auto sources = places.catalog().configuration();
    sources.index_folder = modules != nullptr ? modules->module_dir() : "";
    const auto modprobe = ModprobeConfiguration::read_from(sources);
    ShownConfiguration shown{{}, modprobe.hidden(), modprobe.unread()};
    for (const auto &line : modprobe.lines())
        shown.lines.push_back({line, judge_line(line, modprobe, modules)});
    std::vector<Subject> subjects;
    for (const auto &name : asked.names) {
        auto &subject = subjects.emplace_back(subject_of(name, modules));
        for (const auto &line : modprobe.lines())
            if (line.kind == LineKind::Alias && is_about(line, subject))
                subject.aliases.insert(line.name);
    }
    if (!subjects.empty())
        TRY(keep_lines_about(subjects, shown));
    return shown;
}

Ended cat(const Invocation &invocation, const Asked &asked) {
    const auto shown = look(asked);
    if (!shown)
        return Failure{shown.error()};
    for (const auto &file : shown.value().unread)
        note("not read: " + file.path + ": " + file.reason);
    if (invocation.json)
        std::fputs(json_text(json_of(shown.value())).c_str(), stdout);
    else
        print_paged(text_of(shown.value()), !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_cat(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "cat",
        "Show the lines of modprobe.d, which of them take effect, and why others do not",
        "  modkeeper cat\n"
        "  modkeeper cat zram\n"
        "  modkeeper cat --json | jq -r '.lines[] | select(.effect != \"counts\") | .where'\n"
        "\n"
        "Lines are listed under their file, with their numbers, in the order in which modprobe\n"
        "reads them: files by name, then the kernel command line. The reason why a line has no\n"
        "effect is printed below it: another line overrides it, modprobe skips it, nothing uses\n"
        "it, or the kernel would refuse the module because of it. Files that are hidden by files\n"
        "of the same name are listed at the end. With NAME, only the lines that modprobe would\n"
        "use for it are shown. \"modprobe --showconfig\" prints the lines that modprobe has read,\n"
        "without their places, and the aliases and symbols of the index.");
    const auto asked = std::make_shared<Asked>();
    command.arguments("NAME", asked->names, "Names or aliases (default: every line)");
    command.machine(asked->machine);
    command.no_pager();
    command.runs([&invocation, asked] { return cat(invocation, *asked); });
}

} // namespace mk::cli
