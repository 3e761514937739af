// SPDX-License-Identifier: GPL-2.0-only
// modkeeper holders: everything that keeps a module from being unloaded.
#include <fmt/format.h>

#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/json.hpp"
#include "cli/output/next_step.hpp"
#include "cli/output/pager.hpp"
#include "cli/output/table.hpp"
#include "cli/seen_holders.hpp"
#include "holders/holder_text.hpp"

namespace mk::cli {
namespace {

Json json_of(const Holder &holder) {
    return object({{"kind", std::string(name_of(holder.kind))},
                   {"what", holder.what},
                   {"through", text_or_null(holder.through)},
                   {"pid", number_or_null(holder.pid)},
                   {"comm", text_or_null(holder.command)},
                   {"uid", holder.user ? Json(*holder.user) : Json()},
                   {"fd", holder.fd < 0 ? Json() : Json(holder.fd)},
                   {"mount_point", text_or_null(holder.mount_point)},
                   {"namespace_inode", number_or_null(holder.name_space)},
                   {"references", holder.references},
                   {"remedy", text_or_null(holder.remedy)}});
}

Json json_of(const HolderList &list) {
    Json holders = Json::array();
    for (const Holder &holder : list.holders)
        holders.push_back(json_of(holder));
    return object({{"module", list.module},
                   {"references", list.references},
                   {"explained", list.explained()},
                   {"held_by", std::move(holders)},
                   {"unchecked", list.unchecked}});
}

std::string text_of(const HolderList &list) {
    if (!list.is_held())
        return fmt::format("Nothing holds {}.\n", list.module);
    Table table({{"kind"}, {"holder"}});
    for (const Holder &holder : list.holders)
        table.add({std::string(name_of(holder.kind)), text_of(holder)});
    auto text = table.text(false);
    if (const auto rest = unexplained(list); !rest.empty())
        text += painted(printable(rest) + ".", Colour::Faint) + '\n';
    if (const auto remedies = remedies_of(list); !remedies.empty()) {
        text += fmt::format("To free {}, type as root:\n", list.module);
        for (const auto &remedy : remedies)
            text += "  " + printable(remedy) + '\n';
    }
    return text;
}

Result<HolderList> look(const std::string &given) {
    return seen_holders(TRY(ModuleName::checked(given)));
}

Ended holders(const Invocation &invocation, const std::string &name) {
    const auto found = look(name);
    if (!found)
        return Failure{found.error(), next_step_after(found.error(), {"holders", {name}})};
    const HolderList &list = found.value();
    if (invocation.json)
        std::fputs(json_text(json_of(list)).c_str(), stdout);
    else
        print_paged(text_of(list), !invocation.no_pager);
    for (const std::string &clause : list.unchecked)
        note(clause);
    return ExitCode::Ok;
}

} // namespace

void add_holders(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "holders", "Show what keeps a module from being unloaded",
                    "  modkeeper holders loop\n"
                    "  modkeeper holders dummy --json | jq '.held_by[].what'\n"
                    "\n"
                    "Processes of other users are shown to root only.");
    const auto name = std::make_shared<std::string>();
    command.argument("NAME", *name, "Name of a loaded module", Offer::Loaded);
    command.no_pager();
    command.runs([&invocation, name] { return holders(invocation, *name); });
}

} // namespace mk::cli
