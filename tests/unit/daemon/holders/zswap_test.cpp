// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

const std::string settings = "sys/module/zswap/parameters/";

TEST(Zswap, HoldsWhatKeepsItsPages) {
    test::HolderRoot root;
    auto search = root.search("z3fold");
    search.aliases = {"zpool-z3fold"};
    EXPECT_TRUE(test::found_by(find_zswap_pools, search).empty()); // this kernel has none
    root.write(settings + "zpool", "z3fold\n");
    HolderList list{"z3fold"_module, 3, {}, {}};
    list.holders.emplace_back().references = 2;
    find_zswap_pools(search, list);
    ASSERT_EQ(list.holders.size(), 2U);
    EXPECT_EQ(list.holders[1].kind, HolderKind::Zswap);
    EXPECT_EQ(list.holders[1].what, "zswap");
    EXPECT_EQ(list.holders[1].through, "which keeps pages with z3fold");
    EXPECT_EQ(list.holders[1].references, 1U);
    EXPECT_EQ(list.holders[1].remedy, "echo zbud > /" + settings + "zpool");
    find_zswap_pools(search, list); // nothing is left
    EXPECT_EQ(list.holders.size(), 2U);
    search.aliases = {"crypto-lz4"};
    EXPECT_TRUE(test::found_by(find_zswap_pools, search).empty());
}

TEST(Zswap, APoolStaysAfterAnotherOneWasChosen) {
    test::HolderRoot root;
    root.write(settings + "zpool", "zbud\n");
    auto search = root.search("zsmalloc");
    search.aliases = {"zpool-zsmalloc"};
    const auto found = test::found_by(find_zswap_pools, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].through, "which still keeps pages with zsmalloc");
    EXPECT_EQ(found[0].remedy, "");
}

TEST(Zswap, MayUseAlgorithms) {
    test::HolderRoot root;
    root.write(settings + "compressor", "lz4\n");
    HolderList list{"lz4"_module, 3, {}, {}};
    find_zswap_with(root.search("lz4"), {"lzo", "lz4"}, list);
    ASSERT_EQ(list.holders.size(), 1U);
    EXPECT_EQ(list.holders[0].through, "which compresses with lz4");
    EXPECT_EQ(list.holders[0].references, 0U);
    EXPECT_EQ(list.holders[0].remedy, "echo lzo > /" + settings + "compressor");
    find_zswap_with(root.search("zstd"), {"zstd"}, list);
    EXPECT_EQ(list.holders.size(), 1U);
}

} // namespace
} // namespace mk
