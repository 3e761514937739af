// SPDX-License-Identifier: GPL-2.0-only
// modkeeper info: one module, as its file and the kernel describe it. Needs no daemon, no driver
// and no privileges.
#include <fmt/format.h>

#include "base/format.hpp"
#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "base/text_file.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/load_target.hpp"
#include "cli/output/info_details.hpp"
#include "cli/output/json.hpp"
#include "cli/output/module_report.hpp"
#include "cli/output/module_text.hpp"
#include "cli/output/pager.hpp"
#include "cli/output/table.hpp"
#include "elf/module_license.hpp"

namespace mk::cli {
namespace {

Json json_of(const ModuleReport &report) {
    const auto of_file = [&](auto ModuleFile::*field) {
        return report.file ? Json((*report.file).*field) : Json();
    };
    const auto text_of_file = [&](std::string ModuleFile::*field) {
        return report.file ? text_or_null((*report.file).*field) : Json();
    };
    const auto of_kernel = [&](auto LoadedModule::*field) {
        return report.loaded ? Json((*report.loaded).*field) : Json();
    };
    const auto of_driver = [&](std::uint64_t LoadedModule::*field) {
        return report.recorded ? Json((*report.recorded).*field) : Json();
    };
    const auto loaded_at = [&](auto made) {
        return report.recorded ? made(report.recorded->loaded_realtime_ns) : Json();
    };
    Json parameters = Json::array();
    for (const ParameterRow &parameter : report.parameters)
        parameters.push_back(
            object({{"name", parameter.name},
                    {"type", text_or_null(parameter.type)},
                    {"value", parameter.live.value ? Json(*parameter.live.value) : Json()},
                    {"description", text_or_null(parameter.description)}}));
    return object(
        {{"name", report.name},
         {"state", state_name(report.state)},
         {"size", of_kernel(&LoadedModule::bytes)},
         {"references", of_kernel(&LoadedModule::references)},
         {"uses", of_kernel(&LoadedModule::uses)},
         {"used_by", of_kernel(&LoadedModule::used_by)},
         {"taints", of_kernel(&LoadedModule::taints)},
         {"load_count", of_driver(&LoadedModule::load_count)},
         {"loaded_time", loaded_at(time_or_null)},
         {"loaded_realtime_ns", loaded_at(number_or_null)},
         {"init_ns", report.recorded ? number_or_null(report.recorded->init_ns) : Json()},
         {"loaded_file", text_or_null(report.loaded_file)},
         {"file", text_of_file(&ModuleFile::path)},
         {"built_in", of_file(&ModuleFile::built_in)},
         {"description", text_of_file(&ModuleFile::description)},
         {"license", text_of_file(&ModuleFile::license)},
         {"gpl_compatible", report.file ? Json(is_gpl_compatible(report.file->license)) : Json()},
         {"version", text_of_file(&ModuleFile::version)},
         {"srcversion", text_of_file(&ModuleFile::srcversion)},
         {"vermagic", text_of_file(&ModuleFile::vermagic)},
         {"authors", of_file(&ModuleFile::authors)},
         {"depends", of_file(&ModuleFile::depends)},
         {"aliases", of_file(&ModuleFile::aliases)},
         {"blacklisted_by", text_of_file(&ModuleFile::blacklisted_by)},
         {"parameters", std::move(parameters)}});
}

// A line of the report, unless the value is empty.
void add_line(std::string &text, std::string_view title, const std::string &value) {
    if (!value.empty())
        text += fmt::format("{:<13} {}\n", title,
                            printable(value.substr(0, value.find_last_not_of(' ') + 1)));
}

void add_kernel(std::string &text, const ModuleReport &report) {
    add_line(text, "state", state_text(report.state));
    if (report.loaded) {
        add_line(text, "size", human_size(report.loaded->bytes));
        add_line(text, "references", std::to_string(report.loaded->references));
        add_line(text, "used by", join(report.loaded->used_by));
        add_line(text, "uses", join(report.loaded->uses));
        add_line(text, "taints", report.loaded->taints);
        add_line(text, "unloading", report.loaded->permanent ? "impossible: it has no exit" : "");
    }
    if (!report.recorded)
        return;
    const LoadedModule &recorded = *report.recorded;
    // the file that modprobe would load now is shown below
    if (!report.file || report.loaded_file != report.file->path)
        add_line(text, "loaded from", report.loaded_file);
    if (recorded.loaded_realtime_ns != 0)
        add_line(text, "loaded", human_time(recorded.loaded_realtime_ns));
    if (recorded.init_ns != 0)
        add_line(text, "init took", human_duration(recorded.init_ns));
    if (recorded.load_count != 0)
        add_line(text, "loads seen", std::to_string(recorded.load_count));
}

void add_file(std::string &text, const ModuleFile &file) {
    // more aliases than this are for machines: --json has them all
    constexpr std::size_t aliases_shown = 8;
    add_line(text, "file", file.built_in ? "built into the kernel" : file.path);
    add_line(text, "version", file.version);
    add_line(text, "srcversion", file.srcversion);
    add_line(text, "vermagic", file.vermagic);
    add_line(text, "license",
             fmt::format("{} ({})", file.license.empty() ? "none" : file.license,
                         license_meaning(file.license)));
    for (const std::string &author : file.authors)
        add_line(text, "author", author);
    add_line(text, "depends on", join(file.depends));
    add_line(text, "blacklisted", file.blacklisted_by.empty() ? "" : "by " + file.blacklisted_by);
    for (std::size_t i = 0; i < file.aliases.size() && i < aliases_shown; ++i)
        add_line(text, "alias", file.aliases[i]);
    if (file.aliases.size() > aliases_shown)
        add_line(text, "alias",
                 fmt::format("... and {} more", file.aliases.size() - aliases_shown));
}

// Whether the loaded module of this name is not the one in the file.
bool of_another_build(const ModuleReport &report) {
    return report.loaded && report.file && !report.loaded->srcversion.empty() &&
           !report.file->srcversion.empty() && report.loaded->srcversion != report.file->srcversion;
}

std::string text_of(const ModuleReport &report, const Details &details) {
    std::string text = painted(printable(report.name), Colour::Bold);
    if (report.file && !report.file->description.empty())
        text += " - " + printable(report.file->description);
    text += '\n';
    add_kernel(text, report);
    if (report.file)
        add_file(text, *report.file);
    text += file_lines(details);
    if (report.parameters.empty())
        return text + tables_of(details);
    Table table({{"PARAMETER"}, {"TYPE"}, {"VALUE"}, {"DESCRIPTION"}});
    for (const ParameterRow &parameter : report.parameters)
        table.add({parameter.name, parameter.type, parameter.live.value.value_or(""),
                   parameter.description});
    return text + '\n' + table.text() + tables_of(details);
}

struct Asked {
    std::string target;
    std::string field;
    Machine machine;
    DetailChoice details;
};

// As modinfo prints them: the values of that field in the module file, in their order.
std::vector<std::string> values_of(const ModuleReport &report, const Details &details,
                                   const std::string &field) {
    if (field == "name")
        return {report.name};
    if (field == "filename" && report.file)
        return {report.file->built_in ? "(builtin)" : report.file->path};
    std::vector<std::string> values;
    if (details.contents)
        for (const auto &[key, value] : details.contents->fields)
            if (key == field)
                values.push_back(value);
    return values;
}

Ended tell_field(const Invocation &invocation, const ModuleReport &report, const Details &details,
                 const std::string &field) {
    const auto values = values_of(report, details, field);
    if (invocation.json)
        std::fputs(json_text(object({{"name", report.name}, {"field", field}, {"values", values}}))
                       .c_str(),
                   stdout);
    else
        for (const std::string &value : values)
            std::puts(printable(value).c_str());
    return ExitCode::Ok;
}

Ended info(const Invocation &invocation, const Asked &asked) {
    const auto places = places_of(asked.machine);
    if (!places)
        return Failure{places.error()};
    if ((asked.details.devices || asked.details.resources) && !places.value().is_this_machine())
        return Failure{{ErrorCode::InvalidArgument, "--devices and --resources work only for the "
                                                    "running system, without --root and --kernel"}};
    const auto report = report_on(absolute_target(asked.target), places.value());
    if (!report)
        return Failure{report.error()};
    if (of_another_build(report.value()))
        note("module " + report.value().name +
             " in the kernel is a different build than this file");
    if (!report.value().also.empty())
        note(fmt::format("{} matches more modules, which a load would load too: {}; next: "
                         "modkeeper info NAME",
                         quote(asked.target), join(report.value().also)));
    const auto details = details_of(report.value(), asked.details, places.value());
    if (!asked.field.empty())
        return tell_field(invocation, report.value(), details, asked.field);
    if (invocation.json) {
        Json json = json_of(report.value());
        add_json(json, details);
        std::fputs(json_text(json).c_str(), stdout);
    } else {
        print_paged(text_of(report.value(), details), !invocation.no_pager);
    }
    return ExitCode::Ok;
}

} // namespace

void add_info(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "info",
                    "Show everything that is known about a module or a module file",
                    "  modkeeper info wireguard\n"
                    "  modkeeper info ./mydriver.ko\n"
                    "  modkeeper info wireguard --symbols\n"
                    "  modkeeper info e1000 --devices --resources\n"
                    "  modkeeper info -F vermagic wireguard\n"
                    "  modkeeper info wireguard --kernel \"$(uname -r)\"\n"
                    "  modkeeper info dummy --json | jq .parameters");
    const auto asked = std::make_shared<Asked>();
    command.argument("NAME|FILE", asked->target, "A module name, an alias, or a file");
    command.option("-F,--field", "FIELD", asked->field,
                   "Print only the values of this field of the module file, one per line");
    command.machine(asked->machine);
    command.flag("--symbols", asked->details.symbols,
                 "Show the symbols it exports, and those it imports with their providers");
    command.flag("--devices", asked->details.devices,
                 "Show the devices bound to its drivers, and their nodes in /dev");
    command.flag("--resources", asked->details.resources,
                 "Show the I/O ports, memory ranges and interrupts of those devices");
    command.no_pager();
    command.runs([&invocation, asked] { return info(invocation, *asked); });
}

} // namespace mk::cli
