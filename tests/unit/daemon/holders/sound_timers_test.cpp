// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

class SoundTimersTest : public testing::Test {
  protected:
    SoundTimersTest() {
        root.process("316", "player");
        root.process("318", "sequencer");
        root.link("/dev/snd/seq", "proc/318/fd/4");
        root.write("proc/asound/modules", " 0 snd_mk\n 1 snd_other\n");
        root.write("proc/asound/timers", "G0: system timer : 4000.000us (10000000 ticks)\n"
                                         "  Client application 318 : running\n"
                                         "G3: HR timer : 0.001us (1000000000 ticks)\n"
                                         "  Client application 316 : stopped\n"
                                         "  Client sequencer queue 0 : running\n"
                                         "P0-0-1: PCM capture 0-0-1 : SLAVE\n"
                                         "  Client application 316 : stopped\n");
    }
    test::HolderRoot root;
};

TEST_F(SoundTimersTest, TellWhoUsesThem) {
    const auto found = test::found_by(find_sound_timers, root.search("snd_hrtimer"));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].what, "/dev/snd/timer");
    EXPECT_EQ(found[0].pid, 316U);
    EXPECT_EQ(found[0].command, "player");
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(found[1].what, "/dev/snd/seq");
    EXPECT_EQ(found[1].pid, 318U);
    EXPECT_EQ(found[1].fd, 4);
    EXPECT_EQ(found[1].through, "perhaps sequencer queue 0");
}

TEST_F(SoundTimersTest, TimersOfACardBelongToItsModule) {
    EXPECT_EQ(test::found_by(find_sound_timers, root.search("snd_mk")).size(), 1U);
    EXPECT_TRUE(test::found_by(find_sound_timers, root.search("snd_other")).empty());
    EXPECT_TRUE(test::found_by(find_sound_timers, root.search("zram")).empty());
}

} // namespace
} // namespace mk
