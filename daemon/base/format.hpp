// SPDX-License-Identifier: GPL-2.0-only
// Numbers formatted for people. Programs get the raw numbers, in JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mk {

// "512", "35.6K", "1.2M": bytes in powers of 1024.
std::string human_size(std::uint64_t bytes);

// "1 event", "2 events": a noun that takes an s.
std::string counted(std::uint64_t number, std::string_view noun);

// "870 ns", "12.3 us", "4.56 ms", "1.20 s"
std::string human_duration(std::uint64_t nanoseconds);

// "Nov 21 21:47:40.123456" in local time
std::string human_time(std::uint64_t realtime_ns);

// RFC 3339, in UTC: "2026-01-31T12:00:00.123456789Z"; "" if it is 0, which is not known.
std::string utc_time(std::uint64_t realtime_ns);

// "ENODEV (No such device)" of a positive errno
std::string human_errno(std::int32_t number);

} // namespace mk
