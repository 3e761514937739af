// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

TEST(AlgorithmUsers, AreSocketsAndEncryptedDisks) {
    test::HolderRoot root;
    root.write("sys/block/dm-1/dm/name", "secret\n");
    auto search = root.search("md4");
    driver::Holder socket;
    socket.name = "socket:[7]";
    socket.process = 12;
    socket.fd = 4;
    search.cryptography = driver::Holders{{socket}, false, false};
    search.mapped = std::vector<MappedDisk>{{"secret", 1, {"crypt"}, {}},
                                            {"plain", 2, {"linear"}, {}},
                                            {"later", 2, {"crypt"}, {}, false}};
    EXPECT_TRUE(test::found_by(find_algorithm_users, search).empty()); // it has none in use
    HolderList list{"md4"_module, 1, {}, {}};
    list.holders.emplace_back().kind = HolderKind::Algorithm;
    find_algorithm_users(search, list);
    ASSERT_EQ(list.holders.size(), 4U);
    EXPECT_EQ(list.holders[1].pid, 12U);
    EXPECT_EQ(list.holders[1].references, 0U);
    EXPECT_EQ(list.holders[2].remedy, "dmsetup remove secret");
    EXPECT_EQ(list.holders[3].through, "which would be encrypted");
    EXPECT_EQ(list.holders[3].remedy, "dmsetup clear later");
}

} // namespace
} // namespace mk
