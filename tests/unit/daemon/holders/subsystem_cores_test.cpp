// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

TEST(SubsystemCores, HoldThemselvesForTheirDevices) {
    test::HolderRoot root;
    for (const char *device : {"rc/rc0", "rc/rc1", "drm/card0", "drm/card0-HDMI-1", "drm/card1",
                               "mtd/mtd0", "mtd/mtd0ro", "rc/other"})
        root.write(std::string("sys/class/") + device + "/uevent", "");
    const auto devices = test::found_by(find_core_references, root.search("rc_core"));
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(devices[0].kind, HolderKind::Device);
    EXPECT_EQ(devices[1].what, "rc1");
    EXPECT_EQ(devices[1].references, 1U);
    const auto cards = test::found_by(find_core_references, root.search("drm"));
    ASSERT_EQ(cards.size(), 2U); // for all of them once
    EXPECT_EQ(cards[0].references + cards[1].references, 1U);
    EXPECT_EQ(test::found_by(find_core_references, root.search("mtd")).size(), 1U);
    EXPECT_TRUE(test::found_by(find_core_references, root.search("vgem")).empty());
}

TEST(SubsystemCores, HoldADriverOnceMoreForWhatIsOpen) {
    test::HolderRoot root;
    auto search = root.search("mk");
    HolderList list{"mk"_module, 9, {}, {}};
    for (const char *name : {"/dev/ttyACM0", "/dev/ttyACM0", "/dev/nvme0", "/dev/nvme0n1",
                             "/dev/ng0n1", "/dev/zram0"}) {
        auto &holder = list.holders.emplace_back();
        holder.what = name;
        holder.references = 1;
    }
    find_core_references(search, list); // without the driver it is not known what is counted
    EXPECT_EQ(list.holders[0].references, 1U);
    search.driver = driver::Holders{};
    find_core_references(search, list);
    std::vector<std::uint32_t> references;
    for (const auto &holder : list.holders)
        references.push_back(holder.references);
    EXPECT_EQ(references, (std::vector<std::uint32_t>{2, 1, 2, 1, 2, 1}));
}

TEST(SubsystemCores, IpvsHoldsItselfForWhatRegisters) {
    test::HolderRoot root;
    HolderList list{"ip_vs"_module, 9, {}, {}};
    for (const char *name : {"ip_vs_rr", "other"}) {
        auto &holder = list.holders.emplace_back();
        holder.kind = HolderKind::Module;
        holder.what = name;
        holder.references = 1;
    }
    find_core_references(root.search("ip_vs"), list);
    EXPECT_EQ(list.holders[0].references, 2U);
    EXPECT_EQ(list.holders[1].references, 1U);
}

TEST(SubsystemCores, BluetoothHoldsItselfForItsAdapters) {
    test::HolderRoot root;
    for (const char *device : {"hci0", "hci0:12"})
        root.write(std::string("sys/class/bluetooth/") + device + "/uevent", "");
    const auto found = test::found_by(find_core_references, root.search("bluetooth"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "hci0");
}

TEST(SubsystemCores, AHandlerOfPathsIsHeldByDevices) {
    test::HolderRoot root;
    root.write("sys/class/scsi_device/1:0:0:0/device/dh_state", "alua\n");
    root.write("sys/class/scsi_device/1:0:0:1/device/dh_state", "detached\n");
    const auto found = test::found_by(find_core_references, root.search("scsi_dh_alua"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "1:0:0:0");
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_TRUE(test::found_by(find_core_references, root.search("scsi_dh_rdac")).empty());
}

TEST(SubsystemCores, VolumesHoldTheDriverOfTheirFlashMemory) {
    test::HolderRoot root;
    root.write("sys/class/ubi/ubi0/mtd_num", "3\n");
    root.write("sys/class/ubi/version", "1\n");
    auto search = root.search("mtdram");
    EXPECT_TRUE(test::found_by(find_core_references, search).empty());
    search.nodes = {{false, 90, 6, "mtd3", "driver"}};
    const auto found = test::found_by(find_core_references, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "/dev/mtd3");
    EXPECT_EQ(found[0].through, "/dev/ubi0");
    EXPECT_EQ(found[0].remedy, "ubidetach -m 3");
}

} // namespace
} // namespace mk
