// SPDX-License-Identifier: GPL-2.0-only
#include "system/kernel_state.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"
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
    EXPECT_TRUE(state.blacklists("one"_module));
    EXPECT_FALSE(state.blacklists("pc_speaker"_module)) << "the kernel compares letter by letter";
    EXPECT_FALSE(state.blacklists("none"_module)) << "the last one counts";
    EXPECT_FALSE(state.blacklists("two"_module));
    EXPECT_FALSE(state.skips_init("one_init"));
}

TEST(KernelState, ReadsWhichInitIsNotCalled) {
    test::TemporaryFolder root;
    root.write("proc/cmdline", "initcall_blacklist=one_init,two_init initcall-blacklist=three_init "
                               "-- initcall_blacklist=four_init\n");
    const auto state = KernelState::read(root.path());
    for (const auto *name : {"one_init", "two_init", "three_init"})
        EXPECT_TRUE(state.skips_init(name)) << name;
    for (const auto *name : {"one", "four_init", ""})
        EXPECT_FALSE(state.skips_init(name)) << name;
}

TEST(KernelState, ReadsWhatDemandsSignatures) {
    test::TemporaryFolder root;
    EXPECT_FALSE(KernelState::read(root.path()).demands_signatures());
    EXPECT_FALSE(KernelState::read(root.path()).has_efi);
    root.write("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
    root.write("sys/firmware/efi/systab", "");
    root.write("var/lib/dkms/mok.pub", "");
    root.write("proc/cmdline", "quiet -- lockdown=integrity");
    auto state = KernelState::read(root.path());
    EXPECT_FALSE(state.demands_signatures());
    EXPECT_EQ(state.demanding_word(), "") << "it is for init";
    EXPECT_TRUE(state.has_efi);
    EXPECT_EQ(state.dkms_certificate, "/var/lib/dkms/mok.pub") << "as that machine names it";
    root.write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    root.write("proc/cmdline", "quiet lockdown=integrity");
    state = KernelState::read(root.path());
    EXPECT_TRUE(state.demands_signatures());
    EXPECT_EQ(state.demanding_word(), "lockdown=integrity");
    state.command_line = "module.sig-enforce";
    EXPECT_EQ(state.demanding_word(), "module.sig-enforce");
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
