// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy show: the text of the rules that are in force, with its places.
#include <fmt/format.h>

#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/output/pager.hpp"
#include "driver_client/policy_client.hpp"

namespace mk::cli {
namespace {

std::string text_of(const policy::RuleFile &file) {
    auto text = painted(printable(file.path), Colour::Bold) + "\n";
    std::string_view rest = file.text;
    for (unsigned line = 1; !rest.empty(); ++line) {
        const auto end = rest.find('\n');
        text += fmt::format("{:4}  {}\n", line, printable(std::string(rest.substr(0, end))));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return text;
}

Ended show(const Invocation &invocation) {
    driver::DevicePolicyClient client;
    const auto policy = client.installed();
    if (!policy)
        return Failure{policy.error()};
    if (!policy.value().is_there)
        return Failure{{ErrorCode::NotFound, "there is no policy: every module may be loaded"}};
    const auto kept = policy::text_in_force(policy.value());
    if (!kept)
        return Failure{{ErrorCode::NotFound,
                        "the text of the policy in force is not kept, or you may not read it; "
                        "its rules are there"},
                       "modkeeper policy list"};
    if (invocation.json) {
        Json files = Json::array();
        for (const auto &file : kept->files)
            files.push_back(object({{"file", file.path}, {"text", file.text}}));
        std::fputs(
            json_text(object({{"policy_digest", kept->digest}, {"rule_files", std::move(files)}}))
                .c_str(),
            stdout);
        return ExitCode::Ok;
    }
    std::string text;
    for (const auto &file : kept->files)
        text += text_of(file);
    print_paged(text, !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_policy_show(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "show", "Show the text of the rules that are in force",
                    "  modkeeper policy show\n"
                    "  modkeeper policy show --json | jq -r '.rule_files[].file'");
    command.no_pager();
    command.runs([&invocation] { return show(invocation); });
}

} // namespace mk::cli
