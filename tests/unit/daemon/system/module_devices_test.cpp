// SPDX-License-Identifier: GPL-2.0-only
#include "system/module_devices.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

namespace fs = std::filesystem;

class BoundDevicesTest : public testing::Test {
  protected:
    void link(const std::string &target, const std::string &name) {
        fs::create_directories(fs::path(root_ / name).parent_path());
        fs::create_symlink(target, root_ / name);
    }
    void node(const std::string &kind, const std::string &number, const std::string &name) {
        root_.write("sys/dev/" + kind + "/" + number + "/uevent",
                    "MAJOR=1\nMINOR=2\nDEVNAME=" + name + "\n");
    }
    test::TemporaryFolder root_;
};

TEST_F(BoundDevicesTest, TellsDriversDevicesAndWhatTheyHold) {
    root_.write("sys/module/mk_net/drivers/pci:mk-net/new_id", "");
    root_.write("sys/bus/pci/drivers/mk-net/bind", "");
    root_.write("sys/devices/card/resource", "0x00000000febc0000 0x00000000febdffff 0x00040200\n"
                                             "0x000000000000c000 0x000000000000c03f 0x00040101\n"
                                             "0x0000000000000000 0x0000000000000000 0x00000000\n"
                                             "not a line of numbers\n");
    root_.write("sys/devices/card/irq", "11\n");
    root_.write("sys/devices/card/msi_irqs/40", "msi\n");
    link("/sys/devices/card", "sys/bus/pci/drivers/mk-net/0000:00:03.0");
    link("../../../../module/mk_net", "sys/bus/pci/drivers/mk-net/module");
    root_.write("proc/ioports", "0000-0cf7 : PCI Bus 0000:00\n"
                                "  c000-c03f : 0000:00:03.0\n    c000-c03f : mk-net\n");
    root_.write("proc/iomem", "00000000-00000000 : mk-net\n00000000-00000000 : other\n");

    const auto facts = device_facts("mk_net"_module, {}, root_.path());
    EXPECT_EQ(facts.drivers, std::vector<std::string>{"pci:mk-net"});
    ASSERT_EQ(facts.devices.size(), 1U);
    const auto &device = facts.devices.front();
    EXPECT_EQ(device.name, "0000:00:03.0");
    ASSERT_EQ(device.ranges.size(), 2U);
    EXPECT_EQ(device.ranges[0].kind, "memory");
    EXPECT_EQ(device.ranges[0].last, 0xfebdffffU);
    EXPECT_EQ(device.ranges[1].kind, "ioport");
    EXPECT_EQ(device.interrupts, (std::vector<unsigned>{11, 40}));
    ASSERT_EQ(facts.claims.size(), 3U);
    EXPECT_EQ(facts.claims[0].range, "c000-c03f");
    EXPECT_FALSE(facts.claims[0].hidden);
    EXPECT_TRUE(facts.claims[2].hidden);
}

TEST_F(BoundDevicesTest, AHostOfScsiNamesItsDriver) {
    const std::string disk = "devices/pseudo_0/adapter0/host2/target2:0:0/2:0:0:0/block/sda";
    root_.write("sys/devices/pseudo_0/adapter0/host2/scsi_host/host2/proc_name", "mk-scsi\n");
    link("../../devices/pseudo_0/adapter0/host2/scsi_host/host2", "sys/class/scsi_host/host2");
    root_.write("sys/" + disk + "/uevent", "MAJOR=8\nMINOR=0\nDEVNAME=sda\n");
    link("../../" + disk, "sys/dev/block/8:0");
    const auto facts = device_facts("mk_scsi"_module, {}, root_.path());
    ASSERT_EQ(facts.nodes.size(), 1U);
    EXPECT_EQ(facts.nodes[0].name, "sda");
    EXPECT_EQ(facts.nodes[0].known_by, "driver");
    EXPECT_TRUE(device_facts("other"_module, {}, root_.path()).nodes.empty());
}

TEST_F(BoundDevicesTest, LinksLeadWithinTheRoot) {
    test::TemporaryFolder outside;
    outside.write("device/resource", "0x1000 0x1fff 0x00000200\n");
    outside.write("char/1:2/uevent", "DEVNAME=mk_net\n");
    outside.write("new_id", "");
    link(outside.path(), "sys/module/mk_far/drivers");
    root_.write("sys/module/mk_net/drivers/pci:mk-net/new_id", "");
    link(outside / "device", "sys/bus/pci/drivers/mk-net/0000:00:03.0");
    link(outside / "char", "sys/dev/char");
    const auto facts = device_facts("mk_net"_module, {}, root_.path());
    ASSERT_EQ(facts.devices.size(), 1U);
    EXPECT_TRUE(facts.devices.front().ranges.empty());
    EXPECT_TRUE(facts.nodes.empty());
    EXPECT_TRUE(device_facts("mk_far"_module, {}, root_.path()).drivers.empty());
}

