// SPDX-License-Identifier: GPL-2.0-only
// modkeeper list: the loaded modules. It reads /proc/modules, as every user may: asking the daemon
// would take longer than everything else.
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/module_list.hpp"
#include "cli/output/pager.hpp"
#include "driver_client/event_filter.hpp"

namespace mk::cli {
namespace {

struct Asked {
    ListChoice choice;
    bool tree = false;
    bool memory = false;
};

Ended list(const Invocation &invocation, const Asked &asked) {
    for (const std::string &glob : asked.choice.globs)
        if (const auto sound = driver::check_glob(glob); !sound)
            return Failure{sound.error()};
    const LoadedModules kernel;
    if (!kernel.readable())
        return Failure{{ErrorCode::Failed,
                        "/proc/modules cannot be read: this kernel has no loadable modules, or "
                        "/proc is not mounted"}};
    const auto all = with_uses(kernel.list());
    const auto modules = chosen(all, asked.choice);
    if (modules.empty() && !asked.choice.globs.empty())
        note("no loaded module matches");
    MemoryByName found;
    if (asked.memory)
        found = memory_of(modules);
    const auto *memory = asked.memory ? &found : nullptr;
    if (invocation.json)
        std::fputs(json_text(json_of(modules, memory)).c_str(), stdout);
    else
        print_paged(asked.tree ? tree_of(modules, all)
                               : table_of(modules, memory, !invocation.no_legend),
                    !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_list(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "list", "List the loaded modules",
                    "  modkeeper list\n"
                    "  modkeeper list 'snd*' --sort size --memory\n"
                    "  modkeeper list --unused\n"
                    "  modkeeper list --tree\n"
                    "  modkeeper list --json | jq -r '.[].name'\n"
                    "  modkeeper list --json | jq 'map(.size) | add'");
    const auto asked = std::make_shared<Asked>();
    command.arguments("GLOB", asked->choice.globs,
                      "Show only modules with matching names, such as 'snd*'", Offer::Loaded);
    command.choice("--sort", {"name", "size", "refs", "age"}, asked->choice.order,
                   "Sort by name (default), size, references, or age (newest first)");
    command.choice("--state", {"live", "coming", "going"}, asked->choice.state,
                   "Show only modules in this state");
    command.flag("--unused", asked->choice.unused, "Show only modules without references");
    command.flag("--tainted", asked->choice.tainted, "Show only modules that taint the kernel");
    command.flag("--tree", asked->tree, "Show the modules that each one uses below it");
    command.flag("--memory", asked->memory,
                 "Show the sizes of code, constants, data and init sections in the module files");
    command.no_legend();
    command.no_pager();
    command.runs([&invocation, asked] { return list(invocation, *asked); });
}

} // namespace mk::cli
