// SPDX-License-Identifier: GPL-2.0-only
#include "bus/public_reason.hpp"

#include <fmt/format.h>

#include "base/module_name.hpp"

namespace mk::bus {

namespace {

const char *words_of(ErrorCode code) {
    switch (code) {
    case ErrorCode::NotFound:
        return "it or one of its files does not exist";
    case ErrorCode::BuiltIn:
        return "it is built into the kernel";
    case ErrorCode::AlreadyLoaded:
        return "it is loaded already";
    case ErrorCode::NotLoaded:
        return "it is not loaded";
    case ErrorCode::InUse:
        return "it is in use, or another job is working on it";
    case ErrorCode::Blacklisted:
        return "it is blacklisted";
    case ErrorCode::ReplacedByCommand:
        return "its command in modprobe.d failed";
    case ErrorCode::DeniedByKernel:
        return "the kernel denied it";
    case ErrorCode::UnknownParameter:
        return "it does not have one of the given parameters";
    case ErrorCode::BadParameter:
        return "a parameter was given an invalid value";
    case ErrorCode::UnknownSymbol:
        return "a symbol that it needs is missing";
    case ErrorCode::BadFormat:
        return "its file is not a module for this kernel";
    case ErrorCode::BadSignature:
        return "its signature is missing or not trusted";
    case ErrorCode::InitFailed:
        return "its init failed";
    case ErrorCode::Timeout:
        return "it took too long";
    case ErrorCode::Canceled:
        return "the job was canceled";
    case ErrorCode::NotAuthorized:
        return "the caller is not authorised";
    default:
        return "the caller was told why";
    }
}

} // namespace

std::string public_reason(ErrorCode code, const ModuleName &module) {
    return fmt::format("{}: {}", quote(module), words_of(code));
}

} // namespace mk::bus
