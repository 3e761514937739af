// SPDX-License-Identifier: GPL-2.0-only
// Guard between C callers, sd-bus and sd-event, and C++ callbacks that may run out of memory: an
// exception fails one call or one event, and never ends the daemon.
#pragma once

#include <systemd/sd-bus.h>

#include <exception>
#include <type_traits>

#include "bus/bus_error.hpp"

namespace mk::bus {

// On standard error, which is the journal.
void report_exception(const char *what) noexcept;

namespace detail {

template <auto handler, typename Signature> struct Callback;

template <auto handler, typename... Arguments> struct Callback<handler, int (*)(Arguments...)> {
    static int call(Arguments... arguments) noexcept {
        try {
            return handler(arguments...);
        } catch (const std::exception &thrown) {
            report_exception(thrown.what());
            return fail(thrown.what(), arguments...);
        }
    }

  private:
    template <typename Last> static int fail(const char *what, Last last) {
        if constexpr (std::is_same_v<Last, sd_bus_error *>)
            return sd_bus_error_setf(last, "org.modkeeper1.Error.Failed",
                                     "the call failed: %s; try again", what);
        else // a negative result would make sd-event disable the source for good
            return 0;
    }
    template <typename First, typename... Rest>
    static int fail(const char *what, First, Rest... rest) requires(sizeof...(Rest) > 0) {
        return fail(what, rest...);
    }
};

} // namespace detail

// @handler with this guard, as a pointer of the same type: handlers of sd-bus, whose last argument
// is an error, answer with it; handlers of sd-event continue with the next event.
template <auto handler> inline constexpr auto callback =
    &detail::Callback<handler, decltype(handler)>::call;

} // namespace mk::bus
