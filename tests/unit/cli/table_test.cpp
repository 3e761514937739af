// SPDX-License-Identifier: GPL-2.0-only
#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace mk::cli {
namespace {

TEST(Table, AlignsAndLeavesNothingAtTheEnd) {
    Table table({{"NAME"}, {"SIZE", Table::Align::Right}, {"USED BY"}});
    table.add({"a", "12345", ""});
    table.add({"longer", "1", "x,y"});
    EXPECT_EQ(table.text(), "NAME     SIZE  USED BY\n"
                            "a       12345\n"
                            "longer      1  x,y\n");
}

} // namespace
} // namespace mk::cli
