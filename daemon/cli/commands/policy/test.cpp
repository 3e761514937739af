// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy test: what the policy in the driver says of a load that nobody makes.
#include <fmt/format.h>

#include <charconv>

#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "base/text_file.hpp"
#include "cli/commands/policy/policy.hpp"
#include "driver_client/event_names.hpp"
#include "driver_client/policy_client.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::string name;
    std::vector<std::string> parameters;
    bool request = false;
    bool is_unsigned = false;
    bool out_of_tree = false;
    bool from_memory = false;
    bool container = false;
    bool unprivileged = false;
    bool is_for = false;
    bool client = false;
    std::string uid;
};

Result<driver::PolicyQuestion> question_of(const Asked &asked) {
    if (asked.client && (asked.is_for || asked.request))
        return Error{ErrorCode::InvalidArgument,
                     "--client goes with neither --for nor --request: what modkeeperd loads, the "
                     "kernel did not ask for"};
    driver::PolicyQuestion question;
    question.gate = asked.request ? driver::PolicyGate::Request : driver::PolicyGate::Load;
    question.name = asked.name;
    if (!asked.request)
        question.name = TRY(ModuleName::checked(asked.name));
    question.parameters = join(asked.parameters, " ");
    question.is_signed = !asked.is_unsigned;
    question.is_out_of_tree = asked.out_of_tree;
    question.is_from_memory = asked.from_memory;
    question.is_in_container = asked.container;
    question.is_privileged = !asked.unprivileged;
    question.is_for_task = asked.is_for;
    constexpr std::uint32_t nobody = 65534;
    if (asked.unprivileged)
        question.uid = nobody;
    if (!asked.uid.empty()) {
        const auto *end = asked.uid.data() + asked.uid.size();
        const auto read = std::from_chars(asked.uid.data(), end, question.uid);
        if (read.ec != std::errc() || read.ptr != end)
            return Error{ErrorCode::InvalidArgument, quote(asked.uid) + " is no number of a user"};
    }
    return asked.client ? driver::for_client(question) : question;
}

// Of a load, or of a request. In audit, the rule denies and it goes on.
std::string text_of(const driver::PolicyReply &reply, const driver::PolicyQuestion &question,
                    bool is_judged) {
    const bool denied = reply.verdict == driver::PolicyVerdict::Denied;
    const bool would = reply.verdict == driver::PolicyVerdict::WouldDeny;
    auto text = fmt::format(
        "{}: {}\n", printable(question.name),
        denied  ? painted("denied", Colour::Red)
        : would ? painted("allowed, and recorded as one that would be denied", Colour::Yellow)
                : painted("allowed", Colour::Green));
    if (reply.rule.empty())
        text += reply.mode == driver::PolicyMode::Off ? "  no rule is asked: the mode is off\n"
                                                      : "  no rule names it\n";
    else
        text += fmt::format("  rule {} says {}{}\n", printable(reply.rule), reply.rule_verdict,
                            reply.reason.empty() ? "" : ": " + printable(reply.reason));
    if (reply.permission != 0)
        text += fmt::format("  the temporary permission {} lets it in\n", reply.permission);
    if (!is_judged)
        text += "  but this driver judges no requests: only the load that follows is denied\n";
    return text;
}

Ended test(const Invocation &invocation, const Asked &asked) {
    const auto question = question_of(asked);
    if (!question)
        return Failure{question.error()};
    driver::DevicePolicyClient client;
    const auto reply = client.ask(question.value());
    if (!reply)
        return Failure{reply.error()};
    const auto &answer = reply.value();
    bool is_judged = true;
    if (asked.request)
        if (const auto policy = client.summary())
            is_judged = policy.value().judges_requests;
    if (invocation.json)
        std::fputs(json_text(object({{"outcome", driver::name_of(answer.verdict)},
                                     {"gate_mode", driver::name_of(answer.mode)},
                                     {"rule", text_or_null(answer.rule)},
                                     {"rule_verdict", text_or_null(answer.rule_verdict)},
                                     {"rule_reason", text_or_null(answer.reason)},
                                     {"permission", number_or_null(answer.permission)},
                                     {"is_judged", is_judged}}))
                       .c_str(),
                   stdout);
    else
        std::fputs(text_of(answer, question.value(), is_judged).c_str(), stdout);
    return answer.verdict == driver::PolicyVerdict::Denied ? ExitCode::Failed : ExitCode::Ok;
}

} // namespace

void add_policy_test(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "test",
                    "Show what the policy says of a load, without loading anything",
                    "  modkeeper policy test dccp\n"
                    "  modkeeper policy test mydriver --unsigned --out-of-tree\n"
                    "  modkeeper policy test rxrpc --for --unprivileged\n"
                    "  modkeeper policy test wireguard --client --uid 1000\n"
                    "  modkeeper policy test net-pf-33 --request --unprivileged\n"
                    "\n"
                    "Without options it is a load of a signed module of the kernel by root.\n"
                    "\n"
                    "Exit status 1: it is denied.");
    const auto asked = std::make_shared<Asked>();
    command.argument("NAME", asked->name, "Name of a module, or what the kernel asks for");
    command.arguments("PARAMETERS", asked->parameters, "Parameters of the load, name=value each",
                      Offer::Parameters);
    command.flag("--request", asked->request, "NAME is a request of the kernel, such as net-pf-38");
    command.flag("--unsigned", asked->is_unsigned, "The kernel trusts no signature of it");
    command.flag("--out-of-tree", asked->out_of_tree, "It was built outside of the kernel's tree");
    command.flag("--from-memory", asked->from_memory, "It comes from memory, not from a file");
    command.flag("--unprivileged", asked->unprivileged,
                 "An ordinary user loads it, or asks for it");
    command.flag("--container", asked->container, "A process in a container does");
    command.option("--uid", "N", asked->uid, "The user with this number does");
    command.flag("--for", asked->is_for, "These do not load it: the kernel has it loaded for them");
    command.flag(
        "--client", asked->client,
        "Ask as if the task had modkeeperd load the module over D-Bus instead of loading it "
        "itself");
    command.runs([&invocation, asked] { return test(invocation, *asked); });
}

} // namespace mk::cli
