// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Schedulers, AreThoseInBrackets) {
    test::HolderRoot root;
    root.write("sys/block/vda/queue/scheduler", "none mq-deadline [bfq]\n");
    root.write("sys/block/vdb/queue/scheduler", "[none] mq-deadline bfq\n");
    root.write("sys/block/loop0/queue/scheduler", "none\n");
    const auto found = test::found_by(find_schedulers, root.search("bfq"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].through, "of the requests of /dev/vda");
    EXPECT_EQ(found[0].remedy, "echo none > /sys/block/vda/queue/scheduler");
    EXPECT_TRUE(test::found_by(find_schedulers, root.search("mq_deadline")).empty());
    auto by_alias = root.search("bfq_later");
    by_alias.aliases = {"bfq-iosched"};
    EXPECT_EQ(test::found_by(find_schedulers, by_alias).size(), 1U);
}

} // namespace
} // namespace mk
