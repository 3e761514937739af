// SPDX-License-Identifier: GPL-2.0-only
// modkeeper history: the journal entries of modkeeperd, from this boot and earlier ones.
#include <deque>
#include <fmt/format.h>

#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/shell_word.hpp"
#include "base/terminal.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/event_options.hpp"
#include "cli/output/event_text.hpp"
#include "cli/output/pager.hpp"
#include "journal/reader.hpp"

namespace mk::cli {
namespace {

struct HistoryArguments {
    std::string name;
    EventOptions options;
    bool this_boot = false;
};

using Entries = std::deque<journal::Found>;

Result<Entries> entries_of(const HistoryArguments &arguments) {
    const auto filter = TRY(arguments.options.filter());
    journal::Wanted wanted;
    wanted.module = ModuleName(arguments.name);
    wanted.this_boot = arguments.this_boot;
    // an entry of this boot may have been made before the clock was set
    if (filter.since && !filter.since->boottime_ns)
        wanted.since_ns = filter.since->realtime_ns;
    Entries entries;
    const auto most = arguments.options.most();
    TRY(journal::each_entry(wanted, [&](journal::Found &found) {
        if (!filter.matches(found.event, found.this_boot))
            return;
        entries.push_back(std::move(found));
        if (most && entries.size() > *most)
            entries.pop_front();
    }));
    return entries;
}

// Any entry, of any time.
bool journal_knows(const std::string &name) {
    bool known = false;
    journal::Wanted wanted;
    wanted.module = ModuleName(name);
    const auto read = journal::each_entry(wanted, [&](journal::Found &) { known = true; });
    return read && known;
}

std::string json_lines(const Entries &entries) {
    std::string text;
    for (const journal::Found &found : entries) {
        Json json = json_of(found.event);
        add(json, "boot_id", found.boot_id);
        add(json, "this_boot", found.this_boot);
        add(json, "message", found.message);
        text += json_line(json) + '\n';
    }
    return text;
}

std::string text_of(const Entries &entries, bool legend) {
    std::string text = legend ? event_titles() + '\n' : "";
    std::string boot;
    for (const journal::Found &found : entries) {
        if (found.boot_id != boot) {
            boot = found.boot_id;
            text += painted(fmt::format("-- {} {} --", found.this_boot ? "this boot" : "boot",
                                        printable(boot)),
                            Colour::Faint) +
                    '\n';
        }
        text += event_line(found.event) + '\n';
    }
    return text;
}

Ended history(const Invocation &invocation, const HistoryArguments &arguments) {
    if (const auto checked = arguments.name.empty() ? Result<void>() : check_name(arguments.name);
        !checked)
        return Failure{checked.error()};
    const auto entries = entries_of(arguments);
    if (!entries)
        return Failure{entries.error()};
    if (invocation.json)
        std::fputs(json_lines(entries.value()).c_str(), stdout);
    if (entries.value().empty()) {
        if (arguments.name.empty()) {
            note("the journal has no matching entries of modkeeperd");
            return ExitCode::Ok;
        }
        if (journal_knows(arguments.name)) {
            note("the journal has entries about module " + quote(arguments.name) +
                 ", but none that match");
            return ExitCode::Ok;
        }
        return Failure{{ErrorCode::NotFound,
                        "the journal has no entries about a module " + quote(arguments.name)},
                       "modkeeper events --module " + shell_word(arguments.name)};
    }
    if (!invocation.json)
        print_paged(text_of(entries.value(), !invocation.no_legend), !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_history(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "history",
        "Show loads, failures, unloads and what the policy did, across boots",
        "  modkeeper history\n"
        "  modkeeper history mydriver --failed\n"
        "  modkeeper history --since yesterday --json | jq -r .message\n"
        "  journalctl MODKEEPER_MODULE=dummy\n"
        "\n"
        "With --json, each line is one object. modkeeperd writes the entries to the journal.");
    const auto arguments = std::make_shared<HistoryArguments>();
    command.optional("NAME", arguments->name, "Name of a module (default: all modules)");
    arguments->options.add_to(command);
    command.flag("-b,--boot", arguments->this_boot, "Show only this boot");
    command.no_legend();
    command.no_pager();
    command.runs([&invocation, arguments] { return history(invocation, *arguments); });
}

} // namespace mk::cli
