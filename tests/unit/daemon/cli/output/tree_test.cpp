// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/tree.hpp"

#include <clocale>
#include <gtest/gtest.h>

namespace mk::cli {
namespace {

TEST(Tree, DrawsBranches) {
    EXPECT_EQ(tree_text({{"a", {{"b", {{"c", {}}}}, {"d", {{"e", {}}, {"f", {}}}}}}}),
              "a\n├─b\n│ └─c\n└─d\n  ├─e\n  └─f\n");
}

TEST(Tree, OtherLocalesGetAsciiOnly) {
    ASSERT_NE(std::setlocale(LC_CTYPE, "C"), nullptr);
    const std::string tree = tree_text({{"a", {{"b", {{"c", {}}}}, {"d", {}}}}});
    std::setlocale(LC_CTYPE, "C.UTF-8");
    EXPECT_EQ(tree, "a\n|-b\n| `-c\n`-d\n");
}

} // namespace
} // namespace mk::cli
