// SPDX-License-Identifier: GPL-2.0-only
#include "system/kernel_log.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

class KernelLogTest : public testing::Test {
  protected:
    KernelLogTest() : path_(folder_.write("kmsg", "6,1,100,-;one: old line\n")) {}
    void say(const std::string &text) {
        std::ofstream(path_, std::ios::app) << "3,2,200,-;" << text << "\n SUBSYSTEM=module\n";
    }
    test::TemporaryFolder folder_;
    std::string path_;
};

TEST_F(KernelLogTest, TellsWhatWasSaidSince) {
    KernelLog log(path_);
    say("one: Unknown symbol foo (err -2)");
    say("another one-and-only: nothing to do with it");
    say("someone: neither");
    say("one_more: nor this");
    say("Lockdown: modprobe: unsigned module loading is restricted");
    auto lines = log.lines_about("one"_module);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "one: Unknown symbol foo (err -2)");
    EXPECT_EQ(lines[1], "Lockdown: modprobe: unsigned module loading is restricted");
}

TEST_F(KernelLogTest, KnowsANameInBothSpellings) {
    KernelLog log(path_);
    say("snd-hda-intel: no codec");
    EXPECT_EQ(log.lines_about("snd_hda_intel"_module).size(), 1U);
}

TEST_F(KernelLogTest, KeepsTheLastLines) {
    KernelLog log(path_);
    for (int i = 0; i < 20; ++i)
        say("one: line " + std::to_string(i));
    auto lines = log.lines_about("one"_module, 3);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines.front(), "one: line 17");
}

TEST_F(KernelLogTest, TellsWhatEveryProcessorSaysOnce) {
    KernelLog log(path_);
    for (int processor = 0; processor < 4; ++processor) {
        say("one: no such hardware");
        say("one: giving up");
    }
    EXPECT_EQ(log.lines_about("one"_module),
              (std::vector<std::string>{"one: no such hardware", "one: giving up"}));
}

TEST_F(KernelLogTest, NoLogIsNoLine) {
    EXPECT_TRUE(KernelLog(folder_ / "missing").lines_about("one"_module).empty());
}

} // namespace
} // namespace mk
