// SPDX-License-Identifier: GPL-2.0-only
#include "cli/client/bus_error.hpp"

#include <cerrno>
#include <gtest/gtest.h>

namespace mk::cli {
namespace {

TEST(BusError, KnowsEveryErrorOfTheDaemonByName) {
    for (unsigned i = 0; i <= static_cast<unsigned>(ErrorCode::Failed); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        const Error error =
            error_of_bus("org.modkeeper1.Error." + std::string(error_name(code)), "text", EIO);
        EXPECT_EQ(error.code, code);
        EXPECT_EQ(error.message, "text");
    }
}

TEST(BusError, ErrorsOfTheConnectionMeanNoDaemon) {
    for (const int number : {ENOENT, ECONNREFUSED, ECONNRESET, ENOTCONN})
        EXPECT_EQ(error_of_bus("", "", number).code, ErrorCode::DaemonUnavailable);
}

TEST(BusError, ADaemonThatWentDidNotTakeTooLong) {
    EXPECT_EQ(
        error_of_bus("org.freedesktop.DBus.Error.NoReply", "Remote peer disconnected", ETIMEDOUT)
            .code,
        ErrorCode::DaemonUnavailable);
    EXPECT_EQ(
        error_of_bus("org.freedesktop.DBus.Error.NoReply", "Method call timed out", ETIMEDOUT).code,
        ErrorCode::Timeout);
    EXPECT_EQ(error_of_bus("", "", ETIMEDOUT).code, ErrorCode::Timeout);
}

TEST(BusError, TellsWhatItDoesNotKnow) {
    const Error error = error_of_bus("org.example.Strange", "very", EIO);
    EXPECT_EQ(error.code, ErrorCode::Failed);
    EXPECT_NE(error.message.find("very"), std::string::npos);
    EXPECT_NE(error.message.find("org.example.Strange"), std::string::npos);
}

} // namespace
} // namespace mk::cli
