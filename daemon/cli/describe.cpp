// SPDX-License-Identifier: GPL-2.0-only
// Description of the command line as JSON {"options", "commands", "json"}, from which
// docs/man/expand makes the manual pages. A command has "name", "description", "arguments",
// "options" and "footer", the end of its help. An option has "names", "value" ("" if it takes none)
// and "description"; an argument "title", "description", "required", "repeats". "json" is
// vocabulary.hpp: "keys", "answers", "failure" and "event". The last two and "members" have a '?'
// after names that are not always present. "causes" is the closed list of causes, each with "word",
// "error", "meaning", "example" and "remedy".
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

#include "base/cause.hpp"
#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/output/json.hpp"

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

// Those of a command that has only commands are told with its name before theirs: "policy check".
void add_commands(const CLI::App &app, const std::string &before, Json &commands) {
    for (const CLI::App *command : app.get_subcommands({})) {
        const auto name = before + command->get_name();
        if (!command->get_subcommands({}).empty()) {
            add_commands(*command, name + " ", commands);
            continue;
        }
        Json arguments = Json::array();
        Json options = Json::array();
        for (const CLI::Option *option : command->get_options())
            if (option->get_positional())
                arguments.push_back(argument(*option));
            else
                options.push_back(option_with_names(*option));
        commands.push_back({{"name", name},
                            {"description", command->get_description()},
                            {"arguments", std::move(arguments)},
                            {"options", std::move(options)},
                            {"footer", command->get_footer()}});
    }
}

Json description_of(const CLI::App &app) {
    Json options = Json::array();
    Json commands = Json::array();
    for (const CLI::Option *option : app.get_options())
        options.push_back(option_with_names(*option));
    add_commands(app, "", commands);
    return {{"options", std::move(options)}, {"commands", std::move(commands)}};
}

const char *name_of(JsonType type) {
    constexpr const char *names[] = {
        "text",   "number",          "true or false", "array of text", "array of number",
        "object", "array of objects"};
    static_assert(std::size(names) == static_cast<std::size_t>(JsonType::Objects) + 1);
    return names[static_cast<std::size_t>(type)];
}

const char *name_of(JsonForm form) {
    constexpr const char *names[] = {"object", "array of objects", "an object a line"};
    static_assert(std::size(names) == static_cast<std::size_t>(JsonForm::Lines) + 1);
    return names[static_cast<std::size_t>(form)];
}

Json words(std::string_view text) {
    Json list = Json::array();
    each_member(text, [&](std::string_view name, bool sometimes) {
        list.push_back(std::string(name) + (sometimes ? "?" : ""));
    });
    return list;
}

// "policy/check" is the command "policy check".
Json command_names(std::string_view text) {
    Json list = words(text);
    for (Json &name : list) {
        auto spelled = name.get<std::string>();
        std::replace(spelled.begin(), spelled.end(), '/', ' ');
        name = spelled;
    }
    return list;
}

Json vocabulary() {
    Json keys = Json::array();
    for (const Key &key : json_keys)
        keys.push_back({{"name", key.name},
                        {"type", name_of(key.type)},
                        {"meaning", key.meaning},
                        {"members", words(key.members)}});
    Json answers = Json::array();
    for (const JsonAnswer &answer : json_answers) {
        Json members = words(answer.members);
        for (Json &more : words(answer.more))
            members.push_back(std::move(more));
        answers.push_back({{"commands", command_names(answer.commands)},
                           {"when", answer.when},
                           {"form", name_of(answer.form)},
                           {"members", std::move(members)}});
    }
    return {{"keys", std::move(keys)},
            {"answers", std::move(answers)},
            {"failure", words(failure_members)},
            {"event", words(event_members)}};
}

Json causes() {
    Json list = Json::array();
    for (const CauseEntry &entry : cause_entries())
        if (!entry.word.empty())
            list.push_back({{"word", entry.word},
                            {"error", error_name(entry.code)},
                            {"meaning", entry.meaning},
                            {"example", entry.example},
                            {"remedy", entry.remedy}});
    return list;
}

} // namespace
} // namespace mk::cli

int main() {
    mk::cli::Invocation invocation;
    CLI::App app;
    mk::cli::put_together(app, invocation);
    mk::cli::Json description = mk::cli::description_of(app);
    description["json"] = mk::cli::vocabulary();
    description["causes"] = mk::cli::causes();
    const std::string text = mk::cli::json_text(description);
    return std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0;
}
