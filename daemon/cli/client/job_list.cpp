// SPDX-License-Identifier: GPL-2.0-only
#include "cli/client/job_list.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "cli/client/bus_connection.hpp"

namespace mk::cli {
namespace {

constexpr const char *service = "org.modkeeper1";
constexpr const char *jobs = "/org/modkeeper1/job";

// Questions are answered at once or not at all.
constexpr std::uint64_t answer_us = 20'000'000;

// @argument: nullptr for none.
Result<Message> ask(sd_bus *bus, const std::string &path, const char *interface, const char *method,
                    const char *argument) {
    sd_bus_message *message = nullptr;
    if (const int r =
            sd_bus_message_new_method_call(bus, &message, service, path.c_str(), interface, method);
        r < 0)
        return bus_failure(r);
    const Message call(message);
    sd_bus_message_set_auto_start(message, 0);
    if (argument != nullptr)
        sd_bus_message_append(message, "s", argument);
    return call_bus(bus, call, answer_us);
}

int read_text(sd_bus_message *message, std::string &text) {
    const char *read = nullptr;
    const int r = sd_bus_message_read(message, "v", "s", &read);
    if (r >= 0)
        text = read;
    return r;
}

int read_property(sd_bus_message *message, std::string_view name, ListedJob &job) {
    if (name == "Verb")
        return read_text(message, job.verb);
    if (name == "State")
        return read_text(message, job.state);
    if (name == "Caller")
        return read_text(message, job.caller);
    if (name == "Targets")
        return read_texts(message, job.targets);
    if (name == "Current")
        return read_texts(message, job.current);
    if (name == "Planned")
        return sd_bus_message_read(message, "v", "u", &job.planned);
    if (name == "Ended")
        return sd_bus_message_read(message, "v", "u", &job.ended);
    return sd_bus_message_skip(message, "v");
}

Result<ListedJob> read_job(sd_bus *bus, std::uint32_t id) {
    const auto reply = TRY(ask(bus, std::string(jobs) + '/' + std::to_string(id),
                               "org.freedesktop.DBus.Properties", "GetAll", "org.modkeeper1.Job"));
    ListedJob job;
    job.id = id;
    sd_bus_message *message = reply.get();
    int r = sd_bus_message_enter_container(message, 'a', "{sv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
        const char *name = nullptr;
        if ((r = sd_bus_message_read(message, "s", &name)) >= 0 &&
            (r = read_property(message, name, job)) >= 0)
            r = sd_bus_message_exit_container(message);
    }
    if (r < 0)
        return bus_failure(r);
    return job;
}

} // namespace

std::vector<std::uint32_t> job_numbers(const std::string &xml) {
    constexpr std::string_view node = "<node name=\"";
    std::vector<std::uint32_t> numbers;
    for (std::size_t at = 0; (at = xml.find(node, at)) != std::string::npos;) {
        at += node.size();
        std::uint32_t id = 0;
        const auto read = std::from_chars(xml.data() + at, xml.data() + xml.size(), id);
        if (read.ec == std::errc{} && read.ptr < xml.data() + xml.size() && *read.ptr == '"')
            numbers.push_back(id);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

Result<std::vector<ListedJob>> list_jobs() {
    const auto bus = TRY(open_system_bus());
    const auto reply =
        ask(bus.get(), jobs, "org.freedesktop.DBus.Introspectable", "Introspect", nullptr);
    // without a job there is no such object
    if (!reply && reply.error().code == ErrorCode::NotFound)
        return std::vector<ListedJob>();
    const char *xml = nullptr;
    if (!reply)
        return reply.error();
    if (const int r = sd_bus_message_read(reply.value().get(), "s", &xml); r < 0)
        return bus_failure(r);
    std::vector<ListedJob> all;
    for (const std::uint32_t id : job_numbers(xml)) {
        auto job = read_job(bus.get(), id);
        if (job)
            all.push_back(std::move(job.value()));
        // it has ended in the meantime
        else if (job.error().code != ErrorCode::NotFound)
            return job.error();
    }
    return all;
}

} // namespace mk::cli
