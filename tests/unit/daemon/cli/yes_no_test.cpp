// SPDX-License-Identifier: GPL-2.0-only
// Who is asked.
#include <gtest/gtest.h>

#include "cli/command.hpp"
#include "cli/yes_no.hpp"

namespace mk::cli::test {
namespace {

// Tests have no terminal.
TEST(YesNo, NobodyIsAskedWithoutATerminal) {
    Invocation invocation;
    EXPECT_FALSE(can_ask(invocation));
    invocation.json = true;
    EXPECT_FALSE(can_ask(invocation));
}

} // namespace
} // namespace mk::cli::test
