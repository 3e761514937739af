// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy allow, revoke: by a rule that lasts, or by a temporary permission, which no file
// keeps.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/clock.hpp"
#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "cli/commands/policy/policy.hpp"
#include "driver_client/event_names.hpp"
#include "driver_client/policy_client.hpp"

namespace mk::cli {
namespace {

struct Asked : policy::RuleWish {
    std::string time;
    bool once = false;
    bool boot = false;
    bool request = false;

    bool is_temporary() const { return once || boot || !time.empty(); }
};

// "90s", "10m", "2h", "3d" in nanoseconds; 0: none of these.
std::uint64_t nanoseconds_of(const std::string &text) {
    constexpr std::uint64_t most = 1000000;
    std::uint64_t number = 0;
    const auto *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || end - read.ptr != 1 || number > most)
        return 0;
    switch (*read.ptr) {
    case 's':
        return number * ns_per_second;
    case 'm':
        return number * 60 * ns_per_second;
    case 'h':
        return number * 3600 * ns_per_second;
    case 'd':
        return number * 86400 * ns_per_second;
    default:
        return 0;
    }
}

// "9 min 58 s"
std::string span_text(std::uint64_t seconds) {
    const auto minutes = seconds / 60;
    if (minutes == 0)
        return fmt::format("{} s", seconds);
    if (minutes < 60)
        return seconds % 60 == 0 ? fmt::format("{} min", minutes)
                                 : fmt::format("{} min {} s", minutes, seconds % 60);
    constexpr std::uint64_t two_days = 2880;
    if (minutes < two_days)
        return fmt::format("{} h {} min", minutes / 60, minutes % 60);
    return fmt::format("{} days {} h", minutes / 1440, minutes / 60 % 24);
}

Result<driver::PermissionWish> wish_of(const Asked &asked) {
    driver::PermissionWish wish;
    if (!asked.reason.empty() || !asked.until.empty())
        return Error{ErrorCode::InvalidArgument,
                     "--reason and --until are of a rule that lasts; --for, --once and --boot make "
                     "a permission that no file keeps"};
    if (asked.boot && (asked.once || !asked.time.empty()))
        return Error{
            ErrorCode::InvalidArgument,
            "--boot goes with neither --for nor --once: it has no end before the driver's"};
    wish.for_ns = asked.time.empty() ? 0 : nanoseconds_of(asked.time);
    if (!asked.time.empty() && wish.for_ns == 0)
        return Error{ErrorCode::InvalidArgument,
                     quote(asked.time) +
                         " is no time: it is a number with s, m, h or d, such as 10m"};
    wish.uses = asked.once ? 1 : 0;
    wish.gate = asked.request ? driver::PolicyGate::Request : driver::PolicyGate::Load;
    return wish;
}

Ended allow(const Invocation &invocation, const Asked &asked) {
    if (!asked.is_temporary() && asked.reason.empty())
        return Failure{{ErrorCode::InvalidArgument,
                        "say for how long (--for TIME, --once or --boot), or why it is to last "
                        "(--reason TEXT)"},
                       "modkeeper policy allow --help",
                       ExitCode::Usage};
    if (!asked.is_temporary() && asked.request)
        return Failure{{ErrorCode::InvalidArgument,
                        "--request goes with --for, --once or --boot; a rule about requests is "
                        "written into a file"},
                       "man 5 modkeeper-policy",
                       ExitCode::Usage};
    if (!asked.is_temporary())
        return allow_by_rule(invocation, asked);
    const auto wish = wish_of(asked);
    if (!wish)
        return Failure{wish.error(), "modkeeper policy allow --help", ExitCode::Usage};
    driver::DevicePolicyClient client;
    const auto added = driver::permit_all(client, wish.value(), asked.names);
    if (!added)
        return Failure{added.error()};
    if (invocation.json) {
        Json list = Json::array();
        for (const auto &permission : added.value())
            list.push_back(json_of(permission));
        std::fputs(json_text(object({{"result", "applied"}, {"permissions", list}})).c_str(),
                   stdout);
        return ExitCode::Ok;
    }
    if (!invocation.quiet)
        for (const auto &permission : added.value())
            fmt::print("permission {}\n", text_of(permission));
    return ExitCode::Ok;
}

// Nothing: @word is the name of a module or of a rule.
std::optional<std::uint64_t> number_of_permission(const std::string &word) {
    std::uint64_t id = 0;
    const auto *end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, id);
    return read.ec == std::errc() && read.ptr == end ? std::optional(id) : std::nullopt;
}

