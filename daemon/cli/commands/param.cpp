// SPDX-License-Identifier: GPL-2.0-only
// modkeeper param: shows the parameters of a module, sets them now and for future loads, and
// follows writes to them.
#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <set>
#include <unistd.h>

#include "base/assignments.hpp"
#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/suggestion.hpp"
#include "base/text_file.hpp"
#include "cli/client/configuration_client.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/changes_text.hpp"
#include "cli/output/event_stream.hpp"
#include "cli/output/job_output.hpp"
#include "cli/output/next_step.hpp"
#include "cli/output/pager.hpp"
#include "cli/output/parameter_text.hpp"
#include "config/parameter_write.hpp"
#include "driver_client/dev_node_client.hpp"

namespace mk::cli {
namespace {

struct ParamArguments {
    std::string module;
    std::vector<std::string> parameters;
    bool persist = false;
    bool persist_only = false;
    bool unset = false;
    bool watch = false;
    Machine machine;
};

bool is_assignment(const std::string &text) {
    return argument_of(text).has_value;
}

std::string name_in(const std::string &text) {
    return argument_of(text).name;
}

// Options that cannot be combined.
Result<void> check(const ParamArguments &arguments) {
    const auto invalid = [](std::string text) {
        return Error{ErrorCode::InvalidArgument, std::move(text)};
    };
    const auto assignments =
        std::count_if(arguments.parameters.begin(), arguments.parameters.end(), is_assignment);
    const bool all = assignments == static_cast<std::ptrdiff_t>(arguments.parameters.size());
    if (assignments > 0 && !all)
        return invalid("cannot show and set parameters in the same command");
    if (arguments.unset && (assignments > 0 || arguments.parameters.empty()))
        return invalid("--unset takes names of parameters, without values");
    if ((arguments.persist || arguments.persist_only) && (assignments == 0 || arguments.unset))
        return invalid("--persist and --persist-only need NAME=VALUE");
    if (arguments.persist && arguments.persist_only)
        return invalid("--persist and --persist-only are mutually exclusive");
    if (arguments.watch && (!arguments.parameters.empty() || arguments.unset))
        return invalid("--watch follows all parameters of a module: name none");
    if (!arguments.machine.is_this_one() && (assignments > 0 || arguments.unset || arguments.watch))
        return invalid(
            "--root and --kernel are for showing parameters, not for setting or --watch");
    std::set<std::string> seen;
    for (const std::string &text : arguments.parameters)
        if (!seen.insert(canonical_name(name_in(text))).second)
            return invalid("parameter " + quote(name_in(text)) + " is given twice");
    return {};
}

Result<const ParameterRow *> find(const ParameterTable &table, const std::string &name) {
    std::vector<std::string> known;
    for (const ParameterRow &row : table.rows) {
        if (is_same_name(row.name, name))
            return &row;
        known.push_back(row.name);
    }
    const std::string near = nearest(name, known);
    return Error{ErrorCode::UnknownParameter,
                 fmt::format("module {} has no parameter {}{}", table.module, quote(name),
                             near.empty() ? "" : "; did you mean " + near + "?")};
}

ExitCode show_table(const Invocation &invocation, const ParameterTable &table) {
    if (invocation.json)
        std::fputs(json_text(json_of(table, table.rows)).c_str(), stdout);
    else if (table.rows.empty())
        note("module " + table.module + " has no parameters");
    else
        print_paged(text_of(table, !invocation.no_legend), !invocation.no_pager);
    return ExitCode::Ok;
}

// A single value alone, so that a script can use it; several with their names.
Ended show_values(const Invocation &invocation, const ParameterTable &table,
                  const std::vector<std::string> &names) {
    std::vector<ParameterRow> rows;
    std::string text;
    for (const std::string &name : names) {
        const auto row = find(table, name);
        if (!row)
            return Failure{row.error(), "modkeeper param " + table.module};
        rows.push_back(*row.value());
        const auto value = value_of(table, *row.value());
        if (!value && !invocation.json)
            return Failure{value.error(), value.error().code == ErrorCode::NotAuthorized
                                              ? ""
                                              : "modkeeper param " + table.module};
        if (value)
            text += (names.size() > 1 ? printable(row.value()->name) + "=" : "") +
                    printable(value.value()) + '\n';
    }
    std::fputs(invocation.json ? json_text(json_of(table, rows)).c_str() : text.c_str(), stdout);
    return ExitCode::Ok;
}

Attempt attempt_of(const ParamArguments &arguments) {
    return {"param", {arguments.module}, arguments.parameters};
}

Ended change(
    const Invocation &invocation, const ParamArguments &arguments,
    const std::function<Result<Changes>(ConfigurationClient &, const std::string &)> &one) {
    auto client = ConfigurationClient::connect(!invocation.no_ask_password);
    if (!client)
        return Failure{client.error()};
    Changes all;
    for (const std::string &text : arguments.parameters) {
        auto changes = one(client.value(), text);
        if (!changes) {
            const Error &error = changes.error();
            Failure failure{error, next_step_after(error, attempt_of(arguments))};
            // there was something to do, but it was not done
            if (exit_code_of(error.code) == ExitCode::NothingToDo)
                failure.status = ExitCode::Failed;
            if (did_something(all)) {
                print_changes(invocation, all);
                failure.done = std::move(all);
            }
            return failure;
        }
        all.insert(all.end(), changes.value().begin(), changes.value().end());
    }
    return tell_changes(invocation, all);
}

// All are checked before the first is written.
Result<void> check_all(const ParameterTable &table, const ParamArguments &arguments) {
    for (const std::string &text : arguments.parameters) {
        const auto given = argument_of(text);
        const auto row = TRY(find_parameter({}, table, given.name, given.value));
        TRY(check_value({}, table, row, given.value));
    }
    return {};
}

Ended set(const Invocation &invocation, const ParamArguments &arguments,
          const ParameterTable &table) {
    if (const auto checked = check_all(table, arguments); !checked)
        return Failure{checked.error(), next_step_after(checked.error(), attempt_of(arguments))};
    return change(invocation, arguments, [&](ConfigurationClient &client, const std::string &text) {
        const auto given = argument_of(text);
        return client.set({table.module, given.name, given.value, !arguments.persist_only,
                           arguments.persist || arguments.persist_only});
    });
}

Ended watch(const Invocation &invocation, const std::string &module) {
    EventStream wanted;
    wanted.filter.kinds = {driver::EventKind::Parameter};
    wanted.filter.module = module;
    wanted.json = invocation.json;
    wanted.follow = true;
    wanted.only_new = true;
    wanted.may_ask = !invocation.no_ask_password;
    driver::DevNodeClient driver;
    return print_events(driver, wanted);
}

Ended param(const Invocation &invocation, const ParamArguments &arguments) {
    if (const auto checked = check(arguments); !checked)
        return Failure{checked.error(), "modkeeper param --help"};
    const auto places = places_of(arguments.machine);
    if (!places)
        return Failure{places.error()};
    const auto module = ModuleName::checked(arguments.module);
    const auto table = module
                           ? parameter_table(places.value(), module.value(), NearNames::LookedFor)
                           : Result<ParameterTable>(module.error());
    // a removed setting may be for a module that is no longer installed
    if (arguments.unset)
        return change(invocation, arguments,
                      [&](ConfigurationClient &client, const std::string &name) {
                          return client.unset(arguments.module, name);
                      });
    if (!table)
        return Failure{table.error()};
    if (arguments.watch)
        return watch(invocation, table.value().module);
    if (arguments.parameters.empty())
        return show_table(invocation, table.value());
    if (is_assignment(arguments.parameters.front()))
        return set(invocation, arguments, table.value());
    return show_values(invocation, table.value(), arguments.parameters);
}

} // namespace

void add_param(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "param",
        "Show and set the parameters of a module, now and for its next load",
        "  modkeeper param zram\n"
        "  modkeeper param kvm halt_poll_ns\n"
        "  modkeeper param kvm halt_poll_ns=100000\n"
        "  modkeeper param kvm halt_poll_ns=100000 --persist\n"
        "  modkeeper param zram num_devices=2 --persist-only\n"
        "  modkeeper param zram num_devices --unset\n"
        "  modkeeper param kvm --watch                   # until Ctrl-C\n"
        "\n"
        "Names and types are checked before anything is written, and a new value is read\n"
        "back. The column SET says whether a parameter can be set now or only at load\n"
        "(modkeeper reload). --persist writes to /etc/modprobe.d/modkeeper.conf.");
    const auto arguments = std::make_shared<ParamArguments>();
    command.argument("NAME", arguments->module, "Name of a module");
    command.arguments("PARAMETER", arguments->parameters,
                      "Names of parameters to show, or NAME=VALUE to set them", Offer::Parameters);
    command.flag("--persist", arguments->persist, "Set it now and for future loads");
    command.flag("--persist-only", arguments->persist_only, "Set it for future loads only");
    command.flag("--unset", arguments->unset, "Undo what --persist wrote");
    command.flag("--watch", arguments->watch,
                 "Print every write to the module's parameters as it happens");
    command.machine(arguments->machine);
    command.no_pager();
    command.no_legend();
    command.quiet();
    command.no_ask_password();
    command.runs([&invocation, arguments] { return param(invocation, *arguments); });
}

} // namespace mk::cli
