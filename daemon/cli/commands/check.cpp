// SPDX-License-Identifier: GPL-2.0-only
// modkeeper check: whether a kernel would accept a module, without loading it. Needs no daemon, no
// driver and no privileges.
#include <fmt/format.h>

#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/load_target.hpp"
#include "cli/output/diagnosis_text.hpp"
#include "cli/output/json.hpp"
#include "cli/output/pager.hpp"
#include "driver_client/event_names.hpp"
#include "kmod/catalog.hpp"
#include "preflight/preflight.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::string target;
    std::vector<std::string> parameters;
    Machine machine;
};

struct Verdict {
    std::string kernel;
    std::string file;
    std::string symbol_source;
    Diagnoses problems;
};

std::string stage_name(driver::Stage stage) {
    return std::string(driver::name_of(stage));
}

Result<std::string> file_of(const Asked &asked, const ConfigurationPlaces &places) {
    auto target = absolute_target(asked.target);
    if (is_path(target))
        return target;
    auto catalog = TRY(Catalog::create(places.catalog(), NearNames::LookedFor));
    auto file = TRY(catalog.find(target));
    if (file.built_in)
        return Error{ErrorCode::BuiltIn, fmt::format("module {} is built into kernel {}: there is "
                                                     "nothing to load",
                                                     file.name, places.release())};
    return file.path;
}

Result<Verdict> judge(const Asked &asked) {
    const auto places = TRY(places_of(asked.machine));
    auto preflight = TRY(Preflight::create(places));
    auto file = TRY(file_of(asked, places));
    Verdict verdict{preflight.release(), file, {}, {}};
    PreflightRequest request;
    request.path = file;
    request.parameters = asked.parameters;
    verdict.problems = preflight.check(request);
    verdict.symbol_source = preflight.symbol_source();
    return verdict;
}

Json json_of(const Verdict &verdict) {
    Json problems = Json::array();
    for (const auto &problem : verdict.problems)
        problems.push_back(cli::json_of(problem));
    return object({{"result", would_fail(verdict.problems) ? "would-fail" : "would-succeed"},
                   {"kernel_release", verdict.kernel},
                   {"file", verdict.file},
                   {"symbol_source", text_or_null(verdict.symbol_source)},
                   {"problems", std::move(problems)}});
}

std::string text_of(const Verdict &verdict) {
    const std::string says =
        would_fail(verdict.problems) ? painted("would refuse it", Colour::Red)
        : verdict.symbol_source.empty()
            ? painted("would accept it, as far as could be checked", Colour::Yellow)
            : painted("would accept it", Colour::Green);
    std::string text =
        fmt::format("{}: kernel {} {}\n", printable(verdict.file), printable(verdict.kernel), says);
    for (const auto &problem : verdict.problems) {
        const bool fatal = problem.severity == Severity::Fails;
        text += fmt::format("  {}  {:<10}  {}\n",
                            painted(fmt::format("{:<7}", severity_name(problem.severity)),
                                    fatal ? Colour::Red : Colour::Yellow),
                            stage_name(problem.stage), printable(problem.reason));
        for (const auto &remedy : problem.remedies)
            text += fmt::format("{:23}next: {}\n", "", printable(remedy));
    }
    return text;
}

Ended check(const Invocation &invocation, const Asked &asked) {
    const auto verdict = judge(asked);
    if (!verdict)
        return Failure{verdict.error()};
    if (invocation.json)
        std::fputs(json_text(json_of(verdict.value())).c_str(), stdout);
    else
        print_paged(text_of(verdict.value()), !invocation.no_pager);
    return would_fail(verdict.value().problems) ? ExitCode::Failed : ExitCode::Ok;
}

} // namespace

void add_check(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "check",
                    "Check whether a kernel would accept a module, without loading it",
                    "  modkeeper check ./mydriver.ko\n"
                    "  modkeeper check ./mydriver.ko debug=1 --kernel \"$(uname -r)\"\n"
                    "  modkeeper check wireguard --json | jq -r '.problems[].message'\n"
                    "\n"
                    "Exit status 0: the kernel would accept it; 1: it would refuse it.");
    const auto asked = std::make_shared<Asked>();
    command.argument("FILE|NAME", asked->target, "A module file, a module name, or an alias");
    command.arguments("PARAMETER", asked->parameters, "Parameters to check too, name=value each",
                      Offer::Parameters);
    command.machine(asked->machine);
    command.no_pager();
    command.runs([&invocation, asked] { return check(invocation, *asked); });
}

} // namespace mk::cli
