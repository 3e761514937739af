// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

class DrivenDevices : public testing::Test {
  protected:
    // A device of @bus that @driver drives, below another one, which @maker drives.
    void device(const std::string &bus, const std::string &name, const std::string &driver,
                const std::string &maker) {
        const auto above = "sys/devices/" + maker + "-made";
        root.link("../../../devices/" + maker + "-made/" + name,
                  "sys/bus/" + bus + "/devices/" + name);
        root.write(above + "/" + name + "/uevent", "");
        if (!driver.empty())
            root.link("../nowhere/" + driver, above + "/" + name + "/driver/module");
        if (!std::filesystem::is_symlink(root.path() + "/" + above + "/driver/module"))
            root.link("../nowhere/" + maker, above + "/driver/module");
    }
    std::vector<Holder> found(const std::string &module) {
        return test::found_by(find_driven_devices, root.search(module));
    }
    test::HolderRoot root;
};

TEST_F(DrivenDevices, ACodecHoldsItsDriver) {
    device("hdaudio", "hdaudioC0D0", "snd_hda_codec_realtek", "snd_hda_intel");
    const auto all = found("snd_hda_codec_realtek");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].kind, HolderKind::Device);
    EXPECT_EQ(all[0].what, "hdaudioC0D0");
    EXPECT_EQ(all[0].through, "a codec of snd_hda_intel");
    EXPECT_EQ(all[0].references, 1U);
    EXPECT_EQ(all[0].remedy, "modkeeper unload snd_hda_intel");
    EXPECT_TRUE(found("snd_hda_codec_hdmi").empty());
    EXPECT_TRUE(found("snd_hda_intel").empty());
}

TEST_F(DrivenDevices, ACodecOfAnotherFrameworkHoldsNothing) {
    device("hdaudio", "ehdaudio0D0", "snd_soc_hdac_hda", "snd_sof_pci");
    EXPECT_TRUE(found("snd_soc_hdac_hda").empty());
}

TEST_F(DrivenDevices, AnAttachedPhyHoldsItsDriver) {
    device("mdio_bus", "r8169-0-500:00", "realtek", "r8169");
    EXPECT_TRUE(found("realtek").empty()); // nothing is attached to it
    const std::string phy = "sys/devices/r8169-made/r8169-0-500:00";
    root.link("../net/eth0", phy + "/attached_dev");
    root.link("../../nowhere/r8169", "sys/devices/r8169-made/net/eth0/device/driver/module");
    const auto all = found("realtek");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].through, "the PHY of eth0");
    EXPECT_EQ(all[0].remedy, "modkeeper unload r8169");
}

TEST_F(DrivenDevices, AClientHoldsItsBusAndWhatMadeIt) {
    device("mei", "client-1", "mei_hdcp", "mei_me");
    device("mei", "client-2", "", "mei_me");
    for (const char *module : {"mei", "mei_me"}) {
        const auto all = found(module);
        ASSERT_EQ(all.size(), 1U) << module;
        EXPECT_EQ(all[0].what, "client-1");
        EXPECT_EQ(all[0].through, "a client that mei_hdcp drives");
        EXPECT_EQ(all[0].remedy, "modkeeper unload mei_hdcp");
    }
    EXPECT_TRUE(found("mei_hdcp").empty());
}

} // namespace
} // namespace mk
