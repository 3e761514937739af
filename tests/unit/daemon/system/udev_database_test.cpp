// SPDX-License-Identifier: GPL-2.0-only
#include "system/udev_database.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

class UdevDatabase : public testing::Test {
  protected:
    std::string add(const std::string &device, const std::string &subsystem) {
        root_.write("sys/devices/" + device + "/uevent", "");
        std::filesystem::create_symlink("../../../class/" + subsystem,
                                        root_ / ("sys/devices/" + device + "/subsystem"));
        return "/sys/devices/" + device;
    }
    std::optional<std::uint64_t> since(const std::string &device) {
        return udev_knows_since_ns(device, root_.path());
    }

    test::TemporaryFolder root_;
};

TEST_F(UdevDatabase, EachKindOfDeviceHasItsEntry) {
    const auto card = add("pci0/0000:00:03.0", "pci");
    const auto disk = add("virtio0/vda", "block");
    const auto line = add("platform/ttyS0", "tty");
    const auto link = add("virtio1/eth0", "net");
    root_.write("sys/devices/virtio0/vda/dev", "254:0\n");
    root_.write("sys/devices/platform/ttyS0/dev", "4:64\n");
    root_.write("sys/devices/virtio1/eth0/ifindex", "2\n");
    root_.write("run/udev/data/+pci:0000:00:03.0", "I:1500000\nE:ID_BUS=pci\n");
    root_.write("run/udev/data/b254:0", "S:disk\nI:2\n");
    root_.write("run/udev/data/c4:64", "I:3\n");
    root_.write("run/udev/data/n2", "I:4\n");
    EXPECT_EQ(since(card), 1'500'000'000U);
    EXPECT_EQ(since(disk), 2'000U);
    EXPECT_EQ(since(line), 3'000U);
    EXPECT_EQ(since(link), 4'000U);
}

TEST_F(UdevDatabase, NothingIsSaidOfWhatUdevDoesNotKnow) {
    const auto card = add("pci0/0000:00:03.0", "pci");
    EXPECT_EQ(since(card), std::nullopt);
    EXPECT_EQ(since("/sys/devices/none"), std::nullopt);
    for (const char *entry :
         {"", "E:I:5\n", "I:\n", "I:5x\n", "I:-1\n", "I:18446744073709551615\n"}) {
        root_.write("run/udev/data/+pci:0000:00:03.0", entry);
        EXPECT_EQ(since(card), std::nullopt) << entry;
    }
}

} // namespace
} // namespace mk
