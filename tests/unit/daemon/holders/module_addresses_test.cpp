// SPDX-License-Identifier: GPL-2.0-only
#include "holders/module_addresses.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

#include <sstream>

namespace mk {
namespace {

TEST(ModuleAddresses, AreThoseOfTheModule) {
    std::istringstream lines("ffffffff81000000 T __bpf_call_base\n"
                             "ffffffffc0001230 t nbd_open\t[nbd]\n"
                             "ffffffffc0002230 d __tracepoint_nbd_send_request\t[nbd]\n"
                             "ffffffffc0003230 d __tracepoint_other\t[other]\n");
    const ModuleAddresses symbols("nbd"_module, lines);
    EXPECT_TRUE(symbols.has_tracepoint("nbd_send_request"));
    EXPECT_FALSE(symbols.has_tracepoint("other"));
    EXPECT_TRUE(symbols.has(0xffffffffc0001230));
    EXPECT_FALSE(symbols.has(0xffffffffc0003230));
    EXPECT_EQ(symbols.call_base(), 0xffffffff81000000);
}

TEST(ModuleAddresses, HaveNoAddressesForEverybody) {
    std::istringstream lines("0000000000000000 t nbd_open\t[nbd]\n");
    EXPECT_FALSE(ModuleAddresses("nbd"_module, lines).has(0));
}

} // namespace
} // namespace mk
