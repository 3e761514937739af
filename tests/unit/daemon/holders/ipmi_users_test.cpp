// SPDX-License-Identifier: GPL-2.0-only
#include "holders/ipmi_users.hpp"

#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class IpmiUsers : public testing::Test {
  protected:
    IpmiUsers() : search(root.search("ipmi_si")) {
        const std::string device = "sys/module/ipmi_si/drivers/platform:ipmi_si/IPI0001:00/";
        root.write(device + "nr_users", "3\n");
        root.write(device + "ipmi/ipmi0/dev", "240:0\n");
        root.write("sys/module/ipmi_si/drivers/platform:ipmi_si/uevent", "");
        LoadedModule core;
        core.name = "ipmi_msghandler"_module;
        core.used_by = {"ipmi_devintf"_module, "acpi_ipmi"_module, "ipmi_si"_module,
                        "ipmi_watchdog"_module};
        search.loaded = {core};
    }
    test::HolderRoot root;
    HolderSearch search;
};

TEST_F(IpmiUsers, HoldTheDriverOfTheInterface) {
    HolderList list{search.module.name, 3, {}, {}};
    auto &file = list.holders.emplace_back();
    file.what = "/dev/ipmi0";
    file.references = 1;
    find_ipmi_users(search, list);
    ASSERT_EQ(list.holders.size(), 2U);
    EXPECT_EQ(list.holders[1].kind, HolderKind::Device);
    EXPECT_EQ(list.holders[1].what, "IPI0001:00");
    EXPECT_EQ(list.holders[1].through,
              "with 2 users in the kernel, perhaps acpi_ipmi and ipmi_watchdog");
    EXPECT_EQ(list.holders[1].references, 2U);
    EXPECT_EQ(list.holders[1].remedy, "modkeeper unload acpi_ipmi ipmi_watchdog");
}

TEST_F(IpmiUsers, MayBeThatTheKernelHasItself) {
    search.loaded[0].used_by = {"ipmi_si"_module};
    const auto found = test::found_by(find_ipmi_users, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].through, "with 3 users in the kernel");
    EXPECT_EQ(found[0].remedy, "");
}

TEST_F(IpmiUsers, MayAllBePrograms) {
    HolderList list{search.module.name, 3, {}, {}};
    auto &file = list.holders.emplace_back();
    file.what = "/dev/ipmi0";
    file.references = 3;
    find_ipmi_users(search, list);
    EXPECT_EQ(list.holders.size(), 1U);
    EXPECT_TRUE(test::found_by(find_ipmi_users, root.search("ipmi_ssif")).empty());
}

} // namespace
} // namespace mk