TEST_F(BoundDevicesTest, TellsNodesAndHowTheyAreKnown) {
    node("char", "10:200", "net/tun");
    node("char", "10:201", "other");
    node("char", "250:0", "mknode0");
    node("block", "7:1", "mkblock1");
    root_.write("sys/devices/card/card0/uevent", "DEVNAME=card0\n");
    link("../../devices/card/card0", "sys/dev/char/9:9");
    link("../../module/mk_all", "sys/bus/pci/drivers/mk/module");
    link("../../bus/pci/drivers/mk", "sys/devices/card/driver");
    link("../../../../devices/card", "sys/bus/pci/drivers/mk/0000:00:05.0");
    root_.write("sys/module/mk_all/drivers/pci:mk/bind", "");
    root_.write("proc/devices",
                "Character devices:\n 10 misc\n250 mk-all\n\nBlock devices:\n 10 mk-all\n");
    const auto facts =
        device_facts("mk_all"_module, {"devname:net/tun", "block-major-7-*"}, root_.path());
    ASSERT_EQ(facts.nodes.size(), 4U);
    const auto known_by = [&](const std::string &name) -> std::string {
        for (const auto &found : facts.nodes)
            if (found.name == name)
                return found.known_by;
        return "nothing";
    };
    EXPECT_EQ(known_by("net/tun"), "alias");
    EXPECT_EQ(known_by("mkblock1"), "alias");
    EXPECT_EQ(known_by("mknode0"), "name");
    EXPECT_EQ(known_by("card0"), "driver");
    EXPECT_EQ(known_by("other"), "nothing");
}

TEST_F(BoundDevicesTest, DevicesWithoutADriverHaveALabel) {
    node("char", "250:0", "watchdog0");
    node("char", "10:130", "watchdog");
    node("char", "89:0", "i2c-0");
    root_.write("sys/dev/char/250:0/identity", "Software Watchdog\n");
    root_.write("sys/class/watchdog/watchdog0/identity", "Software Watchdog\n");
    root_.write("sys/dev/char/89:0/name", "SMBus stub driver\n");
    EXPECT_EQ(device_facts("softdog"_module, {}, root_.path()).nodes.size(), 2U);
    EXPECT_EQ(device_facts("i2c_stub"_module, {}, root_.path()).nodes.size(), 1U);
    EXPECT_TRUE(device_facts("mtdram"_module, {}, root_.path()).nodes.empty());
}

TEST_F(BoundDevicesTest, NodesMayBeFarBelowTheirDevice) {
    // a sound card: the driver is bound to its parent
    root_.write("sys/devices/platform/mk.0/sound/card0/pcmC0D0p/uevent", "DEVNAME=snd/pcmC0D0p\n");
    link("/sys/bus/platform/drivers/mk", "sys/devices/platform/mk.0/driver");
    link("/sys/module/snd_mk", "sys/bus/platform/drivers/mk/module");
    link("/sys/devices/platform/mk.0/sound/card0/pcmC0D0p", "sys/dev/char/116:2");
    // a SCSI disk: a driver of its own, below that of its host
    const std::string host = "sys/devices/pci0/card/host0";
    root_.write(host + "/scsi_host/host0/state", "running\n");
    root_.write(host + "/target0/0:0:0:0/block/sda/uevent", "DEVNAME=sda\n");
    link("/sys/bus/scsi/drivers/sd", host + "/target0/0:0:0:0/driver");
    link("/sys/module/mk_disk", "sys/bus/scsi/drivers/sd/module");
    link("/sys/bus/pci/drivers/mk", "sys/devices/pci0/card/driver");
    link("/sys/module/mk_host", "sys/bus/pci/drivers/mk/module");
    link("/sys/bus/pci/drivers/port", "sys/devices/pci0/driver");
    link("/sys/module/mk_port", "sys/bus/pci/drivers/port/module");
    link("/" + host + "/target0/0:0:0:0/block/sda", "sys/dev/block/8:0");
    for (const char *driver : {"snd_mk/drivers/platform:mk", "mk_disk/drivers/scsi:sd",
                               "mk_host/drivers/pci:mk", "mk_port/drivers/pci:port"})
        root_.write("sys/module/" + std::string(driver) + "/bind", "");
    link("/sys/devices/platform/mk.0", "sys/bus/platform/drivers/mk/mk.0");
    link("/sys/devices/pci0/card/host0/target0/0:0:0:0", "sys/bus/scsi/drivers/sd/0:0:0:0");
    link("/sys/devices/pci0/card", "sys/bus/pci/drivers/mk/0000:00:04.0");
    link("/sys/devices/pci0", "sys/bus/pci/drivers/port/0000:00:00.0");
    const auto nodes = [&](const std::string &module) {
        std::string names;
        for (const auto &node : device_facts(ModuleName(module), {}, root_.path()).nodes)
            names += node.name + " ";
        return names;
    };
    EXPECT_EQ(nodes("snd_mk"), "snd/pcmC0D0p ");
    EXPECT_EQ(nodes("mk_disk"), "sda ");
    EXPECT_EQ(nodes("mk_host"), "sda ");
    EXPECT_EQ(nodes("mk_port"), "");
}

TEST_F(BoundDevicesTest, WithoutAnythingThereIsNothing) {
    const auto facts = device_facts("mk_none"_module, {}, root_.path());
    EXPECT_TRUE(facts.drivers.empty());
    EXPECT_TRUE(facts.nodes.empty());
    EXPECT_TRUE(facts.claims.empty());
}

} // namespace
} // namespace mk
