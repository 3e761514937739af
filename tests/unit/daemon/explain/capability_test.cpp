// SPDX-License-Identifier: GPL-2.0-only
#include "explain/capability.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

TEST(Capability, OnlyOneThatWasMissedIsACause) {
    using driver::Capability;
    EXPECT_FALSE(without_capability(Capability::Held, {}));
    EXPECT_FALSE(without_capability(Capability::Unknown, {}));
    const auto missing = without_capability(Capability::Missing, "module a was not loaded");
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->cause, Cause::NotPrivileged);
    EXPECT_EQ(missing->outcome, "module a was not loaded");
    const auto own = without_capability(Capability::OwnNamespace, {});
    ASSERT_TRUE(own);
    EXPECT_EQ(own->cause, Cause::UserNamespace);
    EXPECT_NE(own->reason, missing->reason);
    EXPECT_FALSE(own->remedies.empty());
}

} // namespace
} // namespace mk
