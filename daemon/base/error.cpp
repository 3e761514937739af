// SPDX-License-Identifier: GPL-2.0-only
// Names of the errors.
#include "base/error.hpp"

namespace mk {

std::string_view error_name(ErrorCode code) {
    switch (code) {
    case ErrorCode::NotFound:
        return "NotFound";
    case ErrorCode::BuiltIn:
        return "BuiltIn";
    case ErrorCode::AlreadyLoaded:
        return "AlreadyLoaded";
    case ErrorCode::NotLoaded:
        return "NotLoaded";
    case ErrorCode::InUse:
        return "InUse";
    case ErrorCode::Blacklisted:
        return "Blacklisted";
    case ErrorCode::ReplacedByCommand:
        return "ReplacedByCommand";
    case ErrorCode::DeniedByKernel:
        return "DeniedByKernel";
    case ErrorCode::UnknownParameter:
        return "UnknownParameter";
    case ErrorCode::BadParameter:
        return "BadParameter";
    case ErrorCode::UnknownSymbol:
        return "UnknownSymbol";
    case ErrorCode::BadFormat:
        return "BadFormat";
    case ErrorCode::BadSignature:
        return "BadSignature";
    case ErrorCode::InitFailed:
        return "InitFailed";
    case ErrorCode::Timeout:
        return "Timeout";
    case ErrorCode::Canceled:
        return "Canceled";
    case ErrorCode::NotAuthorized:
        return "NotAuthorized";
    case ErrorCode::DriverUnavailable:
        return "DriverUnavailable";
    case ErrorCode::DaemonUnavailable:
        return "DaemonUnavailable";
    case ErrorCode::InvalidArgument:
        return "InvalidArgument";
    case ErrorCode::Failed:
        break;
    }
    return "Failed";
}

} // namespace mk
