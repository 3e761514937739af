// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Settings, AreFoldersOfTheSubsystem) {
    test::HolderRoot root;
    root.write("sys/kernel/config/nullb/features", "size\n");
    root.write("sys/kernel/config/nullb/mine/size", "1\n");
    root.write("sys/kernel/config/netconsole/target 1/enabled", "0\n");
    const auto found = test::found_by(find_settings, root.search("null_blk"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "/sys/kernel/config/nullb/mine");
    EXPECT_EQ(found[0].references, 2U);
    EXPECT_EQ(test::found_by(find_settings, root.search("netconsole")).at(0).remedy,
              "rmdir '/sys/kernel/config/netconsole/target 1'");
    EXPECT_TRUE(test::found_by(find_settings, root.search("loop")).empty());
}

class DeepSettings : public testing::Test {
  protected:
    void make(const std::string &folder, const std::string &file = "attribute") {
        root.write(top + folder + "/" + file, "");
    }
    void link(const std::string &path) { root.link("../../elsewhere", top + path); }
    // "folder references", in the order in which they have to go.
    std::vector<std::string> found(const std::string &module) {
        std::vector<std::string> lines;
        for (const auto &holder : test::found_by(find_settings, root.search(module)))
            lines.push_back(holder.what.substr(top.size() + 1) + ' ' +
                            std::to_string(holder.references));
        return lines;
    }
    using Lines = std::vector<std::string>;
    const std::string top = "sys/kernel/config/";
    test::HolderRoot root;
};

TEST_F(DeepSettings, OfAGadget) {
    make("usb_gadget/g/functions/acm.0");
    make("usb_gadget/g/configs/c.1/strings/0x409");
    make("usb_gadget/g/os_desc");
    link("usb_gadget/g/configs/c.1/acm.0");
    root.write(top + "usb_gadget/g/UDC", "dummy_udc.0\n");
    EXPECT_EQ(found("libcomposite"),
              (Lines{"usb_gadget/g/UDC 0", "usb_gadget/g/configs/c.1/acm.0 0",
                     "usb_gadget/g/configs/c.1/strings/0x409 2", "usb_gadget/g/configs/c.1 2",
                     "usb_gadget/g/functions/acm.0 1", "usb_gadget/g 2"}));
    EXPECT_EQ(found("usb_f_acm"), (Lines{"usb_gadget/g/UDC 0", "usb_gadget/g/configs/c.1/acm.0 0",
                                         "usb_gadget/g/functions/acm.0 2"}));
    EXPECT_TRUE(found("usb_f_mass_storage").empty());
}

TEST_F(DeepSettings, OfAServerOfDisks) {
    make("target/core/fileio_0/x/alua/default_tg_pt_gp");
    make("target/core/alua/lu_gps");
    make("target/loopback/naa.6/tpgt_1");
    make("target/loopback/naa.6/param");
    make("target/loopback/discovery_auth");
    EXPECT_EQ(found("target_core_mod"), (Lines{"target/core/fileio_0/x 1", "target/core/fileio_0 2",
                                               "target/loopback/naa.6/tpgt_1 1",
                                               "target/loopback/naa.6 1", "target/loopback 1"}));
    EXPECT_EQ(found("target_core_file"),
              (Lines{"target/core/fileio_0/x 1", "target/core/fileio_0 1"}));
    EXPECT_EQ(found("tcm_loop"), (Lines{"target/loopback/naa.6/tpgt_1 1", "target/loopback/naa.6 1",
                                        "target/loopback 1"}));
}

TEST_F(DeepSettings, OfAServerOfNvme) {
    make("nvmet/subsystems/s/namespaces/1");
    make("nvmet/ports/1/ana_groups/1");
    make("nvmet/hosts");
    link("nvmet/ports/1/subsystems/s");
    root.write(top + "nvmet/ports/1/addr_trtype", "tcp\n");
    EXPECT_EQ(found("nvmet"), (Lines{"nvmet/ports/1/subsystems/s 0", "nvmet/ports/1 2",
                                     "nvmet/subsystems/s/namespaces/1 2", "nvmet/subsystems/s 2"}));
    EXPECT_EQ(found("nvmet_tcp").at(0), "nvmet/ports/1/subsystems/s 1");
    EXPECT_TRUE(found("nvmet_rdma").empty());
}

} // namespace
} // namespace mk
