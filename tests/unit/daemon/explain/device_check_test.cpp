// SPDX-License-Identifier: GPL-2.0-only
#include "explain/device_check.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "fixtures/module_file.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

namespace fs = std::filesystem;

class DeviceCheck : public testing::Test {
  protected:
    std::string checked(const std::vector<std::string> &aliases) {
        std::vector<std::string> modinfo = {"name=card", "license=GPL"};
        for (const auto &alias : aliases)
            modinfo.push_back("alias=" + alias);
        const auto path = folder_.write("card.ko", test::module_file(modinfo));
        found_ = device_check(path, root_.path());
        return found_ ? found_->reason : "";
    }

    test::TemporaryFolder folder_;
    test::TemporaryFolder root_;
    std::optional<Diagnosis> found_;
};

TEST_F(DeviceCheck, NothingIsSaidOfAModuleForNoDevice) {
    EXPECT_EQ(checked({}), "");
    EXPECT_EQ(checked({"net-pf-10", "fs-ext4", "devname:card", "char-major-10-200"}), "");
    EXPECT_FALSE(device_check(folder_ / "none.ko", root_.path()));
}

TEST_F(DeviceCheck, ADeviceThatIsNotThere) {
    root_.write("sys/devices/other/modalias", "pci:v00005678d00000001\n");
    EXPECT_EQ(checked({"pci:v00001234d*", "fs-ext4"}),
              "its init failed: no device of this machine has an ID that it drives");
    EXPECT_EQ(found_->cause, Cause::NoDevice);
    EXPECT_EQ(found_->stage, driver::Stage::Init);
    EXPECT_NE(checked({"cpu:type:x86,ven*fam*mod*:feature:*0085*"}).find("this processor"),
              std::string::npos);
    EXPECT_NE(checked({"dmi:*:svnAcme:*"}).find("another make"), std::string::npos);
}

TEST_F(DeviceCheck, ADeviceThatIsThere) {
    root_.write("sys/devices/bus/1-1/modalias", "pci:v00001234d00000001\n");
    EXPECT_EQ(checked({"pci:v00001234d*"}), "its init failed, although the device "
                                            "/sys/devices/bus/1-1 is there, which it drives");
    EXPECT_EQ(found_->remedies.front(), "look at what it printed: \"modkeeper log card\"");
    // of its own driver
    root_.write("sys/module/card/x", "");
    root_.write("sys/bus/pci/drivers/card/x", "");
    fs::create_symlink("../../../../module/card", root_ / "sys/bus/pci/drivers/card/module");
    fs::create_symlink("../../../bus/pci/drivers/card", root_ / "sys/devices/bus/1-1/driver");
    EXPECT_NE(checked({"pci:v00001234d*"}).find("although"), std::string::npos);
}

// It is what the processor can do, and nobody knows it by its path.
TEST_F(DeviceCheck, AProcessorIsNoDevice) {
    root_.write("sys/devices/system/cpu/modalias",
                "cpu:type:x86,ven0002fam0017mod0031:feature:,0085,\n");
    EXPECT_EQ(checked({"cpu:type:x86,ven*fam*mod*:feature:*0085*"}),
              "its init failed, although this processor has the feature that it drives: the "
              "firmware (BIOS) or the virtual machine may lack the rest");
}

TEST_F(DeviceCheck, ADeviceThatAnotherDriverHas) {
    root_.write("sys/devices/bus/1-1/modalias", "pci:v00001234d00000001\n");
    root_.write("sys/bus/pci/drivers/generic/x", "");
    fs::create_symlink("../../../bus/pci/drivers/generic", root_ / "sys/devices/bus/1-1/driver");
    EXPECT_NE(checked({"pci:v00001234d*"}).find("belongs to the driver generic already"),
              std::string::npos);
    EXPECT_NE(found_->remedies.front().find("echo 1-1 > /sys/devices/bus/1-1/driver/unbind"),
              std::string::npos)
        << found_->remedies.front();
    root_.write("sys/module/generic_mod/x", "");
    fs::create_symlink("../../../../module/generic_mod",
                       root_ / "sys/bus/pci/drivers/generic/module");
    checked({"pci:v00001234d*"});
    EXPECT_EQ(found_->remedies.front(), "\"modkeeper unload generic_mod\" first");
}

} // namespace
} // namespace mk
