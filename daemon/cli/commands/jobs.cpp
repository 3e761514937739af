// SPDX-License-Identifier: GPL-2.0-only
// modkeeper jobs and cancel: the daemon's jobs, and how to stop one.
#include <charconv>
#include <cstdio>
#include <fmt/format.h>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "cli/client/job_client.hpp"
#include "cli/client/job_list.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/json.hpp"
#include "cli/output/table.hpp"

namespace mk::cli {
namespace {

Json json_of(const std::vector<ListedJob> &jobs) {
    Json list = Json::array();
    for (const ListedJob &job : jobs)
        list.push_back(object({{"id", job.id},
                               {"verb", job.verb},
                               {"targets", job.targets},
                               {"state", job.state},
                               {"planned", job.planned == 0 ? Json() : Json(job.planned)},
                               {"ended", job.ended},
                               {"current", job.current},
                               {"caller", job.caller}}));
    return list;
}

std::string text_of(const std::vector<ListedJob> &jobs, bool legend) {
    Table table({{"JOB", Align::Right}, {"VERB"}, {"STATE"}, {"DONE"}, {"NOW"}, {"TARGETS"}});
    for (const ListedJob &job : jobs)
        table.add({std::to_string(job.id), job.verb, job.state,
                   job.planned == 0 ? "-" : fmt::format("{} of {}", job.ended, job.planned),
                   job.current.empty() ? "-" : join(job.current, ","), join(job.targets, " ")});
    return table.text(legend);
}

Ended jobs(const Invocation &invocation) {
    const auto listed = list_jobs();
    if (!listed)
        return Failure{listed.error()};
    if (invocation.json)
        std::fputs(json_text(json_of(listed.value())).c_str(), stdout);
    else if (listed.value().empty())
        note("modkeeperd has no jobs");
    else
        std::fputs(text_of(listed.value(), !invocation.no_legend).c_str(), stdout);
    return ExitCode::Ok;
}

Result<std::uint32_t> number_in(const std::string &text) {
    std::uint32_t id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
        return Error{ErrorCode::InvalidArgument, quote(text) + " is not a job number"};
    return id;
}

Ended cancel(const Invocation &invocation, const std::string &text) {
    const auto id = number_in(text);
    if (!id)
        return Failure{id.error(), "modkeeper jobs"};
    auto client = JobClient::connect(!invocation.no_ask_password);
    const auto asked = client ? client.value().cancel(id.value()) : client.error();
    if (!asked)
        return Failure{asked.error(),
                       asked.error().code == ErrorCode::NotFound ? "modkeeper jobs" : ""};
    if (invocation.json)
        std::fputs(json_text(object({{"result", "canceling"}, {"job", id.value()}})).c_str(),
                   stdout);
    else if (!invocation.quiet)
        std::printf("canceling job %u\n", id.value());
    return ExitCode::Ok;
}

} // namespace

void add_jobs(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "jobs", "List the jobs that are waiting or running",
                    "  modkeeper jobs\n"
                    "  modkeeper jobs --json | jq -r '.[].id'");
    command.no_legend();
    command.runs([&invocation] { return jobs(invocation); });
}

void add_cancel(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "cancel", "Stop a job before its next module",
        "  modkeeper cancel 7 || modkeeper jobs\n"
        "\n"
        "Modules that the job has loaded are unloaded again. The job ends when the kernel has\n"
        "finished with its current module: nothing can interrupt a module's init.\n"
        "\n"
        "Exit status 3: there is no such job.");
    const auto id = std::make_shared<std::string>();
    command.argument("JOB", *id, "Number of the job", Offer::Jobs);
    command.quiet();
    command.no_ask_password();
    command.runs([&invocation, id] { return cancel(invocation, *id); });
}

} // namespace mk::cli
