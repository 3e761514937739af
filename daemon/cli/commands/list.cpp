// SPDX-License-Identifier: GPL-2.0-only
// modkeeper list: the modules in the kernel. Everything is in /proc/modules, which every user may
// read: asking the daemon for the same would take longer than all else.
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
    const auto all = kernel.list();
    const auto modules = chosen(all, asked.choice);
    if (modules.empty() && !asked.choice.globs.empty())
        note("no loaded module is meant by that");
    MemoryByName found;
    if (asked.memory)
        found = memory_of(modules);
    const auto *memory = asked.memory ? &found : nullptr;
    if (invocation.json)
        std::fputs(json_text(json_of(modules, all, memory)).c_str(), stdout);
    else
        print_paged(asked.tree ? tree_of(modules, all)
                               : table_of(modules, memory, !invocation.no_legend),
                    !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_list(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "list", "List the modules in the kernel",
                    "  modkeeper list\n"
                    "  modkeeper list 'snd*' --sort size --memory\n"
                    "  modkeeper list --unused\n"
                    "  modkeeper list --tree\n"
                    "  modkeeper list --json | jq -r '.[].name'\n"
                    "  modkeeper list --json | jq 'map(.size) | add'");
    const auto asked = std::make_shared<Asked>();
    command.arguments("GLOB", asked->choice.globs, "Only names like these, such as 'snd*'",
                      Offer::Loaded);
    command.choice("--sort", {"name", "size", "refs", "age"}, asked->choice.order,
                   "By name (default), size, references, or age with the newest first");
    command.choice("--state", {"live", "coming", "going"}, asked->choice.state,
                   "Only modules in this state");
    command.flag("--unused", asked->choice.unused, "Only those that nothing refers to");
    command.flag("--tainted", asked->choice.tainted, "Only those that taint the kernel");
    command.flag("--tree", asked->tree, "Show below each module what it uses");
    command.flag("--memory", asked->memory,
                 "Show code, constants, data and what init takes, as the files say");
    command.no_legend();
    command.no_pager();
    command.runs([&invocation, asked] { return list(invocation, *asked); });
}

} // namespace mk::cli
