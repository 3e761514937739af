// SPDX-License-Identifier: GPL-2.0-only
#include "explain/unnamed_load.hpp"

#include <string>
#include <string_view>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "elf/decompress.hpp"
#include "explain/deciding_line.hpp"
#include "explain/explain_record.hpp"
#include "explain/tool_task.hpp"

namespace mk {

namespace {

using driver::ModuleEvent;

std::string name_in(const driver::Event &event) {
    for (const auto &line : telling_lines(event))
        if (auto name = module_named_in(line); !name.empty() && deciding_line({line}))
            return name;
    return {};
}

// What a tool was given to load; "": it is none of the usual ones.
std::string given_in(std::string_view command) {
    const auto task = tool_task(command);
    return task && !task->unloads ? task->targets.front() : "";
}

std::string given_by_root(const driver::Event &event, const ModuleEvent &load) {
    return event.uid == 0 && !load.other_root ? given_in(load.command) : "";
}

std::string name_of(const driver::Event &event, const ModuleEvent &load) {
    if (auto name = name_in(event); !name.empty())
        return name;
    const auto name = module_given_by(given_by_root(event, load));
    return check_name(name) ? name.str() : "";
}

} // namespace

void name_loads(std::vector<driver::Event> &events) {
    for (auto &event : events)
        if (event.kind == driver::EventKind::LoadFailed)
            if (auto *load = std::get_if<ModuleEvent>(&event.body);
                load != nullptr && load->module.empty())
                load->module = name_of(event, *load);
}

void find_file(driver::Event &event, Result<Catalog> &catalog) {
    auto *load = std::get_if<ModuleEvent>(&event.body);
    if (load == nullptr || !load->file.empty() || load->module.empty())
        return;
    auto path = given_by_root(event, *load);
    if (path.empty())
        return;
    // modprobe loads what that module needs before it
    if (!is_path(path))
        path = catalog ? catalog.value().path_of(ModuleName(load->module)) : "";
    // Of others the kernel reads the file itself, and the record has it.
    if (packing_of_file(path) != Packing::None)
        load->file = path;
}

} // namespace mk
