// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

LoadedModule module(const std::string &name, std::vector<std::string> used_by) {
    LoadedModule module;
    module.name = ModuleName(name);
    module.used_by = module_names(std::move(used_by));
    return module;
}

TEST(UsingModules, FollowsTheChainToItsRoot) {
    HolderSearch search;
    search.module = module("low", {"middle", "other"});
    search.loaded = {search.module, module("middle", {"high"}), module("high", {}),
                     module("other", {"high"})};
    const auto found = test::found_by(find_using_modules, search);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].what, "middle");
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(found[1].what, "other");
    EXPECT_EQ(found[2].what, "high");
    EXPECT_EQ(found[2].through, "middle");
    EXPECT_EQ(found[2].references, 0U);
}

TEST(UsingModules, EndsWhereModulesUseEachOther) {
    HolderSearch search;
    search.module = module("one", {"two"});
    search.loaded = {search.module, module("two", {"one"})};
    EXPECT_EQ(test::found_by(find_using_modules, search).size(), 1U);
}

} // namespace
} // namespace mk
