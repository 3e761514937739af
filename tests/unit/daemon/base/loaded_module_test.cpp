// SPDX-License-Identifier: GPL-2.0-only
#include "base/loaded_module.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

using Names = std::vector<std::string>;

TEST(LoadedModule, UsesAreFoundFromWhoUsesIt) {
    std::vector<LoadedModule> modules(3);
    modules[0].name = "top"_module;
    modules[1].name = "middle"_module;
    modules[1].used_by = names({"top"});
    modules[2].name = "base"_module;
    modules[2].used_by = names({"top", "middle", "one_that_is_gone_again"});
    add_uses(modules);
    EXPECT_EQ(modules[0].uses, (Names{"middle", "base"}));
    EXPECT_EQ(modules[1].uses, Names{"base"});
    EXPECT_EQ(modules[2].uses, Names{});
}

} // namespace
} // namespace mk
