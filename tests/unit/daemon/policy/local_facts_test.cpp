// SPDX-License-Identifier: GPL-2.0-only
#include "policy/local_facts.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk::policy {
namespace {

TEST(LocalFacts, TheInitFunctionIsInTheNamesOfInitcalls) {
    const std::string_view symbols =
        "ffffffff8353f1c0 d __initcall__kmod_loop__430_2201_loop_init6\n"
        "0000000000000000 d __initcall__kmod_loop__431_99_loop_late_sync7s\n"
        "0000000000000000 d __initcall__kmod_loopback__1_2_loopback_net_init6\n"
        "0000000000000000 d __initcall__kmod_x__1_2_start_upearly\n"
        "0000000000000000 d __initcall__kmod_x__12\n";
    EXPECT_EQ(init_functions("loop"_module, symbols),
              (std::vector<std::string>{"loop_init", "loop_late_sync"}));
    EXPECT_EQ(init_functions("x"_module, symbols), std::vector<std::string>{"start_up"});
    EXPECT_TRUE(init_functions("y"_module, symbols).empty());
}

} // namespace
} // namespace mk::policy
