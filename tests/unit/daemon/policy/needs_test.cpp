// SPDX-License-Identifier: GPL-2.0-only
#include "policy/needs.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/module_tree.hpp"

namespace mk::policy {
namespace {

class NeedsTest : public testing::Test {
  protected:
    NeedsTest() {
        tree_.add("mk_bus", {"name=mk_bus"});
        tree_.add("mk_disk", {"name=mk_disk", "alias=virtio:d00000002v*", "depends=mk_bus"});
        tree_.add("mk_fs", {"name=mk_fs", "alias=fs-mkfs"});
        tree_.add("mk_net", {"name=mk_net", "alias=pci:net*"});
        tree_.add("mk_extra", {"name=mk_extra"});
        tree_.add("mk_unused", {"name=mk_unused"});
        tree_.index();
    }
    std::vector<NeededModule> needs() {
        const ConfigurationPlaces places{tree_.root().path(), "6.1.0-test"};
        auto catalog = Catalog::create(places.catalog(), NearNames::LeftOut);
        EXPECT_TRUE(catalog);
        return needed_modules(catalog.value(), places);
    }

    test::ModuleTree tree_;
};

TEST_F(NeedsTest, AMachineOfWhichNothingIsKnownNeedsNothing) {
    EXPECT_TRUE(needs().empty());
}

TEST_F(NeedsTest, WhatIsUnderTheRootComesFirstThenDevicesThenWhatIsConfigured) {
    const auto &root = tree_.root();
    root.write("proc/self/mountinfo", "1 0 254:1 / / rw - mkfs /dev/vda1 rw\n"
                                      "2 1 0:5 / /proc rw - proc proc rw\n");
    root.write("sys/devices/virtio0/modalias", "virtio:d00000002v00001AF4\n");
    root.write("sys/devices/virtio0/block/vda/vda1/dev", "254:1\n");
    std::filesystem::create_directories(root / "sys/dev/block");
    std::filesystem::create_directory_symlink("../../devices/virtio0/block/vda/vda1",
                                              root / "sys/dev/block/254:1");
    root.write("sys/devices/net0/modalias", "pci:net0\n");
    root.write("etc/modules-load.d/a.conf", "mk-extra\n");
    const auto found = needs();
    std::string text;
    for (const auto &need : found)
        text += need.name + " " + std::string(word_of(need.kind)) + "\n";
    EXPECT_EQ(text, "mk_fs boot\nmk_disk boot\nmk_bus boot\nmk_net device\nmk_extra configured\n");
    EXPECT_EQ(found[0].why, "/ is of type mkfs");
    EXPECT_EQ(found[2].why, "mk_disk needs it: what / lies on asks for it");
    EXPECT_FALSE(found[0].path.empty());
}

} // namespace
} // namespace mk::policy
