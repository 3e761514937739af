// SPDX-License-Identifier: GPL-2.0-only
#include "bus/job_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/module_name.hpp"
#include "bus/arguments.hpp"
#include "job/planner.hpp"
#include "job/reloader.hpp"
#include "job/unloader.hpp"

namespace mk::bus {

namespace {

// A day: nobody waits longer, and the sum with the current time must not overflow.
constexpr std::uint64_t longest_ns = 86'400ULL * 1'000'000'000;
constexpr std::uint64_t ns_per_us = 1000;

// How long the kernel may take for one module, and how long to wait for its users.
struct Times {
    std::optional<std::uint64_t> timeout_ns;
    std::optional<std::uint64_t> wait_ns;
};

Result<void> check_time(const char *name, std::optional<std::uint64_t> value) {
    if (!value || (*value > 0 && *value <= longest_ns))
        return {};
    return Error{
        ErrorCode::InvalidArgument,
        fmt::format("the option \"{}\" is in nanoseconds, from 1 to {}", name, longest_ns)};
}

std::uint64_t microseconds(std::optional<std::uint64_t> ns, std::uint64_t usual_us) {
    return ns ? (*ns + ns_per_us - 1) / ns_per_us : usual_us;
}

template <typename Request> Result<AskedJob> asked(Request request, const Times &times) {
    TRY(check_request(request));
    TRY(check_time("timeout-ns", times.timeout_ns));
    TRY(check_time("wait-ns", times.wait_ns));
    const auto wait_us = microseconds(times.wait_ns, 0);
    if constexpr (requires { request.wait_us; })
        request.wait_us = wait_us;
    // A module that is waited for is in the kernel during that time.
    return AskedJob{std::move(request), microseconds(times.timeout_ns, usual_timeout_us) + wait_us};
}

} // namespace

Result<AskedJob> read_load(sd_bus_message *call, const char *method,
                           const std::vector<std::string> &targets,
                           std::vector<std::string> parameters, Together together) {
    LoadRequest request;
    Times times;
    const std::array<Option, 6> known = {{{"force-vermagic", &request.force_vermagic},
                                          {"force-modversions", &request.force_modversions},
                                          {"ignore-blacklist", &request.ignore_blacklist},
                                          {"ignore-install", &request.ignore_install},
                                          {"keep-going", &request.keep_going},
                                          {"timeout-ns", &times.timeout_ns}}};
    TRY(read_options(call, method, known));
    request.targets = each_once(targets);
    request.several = together == Together::Yes || request.targets.size() > 1;
    request.parameters = std::move(parameters);
    return asked(std::move(request), times);
}

Result<AskedJob> read_unload(sd_bus_message *call, const char *method,
                             const std::vector<std::string> &names) {
    UnloadRequest request;
    Times times;
    const std::array<Option, 5> known = {
        {{"with-dependents", &request.with_dependents},
         {"with-unused-dependencies", &request.with_unused_dependencies},
         {"force", &request.force},
         {"wait-ns", &times.wait_ns},
         {"timeout-ns", &times.timeout_ns}}};
    TRY(read_options(call, method, known));
    request.names = each_once(module_names(names));
    return asked(std::move(request), times);
}

Result<AskedJob> read_reload(sd_bus_message *call, const char *method, const std::string &name,
                             std::vector<std::string> parameters) {
    ReloadRequest request;
    Times times;
    const std::array<Option, 3> known = {
        {{"file", &request.path}, {"wait-ns", &times.wait_ns}, {"timeout-ns", &times.timeout_ns}}};
    TRY(read_options(call, method, known));
    request.name = ModuleName(name);
    request.parameters = std::move(parameters);
    return asked(std::move(request), times);
}

} // namespace mk::bus
