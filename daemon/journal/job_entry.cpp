// SPDX-License-Identifier: GPL-2.0-only
#include "journal/job_entry.hpp"

#include <fmt/format.h>
#include <syslog.h>

#include <algorithm>
#include <charconv>

#include "base/foreign_text.hpp"
#include "journal/message_ids.hpp"

namespace mk::journal {

namespace {

// journald drops an entry that has more than 1024 fields, including some of its own.
constexpr std::size_t target_fields_max = 512;
// Longest list of targets in a message.
constexpr std::size_t told_bytes_max = 600;

template <typename Number> bool read_number(const std::map<std::string, std::string> &fields,
                                            const char *name, Number &number) {
    const auto found = fields.find(name);
    if (found == fields.end())
        return false;
    const auto &text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

std::string text_of(const std::map<std::string, std::string> &fields, const char *name) {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
}

} // namespace

Fields fields_of(const JobOrigin &origin) {
    const auto &caller = origin.caller;
    Fields fields = {fmt::format("MODKEEPER_JOB={}", origin.job),
                     fmt::format("MODKEEPER_CALLER_UID={}", caller.uid),
                     fmt::format("MODKEEPER_CALLER_PID={}", caller.pid),
                     "MODKEEPER_CALLER_COMM=" + caller.comm,
                     "MODKEEPER_CALLER_NAME=" + caller.name};
    if (!caller.cgroup.empty())
        fields.push_back("MODKEEPER_CALLER_CGROUP=" + caller.cgroup);
    if (caller.login_uid)
        fields.push_back(fmt::format("MODKEEPER_CALLER_LOGINUID={}", *caller.login_uid));
    return fields;
}

Fields entry_of_job(const JobOrigin &origin, const std::string &verb,
                    const std::vector<std::string> &targets) {
    const auto &caller = origin.caller;
    auto message = fmt::format("job {}: {} {}, asked for by uid {} ({}[{}]) over D-Bus", origin.job,
                               verb, as_words(targets, told_bytes_max), caller.uid,
                               as_word(caller.comm), caller.pid);
    Fields fields = {"MESSAGE=" + message, fmt::format("MESSAGE_ID={}", job_begun_id),
                     fmt::format("PRIORITY={}", LOG_INFO), "MODKEEPER_VERB=" + verb,
                     fmt::format("MODKEEPER_TARGETS={}", targets.size())};
    for (auto &field : fields_of(origin))
        fields.push_back(std::move(field));
    for (std::size_t i = 0; i < std::min(targets.size(), target_fields_max); ++i)
        fields.push_back("MODKEEPER_TARGET=" + targets[i]);
    return fields;
}

std::optional<JobOrigin> origin_of_entry(const std::map<std::string, std::string> &fields) {
    JobOrigin origin;
    uid_t login = 0;
    if (!read_number(fields, "MODKEEPER_JOB", origin.job) ||
        !read_number(fields, "MODKEEPER_CALLER_UID", origin.caller.uid))
        return std::nullopt;
    (void)read_number(fields, "MODKEEPER_CALLER_PID", origin.caller.pid);
    if (read_number(fields, "MODKEEPER_CALLER_LOGINUID", login))
        origin.caller.login_uid = login;
    origin.caller.comm = text_of(fields, "MODKEEPER_CALLER_COMM");
    origin.caller.name = text_of(fields, "MODKEEPER_CALLER_NAME");
    origin.caller.cgroup = text_of(fields, "MODKEEPER_CALLER_CGROUP");
    return origin;
}

} // namespace mk::journal
