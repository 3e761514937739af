// SPDX-License-Identifier: GPL-2.0-only
#include "system/loaded_modules.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

class LoadedModulesTest : public testing::Test {
  protected:
    LoadedModulesTest() : loaded_(root_.path()) {
        root_.write("proc/modules", "wireguard 90112 0 - Live 0x0000000000000000 (OE)\n"
                                    "ip6_udp_tunnel 16384 1 wireguard, Live 0x0000000000000000\n"
                                    "slow 16384 1 - Loading 0x0000000000000000 (OE+)\n"
                                    "stays 16384 1 [permanent], Live 0x0000000000000000\n"
                                    "garbage\n");
        root_.write("sys/module/wireguard/initstate", "live\n");
        root_.write("sys/module/wireguard/srcversion", "ABC\n");
        root_.write("sys/module/wireguard/parameters/debug", "N\n");
        root_.write("sys/module/slow/initstate", "coming\n");
        root_.write("sys/module/ip6_udp_tunnel/holders/wireguard", "");
        root_.write("sys/module/loop/parameters/max_loop", "8\n");
    }
    test::TemporaryFolder root_;
    LoadedModules loaded_;
};

TEST_F(LoadedModulesTest, ReadsTheList) {
    auto list = loaded_.list();
    ASSERT_EQ(list.size(), 4U);
    EXPECT_EQ(list[0].name, "wireguard");
    EXPECT_EQ(list[0].bytes, 90112U);
    EXPECT_EQ(list[0].taints, "OE");
    EXPECT_TRUE(list[0].used_by.empty());
    EXPECT_EQ(list[1].used_by, std::vector<std::string>{"wireguard"});
    EXPECT_EQ(list[1].references, 1U);
    EXPECT_EQ(list[2].state, LoadState::Coming);
    EXPECT_EQ(list[2].taints, "OE");
    EXPECT_TRUE(list[3].permanent);
    EXPECT_TRUE(list[3].used_by.empty());
}

TEST_F(LoadedModulesTest, ReadsOneModule) {
    EXPECT_EQ(loaded_.state("wireguard"_module), LoadState::Live);
    EXPECT_EQ(loaded_.state("slow"_module), LoadState::Coming);
    EXPECT_EQ(loaded_.state("loop"_module), LoadState::BuiltIn);
    EXPECT_EQ(loaded_.state("none"_module), LoadState::Absent);
    EXPECT_EQ(loaded_.srcversion("wireguard"_module), "ABC");
    EXPECT_EQ(loaded_.uses("wireguard"_module), std::vector<std::string>{"ip6_udp_tunnel"});
    EXPECT_EQ(loaded_.holders("ip6_udp_tunnel"_module), std::vector<std::string>{"wireguard"});
    ASSERT_EQ(loaded_.parameters("wireguard"_module).size(), 1U);
    EXPECT_EQ(loaded_.parameters("wireguard"_module)[0].value, "N");
    EXPECT_FALSE(loaded_.find("none"_module));
}

TEST_F(LoadedModulesTest, TellsWhichParametersAreSecret) {
    auto path = root_.write("sys/module/wireguard/parameters/key", "secret\n");
    ASSERT_EQ(chmod(path.c_str(), 0400), 0);
    auto parameters = loaded_.parameters("wireguard"_module);
    ASSERT_EQ(parameters.size(), 2U);
    EXPECT_TRUE(parameters[0].is_public());
    EXPECT_EQ(parameters[1].name, "key");
    EXPECT_EQ(parameters[1].value, "secret");
    EXPECT_FALSE(parameters[1].is_public());
}

TEST(LoadedModules, AKernelWithoutModulesHasNone) {
    test::TemporaryFolder empty;
    EXPECT_TRUE(LoadedModules(empty.path()).list().empty());
}

} // namespace
} // namespace mk
