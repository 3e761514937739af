// SPDX-License-Identifier: GPL-2.0-only
// modkeeper doctor: its lines and its exit status.
#include <gtest/gtest.h>

#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

TEST(Doctor, EachLineSaysWhatToDo) {
    const Ran ran = run({"doctor"});
    EXPECT_TRUE(ran.status == 0 || ran.status == 1);
    EXPECT_NE(ran.out.find("versions"), std::string::npos) << ran.out;
    if (ran.status == 1) {
        EXPECT_NE(ran.out.find("next: "), std::string::npos) << ran.out;
    }
}

} // namespace
} // namespace mk::cli::test
