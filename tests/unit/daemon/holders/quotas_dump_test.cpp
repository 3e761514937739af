// SPDX-License-Identifier: GPL-2.0-only
#include "holders/quotas_dump.hpp"

#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(QuotasDump, NeedsADiskThatKnowsThem) {
    test::HolderRoot root;
    root.write("proc/self/mountinfo", "1 0 0:20 / / rw - tmpfs tmpfs rw\n"
                                      "2 1 8:1 / /home rw - ext4 /dev/sda1 rw,usrquota\n");
    EXPECT_TRUE(quotas_in_use(root.path()).empty()); // it has no node
    root.write("dev/block/8:1", "");
    EXPECT_TRUE(quotas_in_use(root.path()).empty()); // this is none
    for (const auto &quota : quotas_in_use({}))
        EXPECT_FALSE(quota.mount_point.empty());
}

} // namespace
} // namespace mk