Ended revoke_permission(const Invocation &invocation, std::uint64_t id) {
    const auto done = driver::DevicePolicyClient().revoke(id);
    if (!done)
        return Failure{done.error()};
    if (invocation.json)
        std::fputs(json_text(object({{"result", "revoked"}, {"permission", id}})).c_str(), stdout);
    else if (!invocation.quiet)
        fmt::print("revoked permission {}\n", id);
    return ExitCode::Ok;
}

Ended revoke(const Invocation &invocation, const std::vector<std::string> &words) {
    const auto id = number_of_permission(words.front());
    if (!id && std::none_of(words.begin(), words.end(), number_of_permission))
        return revoke_rules(invocation, words);
    if (!id || words.size() > 1)
        return Failure{{ErrorCode::InvalidArgument,
                        "a permission is revoked by its number alone, one at a time"},
                       "modkeeper policy status",
                       ExitCode::Usage};
    return revoke_permission(invocation, *id);
}

} // namespace

Json json_of(const driver::Permission &permission) {
    return object({{"permission", permission.id},
                   {"permission_name", permission.name},
                   {"gate", driver::name_of(permission.gate)},
                   {"until_boottime_ns", number_or_null(permission.until_boottime_ns)},
                   {"uses_left", number_or_null(permission.uses_left)}});
}

std::string text_of(const driver::Permission &permission) {
    const bool of_requests = permission.gate == driver::PolicyGate::Request;
    const char *thing = of_requests ? "request" : "load";
    std::string text = fmt::format("{}: {}{}", permission.id, of_requests ? "requests for " : "",
                                   printable(permission.name));
    if (permission.until_boottime_ns != 0) {
        const auto now = boottime_ns();
        const auto left =
            permission.until_boottime_ns > now ? permission.until_boottime_ns - now : 0;
        text += ", for " + span_text((left + ns_per_second - 1) / ns_per_second);
    }
    if (permission.uses_left != 0)
        text += fmt::format(", for {}", counted(permission.uses_left, thing));
    if (permission.until_boottime_ns == 0 && permission.uses_left == 0)
        text += ", as long as the driver is loaded";
    return text;
}

void add_policy_allow(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "allow", "Let in what the rules deny, for a while or for good",
                    "  modkeeper policy allow rxrpc --for 10m\n"
                    "  modkeeper policy allow 'usb_*' --once\n"
                    "  modkeeper policy allow 'net-pf-33' --request --boot\n"
                    "  modkeeper policy allow wireguard --reason 'the office VPN'\n"
                    "\n"
                    "With --for, --once or --boot no file keeps it; NAME may be a pattern, the "
                    "driver ends it by itself, and another policy does not end it. What a module "
                    "depends on needs a permission of its own if it is denied.\n"
                    "\n"
                    "With --reason it puts a rule in front of the others in 30-local.rules, takes "
                    "the names out of its rules that deny them, and applies the rules.");
    const auto asked = std::make_shared<Asked>();
    command.some_arguments("NAME", asked->names, "Modules, or what is requested");
    command.option("--for", "TIME", asked->time, "So long: a number with s, m, h or d");
    command.flag("--once", asked->once, "For one load that would be denied");
    command.flag("--boot", asked->boot, "As long as the driver is loaded");
    command.flag("--request", asked->request, "Requests of the kernel instead of loads");
    command.option("--reason", "TEXT", asked->reason, "By a rule; why, for whoever wonders");
    command.option("--until", "DATE", asked->until,
                   "Of a rule: the last day on which it holds: YYYY-MM-DD");
    command.quiet();
    command.runs([&invocation, asked] { return allow(invocation, *asked); });
}

void add_policy_revoke(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "revoke", "Take back what policy deny and allow have done",
                    "  modkeeper policy revoke rxrpc\n"
                    "  modkeeper policy revoke deny-dccp\n"
                    "  modkeeper policy status\n"
                    "  modkeeper policy revoke 3\n"
                    "\n"
                    "Rules are those of 30-local.rules; comments and all other rules of the file "
                    "stay as they are.");
    const auto words = std::make_shared<std::vector<std::string>>();
    command.some_arguments("NAME", *words,
                           "Names of modules, or ids of rules; or the number of a temporary "
                           "permission, which \"policy status\" shows");
    command.quiet();
    command.runs([&invocation, words] { return revoke(invocation, *words); });
}

} // namespace mk::cli
