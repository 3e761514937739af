// SPDX-License-Identifier: GPL-2.0-only
// Prints what the command line is made of, as JSON {"options", "commands"}, from which
// docs/man/expand makes the manual page. A command has "name", "description", "arguments",
// "options" and "footer", which is what its help ends with. An option has "names", "value" (""
// when it takes none) and "description"; an argument "title", "description", "required", "repeats".
#include <CLI/CLI.hpp>

#include <cstdio>

#include "cli/command.hpp"
#include "cli/json.hpp"

namespace mk::cli {
namespace {

Json argument(const CLI::Option &option) {
    return {{"title", option.get_name(true)},
            {"description", option.get_description()},
            {"required", option.get_required()},
            {"repeats", option.get_items_expected_max() > 1}};
}

Json option_with_names(const CLI::Option &option) {
    Json names = Json::array();
    for (const std::string &name : option.get_snames())
        names.push_back("-" + name);
    for (const std::string &name : option.get_lnames())
        names.push_back("--" + name);
    const bool takes_value = option.get_items_expected_max() > 0;
    return {{"names", std::move(names)},
            {"value", takes_value ? option.get_option_text() : ""},
            {"description", option.get_description()}};
}

Json description_of(const CLI::App &app) {
    Json description = {{"options", Json::array()}, {"commands", Json::array()}};
    for (const CLI::Option *option : app.get_options())
        description["options"].push_back(option_with_names(*option));
    for (const CLI::App *command : app.get_subcommands({})) {
        Json arguments = Json::array();
        Json options = Json::array();
        for (const CLI::Option *option : command->get_options())
            if (option->get_positional())
                arguments.push_back(argument(*option));
            else
                options.push_back(option_with_names(*option));
        description["commands"].push_back({{"name", command->get_name()},
                                           {"description", command->get_description()},
                                           {"arguments", std::move(arguments)},
                                           {"options", std::move(options)},
                                           {"footer", command->get_footer()}});
    }
    return description;
}

} // namespace
} // namespace mk::cli

int main() {
    mk::cli::Invocation invocation;
    CLI::App app;
    mk::cli::put_together(app, invocation);
    const std::string text = mk::cli::json_text(mk::cli::description_of(app));
    return std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0;
}
