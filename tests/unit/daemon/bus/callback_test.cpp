// SPDX-License-Identifier: GPL-2.0-only
// What becomes of an exception that nobody expects.
#include "bus/callback.hpp"

#include <gtest/gtest.h>
#include <systemd/sd-event.h>

#include <new>

namespace mk::bus {
namespace {

int answers(sd_bus_message *, void *, sd_bus_error *) {
    return 1;
}
int has_no_memory(sd_bus_message *, void *, sd_bus_error *) {
    throw std::bad_alloc();
}
int breaks(sd_event_source *, void *) {
    throw std::bad_alloc();
}

TEST(Callback, LetsThroughWhatAHandlerAnswers) {
    EXPECT_EQ(callback<answers>(nullptr, nullptr, nullptr), 1);
}

TEST(Callback, TellsTheCallerOfAnException) {
    sd_bus_error error = SD_BUS_ERROR_NULL;
    testing::internal::CaptureStderr();
    EXPECT_LT(callback<has_no_memory>(nullptr, nullptr, &error), 0);
    EXPECT_NE(testing::internal::GetCapturedStderr().find("bad_alloc"), std::string::npos);
    EXPECT_STREQ(error.name, "org.modkeeper1.Error.Failed");
    sd_bus_error_free(&error);
}

// A negative answer would switch the source off for ever.
TEST(Callback, KeepsAnEventSourceGoing) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(callback<breaks>(nullptr, nullptr), 0);
    EXPECT_NE(testing::internal::GetCapturedStderr(), "");
}

} // namespace
} // namespace mk::bus
