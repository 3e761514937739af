// SPDX-License-Identifier: GPL-2.0-only
// Event that the driver recorded: a header that every record has, and a body that depends on its
// kind. The fields are those of <linux/modkeeper.h>, which describes them; texts are copies. 0 and
// "" mean absent unless stated otherwise. The bodies come from records/table.yaml.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "driver_client/record_types.hpp"

namespace mk::driver {

// Suppressed records are about several users, or about an unknown one.
inline constexpr std::uint32_t no_uid = 4294967295U;

inline constexpr std::uint32_t no_loginuid = 4294967295U;

struct Event {
    using Body = EventBody;

    EventKind kind = EventKind::Lost;
    bool truncated = false; // a text was cut to fit, or could not be read
    // Any user can cause events like this one; of Lost: all missing records are such.
    bool anybody = false;
    std::uint64_t sequence = 0;
    std::uint64_t boottime_ns = 0;
    std::uint64_t realtime_ns = 0;
    std::uint32_t cpu = 0;
    std::uint32_t pid = 0;
    std::uint32_t tgid = 0;
    std::uint32_t uid = 0;
    std::uint32_t loginuid = no_loginuid;
    std::string comm;
    Body body;

    // nullptr: the body is another one.
    template <typename T> const T *as() const { return std::get_if<T>(&body); }
};

// The module it is about, "" if none.
inline std::string_view module_of(const Event &event) {
    return std::visit(
        [](const auto &body) -> std::string_view {
            if constexpr (requires { body.module; })
                return body.module;
            else
                return {};
        },
        event.body);
}

// The control group of who caused it, "" if that is not known.
inline std::string_view cgroup_of(const Event &event) {
    return std::visit(
        [](const auto &body) -> std::string_view {
            if constexpr (requires { body.cgroup; })
                return body.cgroup;
            else
                return {};
        },
        event.body);
}

// Positive errno of its end, 0: none, or not known.
inline std::int32_t error_of(const Event &event) {
    return std::visit(
        [](const auto &body) -> std::int32_t {
            if constexpr (requires { body.error; })
                return body.error;
            else
                return 0;
        },
        event.body);
}

// Whether it is a failure or a refusal.
inline bool is_failure(const Event &event) {
    return event.kind == EventKind::LoadFailed || event.kind == EventKind::UnloadRefused ||
           event.kind == EventKind::ToolFailed || error_of(event) != 0;
}

} // namespace mk::driver
