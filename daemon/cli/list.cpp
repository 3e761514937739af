// SPDX-License-Identifier: GPL-2.0-only
// modkeeper list: the modules in the kernel, from the best source there is.
#include <algorithm>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/human.hpp"
#include "cli/json.hpp"
#include "cli/manager_client.hpp"
#include "cli/module_text.hpp"
#include "cli/pager.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "driver/device_driver.hpp"
#include "engine/loaded_modules.hpp"
#include "engine/text_file.hpp"

namespace mk::cli {
namespace {

Result<std::vector<ListedModule>> from_daemon() {
    auto client = ManagerClient::connect();
    return client ? client.value().list() : client.error();
}

Result<std::vector<ListedModule>> from_driver() {
    driver::DeviceDriver driver;
    auto modules = driver.modules();
    if (!modules)
        return modules.error();
    std::vector<ListedModule> listed;
    for (driver::Module &module : modules.value())
        listed.push_back({std::move(module.name), state_text(module.state), module.core_bytes,
                          module.references, std::move(module.used_by)});
    return listed;
}

Result<std::vector<ListedModule>> from_proc() {
    if (access("/proc/modules", R_OK) != 0)
        return Error{ErrorCode::Failed,
                     "/proc/modules cannot be read: this kernel has no loadable modules, or /proc "
                     "is not mounted"};
    std::vector<ListedModule> listed;
    for (engine::LoadedModule &module : engine::LoadedModules().list())
        listed.push_back({std::move(module.name), state_text(module.state), module.bytes,
                          module.references, std::move(module.used_by)});
    return listed;
}

// Of the best source there is. Without the daemon the reader is told which.
Result<std::vector<ListedModule>> modules_now() {
    auto listed = from_daemon();
    if (listed)
        return listed;
    std::string why = listed.error().message;
    if (listed = from_driver(); listed) {
        note("asked the driver itself: " + why);
        return listed;
    }
    note("read from /proc/modules: " + why + "; " + listed.error().message);
    return from_proc();
}

Json json_of(const std::vector<ListedModule> &modules) {
    Json list = Json::array();
    for (const ListedModule &module : modules)
        list.push_back({{"name", module.name},
                        {"state", module.state},
                        {"size", module.bytes},
                        {"references", module.references},
                        {"used_by", module.used_by}});
    return list;
}

std::string text_of(const std::vector<ListedModule> &modules) {
    const bool all_live = std::all_of(modules.begin(), modules.end(),
                                      [](const auto &module) { return module.state == "live"; });
    std::vector<Table::Column> columns = {
        {"NAME"}, {"SIZE", Table::Align::Right}, {"REFS", Table::Align::Right}};
    if (!all_live)
        columns.push_back({"STATE"});
    columns.push_back({"USED BY"});
    Table table(std::move(columns));
    for (const ListedModule &module : modules) {
        std::vector<std::string> row = {printable(module.name), human_size(module.bytes),
                                        std::to_string(module.references)};
        if (!all_live)
            row.push_back(module.state);
        row.push_back(engine::join(module.used_by, ","));
        table.add(std::move(row));
    }
    return table.text();
}

ExitCode list(const Invocation &invocation) {
    auto listed = modules_now();
    if (!listed)
        return fail(listed.error());
    auto &modules = listed.value();
    // the sources have orders of their own
    std::sort(modules.begin(), modules.end(),
              [](const auto &one, const auto &other) { return one.name < other.name; });
    if (invocation.json)
        std::fputs(json_text(json_of(modules)).c_str(), stdout);
    else
        print_paged(text_of(modules), !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_list(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "list", "List the modules in the kernel",
                    "  modkeeper list\n"
                    "  modkeeper list --json | jq -r '.[].name'\n"
                    "  modkeeper list --json | jq 'map(.size) | add'");
    command.no_pager();
    command.runs([&invocation] { return list(invocation); });
}

} // namespace mk::cli
