// SPDX-License-Identifier: GPL-2.0-only
#include "holders/extension_needs.hpp"

#include <gtest/gtest.h>
#include <linux/netfilter/xt_CT.h>
#include <linux/netfilter/xt_string.h>

#include <cstring>

namespace mk {
namespace {

using Needs = std::vector<std::string>;

template <typename Info> std::string_view bytes_of(const Info &info) {
    return {reinterpret_cast<const char *>(&info), sizeof info};
}

TEST(ExtensionNeeds, AreWhatARuleNamesForConnections) {
    xt_ct_target_info_v1 info{};
    EXPECT_EQ(extension_needs("CT", bytes_of(info)), Needs{});
    std::strcpy(info.helper, "ftp");
    EXPECT_EQ(extension_needs("CT", bytes_of(info)), Needs{"nfct-helper-ftp"});
    std::strcpy(info.timeout, "short");
    EXPECT_EQ(extension_needs("CT", bytes_of(info)),
              (Needs{"nfct-helper-ftp", "nfnetlink_cttimeout"}));
    xt_ct_target_info older{}; // has no timeout
    std::strcpy(older.helper, "sip");
    EXPECT_EQ(extension_needs("CT", bytes_of(older)), Needs{"nfct-helper-sip"});
    EXPECT_EQ(extension_needs("CT", bytes_of(older).substr(0, 20)), Needs{});
}

TEST(ExtensionNeeds, AreLoggersAndWaysToSearch) {
    EXPECT_EQ(extension_needs("LOG", ""), Needs{"nf_log_syslog"});
    EXPECT_EQ(extension_needs("NFLOG", ""), Needs{"nfnetlink_log"});
    EXPECT_EQ(extension_needs("nfacct", ""), Needs{"nfnetlink_acct"});
    EXPECT_EQ(extension_needs("limit", ""), Needs{});
    xt_string_info info{};
    std::strcpy(info.algo, "bm");
    EXPECT_EQ(extension_needs("string", bytes_of(info)), Needs{"ts_bm"});
    EXPECT_EQ(extension_needs("string", ""), Needs{});
}

} // namespace
} // namespace mk
