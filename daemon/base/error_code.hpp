// SPDX-License-Identifier: GPL-2.0-only
// Closed list of errors, with the names that D-Bus and the command line use.
#pragma once

#include <cstdint>
#include <string_view>

namespace mk {

enum class ErrorCode : std::uint8_t {
    NotFound,
    BuiltIn,
    AlreadyLoaded,
    NotLoaded,
    InUse,
    Blacklisted,
    ReplacedByCommand,
    DeniedByKernel,
    UnknownParameter,
    BadParameter,
    UnknownSymbol,
    BadFormat,
    BadSignature,
    InitFailed,
    Timeout,
    Canceled,
    NotAuthorized,
    DriverUnavailable,
    DaemonUnavailable,
    InvalidArgument, // an invalid name, option or value
    Failed,          // anything else; the message says what
};

// "NotFound" and so on: the last part of the D-Bus error name.
std::string_view error_name(ErrorCode code);

} // namespace mk
