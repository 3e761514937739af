// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/table.hpp"

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

TEST(Table, CountsColumnsOfTheScreen) {
    Table table({{"NAME"}, {"REFS", Table::Align::Right}, {"NOTE"}});
    table.add({"\u65e5\u672c", "1", "wide"});
    table.add({"e\u0301a", "2", "combined"});
    table.add({"abcd", "3", "plain"});
    EXPECT_EQ(table.text(true, 0), "NAME  REFS  NOTE\n"
                                   "\u65e5\u672c     1  wide\n"
                                   "e\u0301a       2  combined\n"
                                   "abcd     3  plain\n");
}

TEST(Table, BreaksTheLastColumnWhereTheTerminalEnds) {
    Table table({{"NAME"}, {"USED BY"}});
    table.add({"snd", "snd_hda_intel,snd_pcm,snd_timer"});
    table.add({"a", "one two"});
    EXPECT_EQ(table.text(true, 26), "NAME  USED BY\n"
                                    "snd   snd_hda_intel,\n"
                                    "      snd_pcm,snd_timer\n"
                                    "a     one two\n");
    EXPECT_EQ(table.text(true, 12), table.text(true, 0));
}

TEST(Table, MakesWhatOthersWrotePrintable) {
    Table table({{"NAME"}});
    table.add({"a\nb\u202e"});
    EXPECT_EQ(table.text(true, 0), "NAME\na\\x0ab\\xe2\\x80\\xae\n");
}

TEST(Columns, CutAndWrapByWidth) {
    EXPECT_EQ(cut("\u65e5\u672c\u8a9e", 6), "\u65e5\u672c\u8a9e");
    EXPECT_EQ(cut("\u65e5\u672c\u8a9e!", 6), "\u65e5...");
    EXPECT_EQ(cut("abcdef", 2), "ab");
    EXPECT_EQ(wrapped("", 5), (std::vector<std::string>{""}));
    EXPECT_EQ(wrapped("abcdefgh ij", 5), (std::vector<std::string>{"abcde", "fgh", "ij"}));
    EXPECT_EQ(wrapped("\u65e5\u672c", 1), (std::vector<std::string>{"\u65e5", "\u672c"}));
    EXPECT_EQ(wrapped("one two", 3), (std::vector<std::string>{"one", "two"}));
}

} // namespace
} // namespace mk::cli
