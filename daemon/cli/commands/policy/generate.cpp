// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy generate: rules that allow what was seen on this machine.
#include <fmt/format.h>

#include "base/printable.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/commands/policy/seen_modules.hpp"
#include "cli/diagnostics.hpp"
#include "policy/kernel_facts.hpp"
#include "policy/learned_file.hpp"
#include "policy/learned_text.hpp"
#include "policy/local_change.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::string since;
    bool write = false;
};

Ended generate(const Invocation &invocation, const Asked &asked) {
    const auto seen = seen_modules(asked.since);
    if (!seen)
        return Failure{seen.error()};
    auto facts = policy::read_kernel_facts({}, seen.value().sightings);
    if (!facts)
        return Failure{facts.error()};
    facts.value().initramfs = policy::initramfs_of({});
    if (!invocation.json)
        for (const auto &source : seen.value().unread)
            note("not learned from: " + printable(source));
    const auto text = policy::text_of(policy::learn(seen.value().sightings, facts.value()));
    if (asked.write) {
        if (const auto made = policy::make_rules_folder({}); !made)
            return Failure{made.error()};
        if (const auto written = policy::write_learned(policy::learned_file, text); !written)
            return Failure{written.error(), "modkeeper policy generate"};
    }
    if (invocation.json)
        std::fputs(json_text(object({{"result", asked.write ? "written" : "generated"},
                                     {"file", asked.write ? Json(policy::learned_file) : Json()},
                                     {"text", text},
                                     {"unchecked", seen.value().unread}}))
                       .c_str(),
                   stdout);
    else if (!asked.write)
        std::fputs(text.c_str(), stdout);
    else if (!invocation.quiet)
        fmt::print("wrote {}; nothing is in force yet\n", policy::learned_file);
    return ExitCode::Ok;
}

} // namespace

void add_policy_generate(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "generate", "Write rules that allow what was seen on this machine",
        "  modkeeper policy generate\n"
        "  modkeeper policy generate --since '30 days ago'\n"
        "  modkeeper policy generate --write\n"
        "\n"
        "It learns from the journal, the driver's record, and what is loaded now, and tells in a "
        "comment why each module is there. Modules that came only because another one needs them "
        "get no rule: a rule allows what its modules need. The rules are printed; --write puts "
        "them into 50-learned.rules instead, but never over a file that it has not written, or "
        "that was changed since. Look at them, then: modkeeper policy apply.");
    const auto asked = std::make_shared<Asked>();
    command.option(
        "--since", "TIME", asked->since,
        "Learn from what happened since then: -30d, 2026-11-22; and from what is loaded");
    command.flag("--write", asked->write, "Write /etc/modkeeper/policy.d/50-learned.rules");
    command.quiet();
    command.runs([&invocation, asked] { return generate(invocation, *asked); });
}

} // namespace mk::cli
