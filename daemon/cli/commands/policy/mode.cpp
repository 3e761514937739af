// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy mode: whether what the rules deny is refused, only recorded, or not looked at.
#include <fmt/format.h>

#include "base/module_name.hpp"
#include "cli/commands/policy/policy.hpp"
#include "driver_client/event_names.hpp"
#include "driver_client/policy_client.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::vector<std::string> words; // [GATE] MODE
};

struct Wish {
    std::vector<driver::PolicyGate> gates;
    driver::PolicyMode mode;
};

// Without a gate it is for both.
Result<Wish> wish_of(std::vector<std::string> words) {
    Wish wish{{driver::PolicyGate::Load, driver::PolicyGate::Request}, driver::PolicyMode::Off};
    if (words.size() > 1) {
        const auto gate = driver::named<driver::PolicyGate>(words.front());
        if (!gate || *gate == driver::PolicyGate::Unknown)
            return Error{ErrorCode::InvalidArgument,
                         quote(words.front()) + " is no gate: it is load or request"};
        wish.gates = {*gate};
        words.erase(words.begin());
    }
    const auto mode = driver::named<driver::PolicyMode>(words.front());
    if (!mode || words.size() > 1)
        return Error{ErrorCode::InvalidArgument,
                     quote(words.back()) + " is no mode: it is off, audit or enforce"};
    wish.mode = *mode;
    return wish;
}

void tell(driver::PolicyGate gate, driver::PolicyMode asked, driver::PolicyMode now) {
    const char *what = gate == driver::PolicyGate::Load ? "loads" : "requests";
    if (now == asked)
        fmt::print("{}: {}\n", what, driver::name_of(asked));
    else
        fmt::print("{}: {}, because the driver was loaded with policy_mode={}\n", what,
                   driver::name_of(now), driver::name_of(now));
}

Ended set_mode(const Invocation &invocation, const Asked &asked) {
    const auto wish = wish_of(asked.words);
    if (!wish)
        return Failure{wish.error(), "modkeeper policy mode --help"};
    driver::DevicePolicyClient client;
    for (const auto gate : wish.value().gates) {
        const auto generation = client.set_mode(gate, wish.value().mode);
        if (!generation)
            return Failure{generation.error()};
    }
    const auto policy = client.installed();
    if (!policy)
        return Failure{policy.error()};
    const auto &now = policy.value();
    if (invocation.json) {
        std::fputs(json_text(object({{"result", "applied"},
                                     {"load_mode", driver::name_of(now.load_mode)},
                                     {"request_mode", driver::name_of(now.request_mode)},
                                     {"policy_generation", now.generation}}))
                       .c_str(),
                   stdout);
        return ExitCode::Ok;
    }
    for (const auto gate : wish.value().gates)
        tell(gate, wish.value().mode,
             gate == driver::PolicyGate::Load ? now.mode_of_loads() : now.mode_of_requests());
    return ExitCode::Ok;
}

} // namespace

void add_policy_mode(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "mode", "Refuse what the rules deny, or only record it",
                    "  modkeeper policy mode audit\n"
                    "  modkeeper policy mode request enforce\n"
                    "\n"
                    "The mode lasts until the next \"modkeeper policy apply\".");
    const auto asked = std::make_shared<Asked>();
    command.some_arguments("MODE", asked->words,
                           "off, audit or enforce; after \"load\" or \"request\", of these alone",
                           Offer::Nothing);
    command.runs([&invocation, asked] { return set_mode(invocation, *asked); });
}

} // namespace mk::cli
