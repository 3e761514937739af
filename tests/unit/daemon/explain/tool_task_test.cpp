// SPDX-License-Identifier: GPL-2.0-only
#include "explain/tool_task.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mk {
namespace {

using Targets = std::vector<std::string>;

Targets targets_of(const std::string &command) {
    const auto task = tool_task(command);
    return task ? task->targets : Targets();
}

TEST(ToolTask, InsmodTakesOneFile) {
    const auto task = tool_task("/sbin/insmod -f ./mk-one.ko.xz a=1 b");
    ASSERT_TRUE(task);
    EXPECT_TRUE(task->takes_files);
    EXPECT_FALSE(task->unloads);
    EXPECT_EQ(task->targets, Targets{"./mk-one.ko.xz"});
    EXPECT_EQ(targets_of("/mnt/busybox insmod x.ko"), Targets{"x.ko"});
    EXPECT_EQ(targets_of("kmod insmod x.ko"), Targets{"x.ko"});
    EXPECT_EQ(targets_of("/bin/sh /sbin/insmod x.ko"), Targets{"x.ko"});
}

TEST(ToolTask, ModprobeTakesOneNameOrMany) {
    EXPECT_EQ(targets_of("modprobe -q -- dummy numdummies=2"), Targets{"dummy"});
    EXPECT_EQ(targets_of("modprobe -a dummy loop"), (Targets{"dummy", "loop"}));
    EXPECT_EQ(targets_of("modprobe --all dummy loop"), (Targets{"dummy", "loop"}));
    EXPECT_FALSE(tool_task("modprobe dummy")->takes_files);
    EXPECT_TRUE(tool_task("modprobe --first-time dummy")->must_be_first);
}

TEST(ToolTask, UnloadsTakeAll) {
    EXPECT_EQ(targets_of("rmmod dummy loop"), (Targets{"dummy", "loop"}));
    EXPECT_TRUE(tool_task("rmmod dummy")->unloads);
    EXPECT_TRUE(tool_task("modprobe -rv dummy")->unloads);
    EXPECT_TRUE(tool_task("modprobe --remove dummy loop")->unloads);
    EXPECT_EQ(targets_of("modprobe -r dummy loop"), (Targets{"dummy", "loop"}));
    EXPECT_FALSE(tool_task("insmod -r x.ko")->unloads) << "that is no option of insmod";
}

TEST(ToolTask, OptionsWithValuesLeadElsewhere) {
    for (const char *command :
         {"modprobe -S 6.12 dummy", "modprobe -S6.12 dummy", "modprobe --set-version 6.12 dummy",
          "modprobe --set-version=6.12 dummy", "modprobe -vd /mnt dummy", "modprobe -C /x dummy",
          "modprobe --dirname /mnt dummy"}) {
        const auto task = tool_task(command);
        ASSERT_TRUE(task) << command;
        EXPECT_TRUE(task->has_other_root) << command;
        EXPECT_EQ(task->targets, Targets{"dummy"}) << command;
    }
    EXPECT_FALSE(tool_task("modprobe -v dummy")->has_other_root);
}

TEST(ToolTask, QuestionsAreNone) {
    for (const char *command :
         {"modprobe -n dummy", "modprobe --show-depends dummy", "modprobe -R dummy", "modprobe -c",
          "modprobe -Dv dummy", "modprobe --version", "insmod -h", "rmmod --help", "modprobe",
          "modprobe --", "insmod", "python3 /root/insmod.py mk_one", "lsmod", ""})
        EXPECT_FALSE(tool_task(command)) << command;
}

TEST(ToolTask, TargetsStandForModules) {
    EXPECT_EQ(module_given_by("./mk-one.ko.xz"), "mk_one");
    EXPECT_EQ(module_given_by("mk-one.ko"), "mk_one");
    EXPECT_EQ(module_given_by("snd-usb-audio"), "snd_usb_audio");
}

} // namespace
} // namespace mk
