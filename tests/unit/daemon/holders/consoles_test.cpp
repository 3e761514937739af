// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Consoles, HoldAFrameBufferWhileTheyAreBound) {
    test::HolderRoot root;
    root.write("sys/class/vtconsole/vtcon0/bind", "0\n");
    root.write("sys/class/vtconsole/vtcon0/name", "(S) dummy device\n");
    root.write("sys/class/vtconsole/vtcon1/bind", "1\n");
    root.write("sys/class/vtconsole/vtcon1/name", "(M) frame buffer device\n");
    auto search = root.search("mkfb");
    EXPECT_TRUE(test::found_by(find_consoles, search).empty());
    search.nodes = {{false, 29, 0, "fb0", "driver"}};
    const auto found = test::found_by(find_consoles, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "vtcon1");
    root.write("sys/class/vtconsole/vtcon1/bind", "0\n");
    EXPECT_TRUE(test::found_by(find_consoles, search).empty());
}

} // namespace
} // namespace mk
