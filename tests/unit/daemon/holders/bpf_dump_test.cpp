// SPDX-License-Identifier: GPL-2.0-only
#include "holders/bpf_dump.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

TEST(BpfDump, FindsNothingOfAModuleThatIsNotThere) {
    const auto users = bpf_users("no_such_module"); // nothing without the right to ask
    EXPECT_TRUE(!users || users->empty());
}

} // namespace
} // namespace mk
