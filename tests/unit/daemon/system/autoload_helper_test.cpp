// SPDX-License-Identifier: GPL-2.0-only
#include "system/autoload_helper.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

using State = AutoloadHelper::State;

TEST(AutoloadHelper, IsEmptyMissingOrThere) {
    test::TemporaryFolder root;
    const auto state = [&] { return AutoloadHelper::read(root.path()).state; };
    EXPECT_EQ(state(), State::Unknown);
    root.write("proc/sys/kernel/modprobe", "\n");
    EXPECT_EQ(state(), State::Empty);
    root.write("proc/sys/kernel/modprobe", "/sbin/modprobe\n");
    EXPECT_EQ(state(), State::Missing);
    const auto program = root.write("sbin/modprobe", "");
    chmod(program.c_str(), 0644);
    EXPECT_EQ(state(), State::Missing);
    chmod(program.c_str(), 0755);
    EXPECT_EQ(state(), State::There);
    EXPECT_EQ(AutoloadHelper::read(root.path()).path, "/sbin/modprobe");
}

} // namespace
} // namespace mk
