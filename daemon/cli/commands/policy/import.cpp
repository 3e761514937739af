// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy import: lines of modprobe.d that keep modules from being loaded, as rules, which
// hold for insmod and for modules that something else needs too.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/printable.hpp"
#include "base/text_file.hpp"
#include "cli/commands/policy/local_change.hpp"
#include "cli/commands/policy/policy.hpp"
#include "driver_client/policy_client.hpp"
#include "policy/local_import.hpp"

namespace mk::cli {
namespace {

using policy::Import;

struct Asked {
    bool dry_run = false;
    bool blacklist = false;
};

constexpr const char *about_blacklists =
    "it takes away the aliases of the module, and no more: a rule would also deny it to whoever "
    "asks for it by name";

struct Told {
    const char *result;
    std::uint64_t generation = 0;
    std::vector<std::string> sentences = {};
};

std::string path() {
    return policy::path_of_rules({}, policy::imported_rules_file);
}

Json json_of_left(const std::string &name, const Origin &origin, const std::string &why) {
    return object({{"module", name},
                   {"file", text_or_null(origin.file)},
                   {"line", number_or_null(origin.line)},
                   {"message", why}});
}

Json json_of(const Import &import, const Told &told) {
    Json rules = Json::array();
    for (const auto &[rule, origin] : import.rules)
        rules.push_back(object({{"rule", rule.id},
                                {"module", rule.names.front()},
                                {"file", origin.file},
                                {"line", origin.line},
                                {"rule_reason", rule.reason}}));
    Json left = Json::array();
    for (const auto &[name, origin, why] : import.left)
        left.push_back(json_of_left(name, origin, why));
    for (const auto &line : import.blacklists)
        left.push_back(json_of_left(line.name, line.origin, about_blacklists));
    return object({{"result", told.result},
                   {"policy_generation", number_or_null(told.generation)},
                   {"imported", rules},
                   {"left_lines", left},
                   {"sentences", told.sentences}});
}

std::string head_of(const Import &import, const Told &told) {
    const std::string_view result = told.result;
    const auto rules = counted(import.rules.size(), "rule");
    if (result == "applied" && import.rules.empty())
        return fmt::format("removed {}: no line becomes a rule any more", path());
    if (import.rules.empty())
        return "no line of modprobe.d becomes a rule";
    if (result == "would-apply")
        return fmt::format("would write {} into {}", rules, path());
    if (result == "unchanged")
        return fmt::format("{} already has what the lines say: {}", path(), rules);
    return fmt::format("imported {} into {}; the lines stay as they are", rules, path());
}

std::string text_of(const Import &import, const Told &told) {
    auto text = head_of(import, told) + "\n";
    for (const auto &one : import.rules)
        text += fmt::format("  deny load {}: {}\n", printable(one.rule.names.front()),
                            printable(one.rule.reason));
    for (const auto &sentence : told.sentences)
        text += fmt::format("  {}\n", printable(sentence));
    for (const auto &one : import.left)
        text += fmt::format("left {} of {}: {}\n", printable(one.name),
                            printable(one.origin.text()), printable(one.why));
    if (const auto count = import.blacklists.size(); count != 0)
        text += fmt::format("left {}: {}; --blacklist makes rules of {}\n",
                            counted(count, "blacklist line"), about_blacklists,
                            count == 1 ? "it" : "them");
    return text;
}

void tell(const Invocation &invocation, const Import &import, const Told &told) {
    if (invocation.json)
        std::fputs(json_text(json_of(import, told)).c_str(), stdout);
    else if (!invocation.quiet)
        std::fputs(text_of(import, told).c_str(), stdout);
}

// What somebody should know of rules that are in force now.
std::vector<std::string> sentences_of(driver::PolicyClient &client, const Import &import) {
    policy::NewRule all;
    for (const auto &one : import.rules)
        if (one.rule.names.front().find_first_of("*?[") == std::string::npos)
            all.names.push_back(one.rule.names.front());
    auto sentences = policy::standing_of(client, all).sentences;
    for (const auto &name : all.names)
        if (LoadedModules().find(ModuleName(name)))
            sentences.push_back(fmt::format(
                "{} is loaded, and stays so until \"modkeeper unload {}\"", name, name));
    return sentences;
}

Ended import_rules(const Invocation &invocation, const Asked &asked) {
    const auto import = policy::import_lines({}, asked.blacklist);
    if (asked.dry_run) {
        tell(invocation, import, {"would-apply"});
        return ExitCode::Ok;
    }
    driver::DevicePolicyClient client;
    auto done = done_or_failure(policy::put_import(client, {}, import));
    if (auto *failure = std::get_if<Failure>(&done))
        return std::move(*failure);
    const auto &change = std::get<policy::RuleChange>(done);
    if (change.not_kept)
        return not_kept(*change.not_kept);
    tell(invocation, import,
         {change.generation == 0 ? "unchanged" : "applied", change.generation,
          sentences_of(client, import)});
    if (change.generation != 0)
        note_image();
    return ExitCode::Ok;
}

} // namespace

void add_policy_import(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "import", "Turn lines of modprobe.d into rules",
        "  modkeeper policy import --dry-run\n"
        "  modkeeper policy import\n"
        "  modkeeper policy import --blacklist --dry-run\n"
        "\n"
        "\"install NAME /bin/false\", or /bin/true, keeps modprobe from loading the module: it "
        "becomes a rule that denies all loads of it, also by insmod. \"blacklist NAME\" says "
        "less: devices and other users of an alias do not load the module, whoever asks for it "
        "by name still does. It becomes a rule only with --blacklist.\n"
        "\n"
        "It replaces 20-imported.rules, and applies the rules. If they cannot be applied, the "
        "file stays as it was. The lines of modprobe.d stay.");
    const auto asked = std::make_shared<Asked>();
    command.flag("-n,--dry-run", asked->dry_run, "Only show what would become a rule");
    command.flag("--blacklist", asked->blacklist, "Deny blacklisted modules too, to everybody");
    command.quiet();
    command.runs([&invocation, asked] { return import_rules(invocation, *asked); });
}

} // namespace mk::cli
