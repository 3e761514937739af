// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy mode: whether what the rules deny is refused, only recorded, or not looked at.
#include <fmt/format.h>

#include "base/module_name.hpp"
#include "cli/commands/policy/policy.hpp"
#include "driver_client/event_names.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::string mode;
};

Ended set_mode(const Invocation &invocation, const Asked &asked) {
    const auto named = driver::named<driver::PolicyMode>(asked.mode);
    if (!named)
        return Failure{{ErrorCode::InvalidArgument,
                        quote(asked.mode) + " is no mode: it is off, audit or enforce"},
                       "modkeeper policy mode --help"};
    const auto mode = *named;
    const auto device = driver::Device::open();
    if (!device)
        return Failure{device.error()};
    const auto generation = driver::set_policy_mode(device.value(), driver::PolicyGate::Load, mode);
    if (!generation)
        return Failure{generation.error()};
    const auto policy = driver::installed_policy(device.value());
    const auto now = policy ? policy.value().mode_of_loads() : mode;
    if (invocation.json)
        std::fputs(json_text(object({{"result", "applied"},
                                     {"load_mode", driver::name_of(mode)},
                                     {"policy_generation", generation.value()}}))
                       .c_str(),
                   stdout);
    else if (now != mode)
        fmt::print("loads: {}, because the driver was loaded with policy_mode={}\n",
                   driver::name_of(now), driver::name_of(now));
    else
        fmt::print("loads: {}\n", driver::name_of(mode));
    return ExitCode::Ok;
}

} // namespace

void add_policy_mode(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "mode", "Refuse what the rules deny, or only record it",
                    "  modkeeper policy mode audit\n"
                    "  modkeeper policy mode enforce\n"
                    "\n"
                    "The mode lasts until the next \"modkeeper policy apply\".");
    const auto asked = std::make_shared<Asked>();
    command.argument("MODE", asked->mode, "off, audit or enforce", Offer::Nothing);
    command.runs([&invocation, asked] { return set_mode(invocation, *asked); });
}

} // namespace mk::cli
