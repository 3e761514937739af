// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/changes_text.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "base/printable.hpp"
#include "cli/diagnostics.hpp"

namespace mk::cli {

Json json_of(const Changes &changes) {
    Json list = Json::array();
    for (const Change &change : changes)
        list.push_back(object({{"action", change.action},
                               {"file", text_or_null(change.file)},
                               {"text", text_or_null(change.text)},
                               {"where", text_or_null(change.where)},
                               {"message", text_or_null(change.message)}}));
    return list;
}

void print_changes(const Invocation &invocation, const Changes &changes) {
    for (const Change &change : changes) {
        if (change.action == "note")
            note(change.message);
        else if (change.action == "kept")
            note("nothing to do: " + change.where + " says so already");
        else if (!invocation.json && !invocation.quiet)
            fmt::print("{:<7} {}: {}\n", change.action, printable(change.file),
                       change.text.empty() ? "a line that not every user may read"
                                           : printable(change.text));
    }
}

ExitCode tell_changes(const Invocation &invocation, const Changes &changes) {
    const bool done = did_something(changes);
    if (invocation.json)
        std::fputs(json_text(object({{"result", done ? "changed" : "unchanged"},
                                     {"changes", json_of(changes)}}))
                       .c_str(),
                   stdout);
    print_changes(invocation, changes);
    return done ? ExitCode::Ok : ExitCode::NothingToDo;
}

} // namespace mk::cli
