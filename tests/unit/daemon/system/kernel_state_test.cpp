// SPDX-License-Identifier: GPL-2.0-only
#include "system/kernel_state.hpp"

#include <gtest/gtest.h>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

TEST(KernelState, ReadsWhatForbidsLoading) {
    test::TemporaryFolder root;
    root.write("proc/sys/kernel/osrelease", "6.1.0-test\n");
    root.write("proc/sys/kernel/modules_disabled", "1\n");
    root.write("sys/module/module/parameters/sig_enforce", "Y\n");
    root.write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    root.write("proc/cmdline", "quiet module_blacklist=none "
                               "module-blacklist=\"one,pc-speaker\" -- module_blacklist=two\n");
    auto state = KernelState::read(root.path());
    EXPECT_EQ(state.release, "6.1.0-test");
    EXPECT_TRUE(state.modules_disabled);
    EXPECT_TRUE(state.signatures_enforced);
    EXPECT_EQ(state.lockdown, "integrity");
    EXPECT_TRUE(state.blacklists("one"));
    EXPECT_FALSE(state.blacklists("pc_speaker")) << "the kernel compares letter by letter";
    EXPECT_FALSE(state.blacklists("none")) << "the last one counts";
    EXPECT_FALSE(state.blacklists("two"));
}

TEST(KernelState, AnOlderKernelForbidsNothing) {
    test::TemporaryFolder root;
    auto state = KernelState::read(root.path());
    EXPECT_FALSE(state.modules_disabled);
    EXPECT_FALSE(state.signatures_enforced);
    EXPECT_EQ(state.lockdown, "");
}

} // namespace
} // namespace mk
