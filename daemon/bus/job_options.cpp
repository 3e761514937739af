// SPDX-License-Identifier: GPL-2.0-only
#include "bus/job_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "bus/arguments.hpp"
#include "engine/module_name.hpp"
#include "engine/planner.hpp"
#include "engine/reloader.hpp"
#include "engine/unloader.hpp"

namespace mk::bus {

namespace {

// A day: nobody waits longer, and the sum with the time now must not overflow.
constexpr std::uint64_t longest_us = 86'400ULL * 1'000'000;

Result<void> check_time(const char *name, std::optional<std::uint64_t> value) {
    if (!value || (*value > 0 && *value <= longest_us))
        return {};
    return Error{
        ErrorCode::InvalidArgument,
        fmt::format("the option \"{}\" is in microseconds, from 1 to {}", name, longest_us)};
}

template <typename Request>
Result<AskedJob> asked(Request request, std::optional<std::uint64_t> timeout) {
    if (auto checked = check_request(request); !checked)
        return checked.error();
    if (auto checked = check_time("timeout", timeout); !checked)
        return checked.error();
    return AskedJob{std::move(request), timeout.value_or(usual_timeout_us)};
}

} // namespace

Result<AskedJob> read_load(sd_bus_message *call, const char *method,
                           std::vector<std::string> targets, std::vector<std::string> parameters) {
    engine::LoadRequest request;
    std::optional<std::uint64_t> timeout;
    const std::array<Option, 6> known = {{{"force-vermagic", &request.force_vermagic},
                                          {"force-modversions", &request.force_modversions},
                                          {"ignore-blacklist", &request.ignore_blacklist},
                                          {"ignore-install", &request.ignore_install},
                                          {"keep-going", &request.keep_going},
                                          {"timeout", &timeout}}};
    if (auto read = read_options(call, method, known); !read)
        return read.error();
    request.targets = std::move(targets);
    request.parameters = std::move(parameters);
    return asked(std::move(request), timeout);
}

Result<AskedJob> read_unload(sd_bus_message *call, const char *method,
                             std::vector<std::string> names) {
    engine::UnloadRequest request;
    std::optional<std::uint64_t> timeout;
    std::optional<std::uint64_t> wait;
    const std::array<Option, 5> known = {
        {{"with-dependents", &request.with_dependents},
         {"with-unused-dependencies", &request.with_unused_dependencies},
         {"force", &request.force},
         {"wait", &wait},
         {"timeout", &timeout}}};
    if (auto read = read_options(call, method, known); !read)
        return read.error();
    if (auto checked = check_time("wait", wait); !checked)
        return checked.error();
    request.wait_us = wait.value_or(0);
    request.names = std::move(names);
    std::transform(request.names.begin(), request.names.end(), request.names.begin(),
                   engine::canonical_name);
    return asked(std::move(request), timeout);
}

Result<AskedJob> read_reload(sd_bus_message *call, const char *method, const std::string &name,
                             std::vector<std::string> parameters) {
    engine::ReloadRequest request;
    std::optional<std::uint64_t> timeout;
    std::optional<std::uint64_t> wait;
    const std::array<Option, 3> known = {
        {{"file", &request.path}, {"wait", &wait}, {"timeout", &timeout}}};
    if (auto read = read_options(call, method, known); !read)
        return read.error();
    if (auto checked = check_time("wait", wait); !checked)
        return checked.error();
    request.wait_us = wait.value_or(0);
    request.name = engine::canonical_name(name);
    request.parameters = std::move(parameters);
    return asked(std::move(request), timeout);
}

} // namespace mk::bus
