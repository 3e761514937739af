// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Algorithms, TellsThoseInUse) {
    test::HolderRoot root;
    root.write("proc/crypto", "name         : md4\ndriver       : md4-generic\n"
                              "module       : md4\npriority     : 0\nrefcnt       : 3\n\n"
                              "name         : md4\ndriver       : md4-idle\n"
                              "module       : md4\nrefcnt       : 1\n\n"
                              "name         : sha1\ndriver       : sha1-generic\n"
                              "module       : kernel\nrefcnt       : 9\n\n");
    const auto found = test::found_by(find_algorithms, root.search("md4"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "md4-generic");
    EXPECT_EQ(found[0].references, 2U);
    EXPECT_TRUE(test::found_by(find_algorithms, root.search("sha1_generic")).empty());
}

} // namespace
} // namespace mk
