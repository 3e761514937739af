// SPDX-License-Identifier: GPL-2.0-only
// modkeeper doctor: checks everything that the product needs to work, and says what is wrong and
// how to fix it.
#include <algorithm>
#include <fmt/format.h>

#include "base/columns.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "base/text_file.hpp"
#include "cli/client/manager_client.hpp"
#include "cli/command.hpp"
#include "cli/commands/policy/examine_policy.hpp"
#include "cli/output/json.hpp"
#include "driver_client/dev_node_client.hpp"
#include "explain/doctor/examine.hpp"

namespace mk::cli {
namespace {

Colour colour_of(Severity severity) {
    switch (severity) {
    case Severity::Warning:
        return Colour::Yellow;
    case Severity::Fails:
        return Colour::Red;
    case Severity::Unknown:
        return Colour::Faint;
    case Severity::Ok:
        break;
    }
    return Colour::Green;
}

Diagnoses examine() {
    driver::DevNodeClient driver;
    auto client = ManagerClient::connect();
    auto findings =
        doctor::examine({driver.status(), client ? client.value().state() : client.error()});
    examine_policy(policy_situation(), findings);
    return findings;
}

Json json_of(const Diagnoses &findings) {
    Json list = Json::array();
    for (const Diagnosis &finding : findings)
        list.push_back(object({{"subject", finding.subject},
                               {"verdict", std::string(doctor::verdict_of(finding.severity))},
                               {"evidence", finding.reason},
                               {"remedy", text_or_null(join(finding.remedies, "; "))}}));
    return list;
}

void print_text(const Diagnoses &findings) {
    constexpr std::size_t verdict_width = 9;
    std::size_t width = 0;
    for (const Diagnosis &finding : findings)
        width = std::max(width, columns_of(printable(finding.subject)));
    for (const Diagnosis &finding : findings) {
        const std::string verdict(doctor::verdict_of(finding.severity));
        const std::string padding(verdict_width - verdict.size(), ' ');
        fmt::print("{}{}{}  {}\n", painted(verdict, colour_of(finding.severity)), padding,
                   padded(printable(finding.subject), width), printable(finding.reason));
        for (const std::string &remedy : finding.remedies)
            fmt::print("{:{}}next: {}\n", "", verdict_width + width + 2, printable(remedy));
    }
}

Ended doctor_command(const Invocation &invocation) {
    const Diagnoses findings = examine();
    if (invocation.json)
        std::fputs(json_text(json_of(findings)).c_str(), stdout);
    else
        print_text(findings);
    const bool ill = std::any_of(findings.begin(), findings.end(), [](const auto &finding) {
        return finding.severity == Severity::Fails;
    });
    return ill ? ExitCode::Failed : ExitCode::Ok;
}

} // namespace

void add_doctor(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "doctor",
        "Check the system for problems with modules, and say how to fix them",
        "  modkeeper doctor\n"
        "  modkeeper doctor --json | jq '.[] | select(.verdict != \"ok\")'\n"
        "\n"
        "Checks the driver, the daemon and their versions, the device and its group, what the\n"
        "kernel requires of modules, each installed kernel (index, headers, compiler, driver,\n"
        "DKMS), what is loaded at boot, the policies of D-Bus and polkit, the journal, and\n"
        "whether the rules of modkeeper-policy(5) on disk are those in force.\n"
        "Needs neither root nor the daemon.\n"
        "\n"
        "Exit status 1: there is a problem.");
    command.runs([&invocation] { return doctor_command(invocation); });
}

} // namespace mk::cli
