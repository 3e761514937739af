// SPDX-License-Identifier: GPL-2.0-only
#include "policy/selectors.hpp"

#include <gtest/gtest.h>

#include "config/initramfs_bytes.hpp"
#include "fixtures/module_tree.hpp"
#include "policy/named_sets.hpp"
#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

// A machine of its own, with one kernel.
class Selectors : public testing::Test {
  protected:
    Selectors() {
        root().write("proc/sys/kernel/osrelease", "6.1.0-test\n");
        tree_.add_linked("mk_lib", {"name=mk_lib"}, {});
        tree_.add_linked("mk_card", {"name=mk_card", "depends=mk_lib", "alias=pci:v*d*"},
                         {"mk_lib"});
        tree_.add("mk_fs", {"name=mk_fs", "alias=fs-mkfs", "softdep=pre: mk_soft"});
        tree_.add("mk_soft", {"name=mk_soft"});
        tree_.add("mk_other", {"name=mk_other", "alias=net-pf-77"});
        tree_.index();
    }

    const test::TemporaryFolder &root() const { return tree_.root(); }

    std::string names(const std::string &text) {
        findings_.clear();
        Policy policy;
        parse_rules(text, "f", policy, findings_);
        expand_sets(policy, findings_);
        EXPECT_TRUE(findings_.empty()) << text;
        resolve_selectors(policy, {root().path()}, findings_, {}, image_tree_);
        std::string result;
        for (const auto &pattern : policy.rules.at(0).what) {
            EXPECT_EQ(pattern.kind, Pattern::Kind::Name);
            result += (result.empty() ? "" : " ") + pattern.text;
        }
        for (const auto &pattern : policy.rules.at(0).except)
            result += " -" + pattern.text;
        return result;
    }

    std::string said() const { return findings_.empty() ? "" : findings_.front().text(); }

    test::ModuleTree tree_;
    std::string image_tree_;
    Findings findings_;
};

TEST_F(Selectors, AllowedModulesComeWithWhatTheyNeed) {
    EXPECT_EQ(names("allow load mk_card"), "mk_card mk_lib");
    EXPECT_EQ(names("allow load mk_f*"), "mk_f* mk_fs mk_soft");
    EXPECT_EQ(names("allow load mk_card alone"), "mk_card");
    EXPECT_EQ(names("deny load mk_card"), "mk_card");
    EXPECT_EQ(names("allow load * except mk_card"), "* -mk_card");
    EXPECT_EQ(names("allow load mk_unknown"), "mk_unknown");
}

TEST_F(Selectors, AliasesAndFilesChooseModules) {
    EXPECT_EQ(names("deny load alias:net-pf-*"), "mk_other");
    EXPECT_EQ(names("deny load alias:pci:v1d2"), "mk_card");
    EXPECT_EQ(names("deny load alias:pci:*"), "mk_card");
    EXPECT_EQ(names("deny load file:kernel/mk_s*.ko"), "mk_soft");
    EXPECT_EQ(names("deny load file:kernel/** except file:*mk_card*"),
              "mk_card mk_fs mk_lib mk_other mk_soft -mk_card");
}

TEST_F(Selectors, DevicesChooseTheirDrivers) {
    root().write("sys/devices/bus/card/modalias", "pci:v1d2\n");
    root().write("sys/devices/bus/twin/modalias", "pci:v1d2\n");
    root().write("sys/devices/bus/strange/modalias", "usb:v9\n");
    EXPECT_EQ(names("allow load @devices"), "mk_card mk_lib");
    EXPECT_EQ(names("deny load @devices"), "mk_card");
    EXPECT_TRUE(findings_.empty());
}

TEST_F(Selectors, BootChoosesWhatIsConfiguredAndMounted) {
    root().write("etc/modules-load.d/a.conf", "mk_other\nmk_nothing\n");
    root().write("etc/fstab", "# /dev/x / ext4\n/dev/y /data mkfs defaults 0 0\n");
    EXPECT_EQ(names("allow load @boot"), "mk_fs mk_other mk_soft");
}

TEST_F(Selectors, TheInitramfsChoosesItsModules) {
    EXPECT_EQ(names("allow load @initramfs"), "");
    EXPECT_NE(said().find("@initramfs chooses nothing: the initramfs: "), std::string::npos)
        << said();
    root().write("boot/initrd.img-6.1.0-test",
                 test::cpio({{"usr/lib/modules/6.1.0-test/kernel/mk_card.ko.xz", "bytes"},
                             {"usr/lib/modules/5.0/kernel/old.ko", "bytes"},
                             {"bin/sh", "bytes"}}));
    EXPECT_EQ(names("allow load @initramfs"), "mk_card mk_lib");
    EXPECT_EQ(names("allow load @initramfs alone"), "mk_card");
    // one that is only about to be made
    root().write("tree/lib/modules/6.1.0-test/kernel/mk_other.ko", "bytes");
    image_tree_ = root() / "tree";
    EXPECT_EQ(names("allow load @initramfs"), "mk_other");
}

TEST_F(Selectors, WhatChoosesNothingIsSaid) {
    EXPECT_EQ(names("deny load alias:nosuch:*"), "");
    EXPECT_EQ(said(), "f:1:11: warning: alias:nosuch:* chooses no module of kernel 6.1.0-test");
    EXPECT_EQ(names("deny load x @devices"), "x");
    EXPECT_EQ(said(), "f:1:13: warning: @devices chooses no module of kernel 6.1.0-test");
}

TEST_F(Selectors, AKernelWithoutModulesChoosesNone) {
    root().write("proc/sys/kernel/osrelease", "5.0\n");
    EXPECT_EQ(names("deny load alias:pci:* x"), "x");
    EXPECT_FALSE(findings_.empty());
}

} // namespace
} // namespace mk::policy
