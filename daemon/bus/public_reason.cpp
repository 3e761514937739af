// SPDX-License-Identifier: GPL-2.0-only
#include "bus/public_reason.hpp"

#include <fmt/format.h>

#include "base/module_name.hpp"

namespace mk::bus {

namespace {

const char *words_of(ErrorCode code) {
    switch (code) {
    case ErrorCode::NotFound:
        return "it, or a file of it, is not there";
    case ErrorCode::BuiltIn:
        return "it is built into the kernel";
    case ErrorCode::AlreadyLoaded:
        return "it is loaded already";
    case ErrorCode::NotLoaded:
        return "it is not loaded";
    case ErrorCode::InUse:
        return "it is in use, or another job is about it";
    case ErrorCode::Blacklisted:
        return "it is blacklisted";
    case ErrorCode::ReplacedByCommand:
        return "a command stands in its place, which did not do it";
    case ErrorCode::DeniedByKernel:
        return "the kernel does not let it be done";
    case ErrorCode::UnknownParameter:
        return "it has no parameter of a name that was given";
    case ErrorCode::BadParameter:
        return "a parameter cannot have the value that was given";
    case ErrorCode::UnknownSymbol:
        return "a symbol that it needs is not there";
    case ErrorCode::BadFormat:
        return "its file is no module of this kernel";
    case ErrorCode::BadSignature:
        return "its signature is missing or not trusted";
    case ErrorCode::InitFailed:
        return "its init failed";
    case ErrorCode::Timeout:
        return "it took longer than it may";
    case ErrorCode::Canceled:
        return "the job was canceled";
    case ErrorCode::NotAuthorized:
        return "the caller may not do it";
    default:
        return "whoever asked was told why";
    }
}

} // namespace

std::string public_reason(ErrorCode code, const std::string &module) {
    return fmt::format("{}: {}", quote(module), words_of(code));
}

} // namespace mk::bus
