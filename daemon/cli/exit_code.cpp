// SPDX-License-Identifier: GPL-2.0-only
#include "cli/exit_code.hpp"

namespace mk::cli {

ExitCode exit_code_of(ErrorCode code) {
    switch (code) {
    case ErrorCode::NotFound:
        return ExitCode::NotFound;
    case ErrorCode::Blacklisted:
    case ErrorCode::ReplacedByCommand:
    case ErrorCode::DeniedByKernel:
    case ErrorCode::NotAuthorized:
        return ExitCode::Denied;
    case ErrorCode::InUse:
        return ExitCode::Busy;
    case ErrorCode::Timeout:
        return ExitCode::Timeout;
    case ErrorCode::AlreadyLoaded:
    case ErrorCode::NotLoaded:
    case ErrorCode::BuiltIn:
        return ExitCode::NothingToDo;
    case ErrorCode::DaemonUnavailable:
        return ExitCode::DaemonNotRunning;
    case ErrorCode::InvalidArgument:
        return ExitCode::Usage;
    case ErrorCode::UnknownParameter:
    case ErrorCode::BadParameter:
    case ErrorCode::UnknownSymbol:
    case ErrorCode::BadFormat:
    case ErrorCode::BadSignature:
    case ErrorCode::InitFailed:
    case ErrorCode::Canceled:
    case ErrorCode::DriverUnavailable:
    case ErrorCode::Failed:
        break;
    }
    return ExitCode::Failed;
}

} // namespace mk::cli
