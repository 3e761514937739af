// SPDX-License-Identifier: GPL-2.0-only
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>
#include <utility>

#include "base/text_file.hpp"

namespace mk::cli {
namespace {

constexpr std::pair<Offer, const char *> offers[] = {
    {Offer::Nothing, "nothing"},       {Offer::Modules, "modules"},
    {Offer::Loaded, "loaded"},         {Offer::Enabled, "enabled"},
    {Offer::Masked, "masked"},         {Offer::Jobs, "jobs"},
    {Offer::Parameters, "parameters"}, {Offer::ModulesAndParameters, "modules-and-parameters"}};

OptionShape shape_of(const CLI::Option &option) {
    OptionShape shape;
    for (const std::string &name : option.get_snames())
        shape.names.push_back("-" + name);
    for (const std::string &name : option.get_lnames())
        shape.names.push_back("--" + name);
    shape.takes_value = option.get_items_expected_max() > 0;
    // as Command::choice() shows them in the help
    const std::string &text = option.get_option_text();
    if (text.find('|') != std::string::npos)
        for (const auto word : split(text, "|"))
            shape.values.emplace_back(word);
    // as Command::choices() keeps them
    const std::string type = option.get_type_name();
    shape.repeats = type.find(',') != std::string::npos;
    if (shape.repeats)
        for (const auto word : split(type, ","))
            shape.values.emplace_back(word);
    shape.is_file = text == "FILE" || text == "DIRECTORY";
    return shape;
}

ArgumentShape argument_of(const CLI::Option &option) {
    ArgumentShape shape;
    for (const auto &[offer, name] : offers)
        if (option.get_type_name() == name)
            shape.offer = offer;
    shape.is_file = option.get_name(true).find("FILE") != std::string::npos;
    return shape;
}

std::vector<CommandShape> commands_of(const CLI::App &app) {
    std::vector<CommandShape> commands;
    for (const CLI::App *command : app.get_subcommands({})) {
        if (command->get_group().empty())
            continue;
        CommandShape shape;
        shape.name = command->get_name();
        for (const CLI::Option *option : command->get_options())
            if (option->get_positional())
                shape.arguments.push_back(argument_of(*option));
            else
                shape.options.push_back(shape_of(*option));
        shape.commands = commands_of(*command);
        commands.push_back(std::move(shape));
    }
    return commands;
}

} // namespace

const char *name_of(Offer offer) {
    for (const auto &[known, name] : offers)
        if (known == offer)
            return name;
    return "";
}

Grammar grammar_of(const CLI::App &app) {
    Grammar grammar;
    for (const CLI::Option *option : app.get_options())
        grammar.options.push_back(shape_of(*option));
    grammar.commands = commands_of(app);
    return grammar;
}

} // namespace mk::cli
