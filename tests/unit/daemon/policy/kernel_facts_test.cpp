// SPDX-License-Identifier: GPL-2.0-only
#include "policy/kernel_facts.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"

namespace mk::policy {
namespace {

using Names = KernelFacts::Names;

class KernelFactsTest : public testing::Test {
  protected:
    KernelFactsTest() {
        tree_.add("mk_base", {"name=mk_base"});
        tree_.add("mk_middle", {"name=mk_middle", "depends=mk_base"});
        tree_.add("mk_fs", {"name=mk_fs", "alias=fs-mkfs", "depends=mk_middle"});
        tree_.add("mk_net", {"name=mk_net", "alias=pci:net*", "depends=mk_base"});
        tree_.add("mk_extra", {"name=mk_extra"});
        tree_.index();
    }
    KernelFacts facts(const Sightings &seen) {
        const auto read = read_kernel_facts({tree_.root().path(), "6.1.0-test"}, seen);
        EXPECT_TRUE(read);
        return read ? read.value() : KernelFacts();
    }
    static Sighting loaded(const std::string &module, const std::string &command,
                           const std::string &alias = {}) {
        Sighting sighting;
        sighting.module = ModuleName(module);
        sighting.trigger = alias.empty() ? Trigger::Command : Trigger::Request;
        sighting.command = command;
        sighting.alias = alias;
        return sighting;
    }

    test::ModuleTree tree_;
};

TEST_F(KernelFactsTest, NeedsByHoweverManySteps) {
    const auto found = facts({loaded("mk_fs", ""), loaded("mk_base", ""), loaded("gone", "")});
    EXPECT_EQ(found.release, "6.1.0-test");
    EXPECT_EQ(found.needs.at("mk_fs"_module), (Names{"mk_base"_module, "mk_middle"_module}));
    EXPECT_EQ(found.needs.at("mk_base"_module), Names{});
    EXPECT_EQ(found.needs.at("gone"_module), Names{})
        << "of another kernel, or loaded from elsewhere";
}

TEST_F(KernelFactsTest, MeaningsOfAliasesAndWords) {
    const auto found = facts({loaded("mk_fs", "modprobe -q -- fs-mkfs", "fs-mkfs"),
                              loaded("mk_net", "modprobe -v pci:net7 nothing /x/mk_base.ko")});
    EXPECT_EQ(found.meanings.at("fs-mkfs"), Names{"mk_fs"_module});
    EXPECT_EQ(found.meanings.at("pci:net7"), Names{"mk_net"_module});
    EXPECT_EQ(found.meanings.size(), 2U);
}

TEST_F(KernelFactsTest, DevicesAndBootHaveWhatTheyNeed) {
    const auto &root = tree_.root();
    root.write("sys/devices/net0/modalias", "pci:net0\n");
    root.write("etc/modules-load.d/a.conf", "mk-extra\n");
    const auto found = facts({});
    EXPECT_EQ(found.devices, (Names{"mk_base"_module, "mk_net"_module}));
    EXPECT_EQ(found.boot, Names{"mk_extra"_module});
    ASSERT_EQ(found.device_of.size(), 1U) << "what asks for a module itself";
    EXPECT_EQ(found.device_of.begin()->first, "mk_net");
    EXPECT_NE(found.device_of.begin()->second.find("/sys/devices/net0"), std::string::npos);
}

TEST_F(KernelFactsTest, AMachineWithoutThemHasNone) {
    const auto found = facts({});
    EXPECT_TRUE(found.devices.empty());
    EXPECT_TRUE(found.boot.empty());
    EXPECT_TRUE(initramfs_of({tree_.root().path(), "6.1.0-test"}).empty());
}

} // namespace
} // namespace mk::policy
