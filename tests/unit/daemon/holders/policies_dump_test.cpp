// SPDX-License-Identifier: GPL-2.0-only
#include "holders/policies_dump.hpp"

#include <gtest/gtest.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cthelper.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>

#include "system/rtnetlink.hpp"

namespace mk {
namespace {

using namespace rtnetlink;

std::string named(unsigned subsystem, unsigned message, std::uint16_t attribute,
                  const std::string &name) {
    return message_of(static_cast<std::uint16_t>(subsystem << 8 | message), 0, nfgenmsg{},
                      attribute_of(attribute, name + '\0'));
}

TEST(PoliciesDump, ReadsTheirNames) {
    const auto timeout =
        named(NFNL_SUBSYS_CTNETLINK_TIMEOUT, IPCTNL_MSG_TIMEOUT_NEW, CTA_TIMEOUT_NAME, "short");
    const auto helper = named(NFNL_SUBSYS_CTHELPER, NFNL_MSG_CTHELPER_NEW, NFCTH_NAME, "mine");
    std::vector<std::string> names;
    EXPECT_TRUE(read_timeout_policies(timeout + helper, names));
    EXPECT_EQ(names, std::vector<std::string>{"short"});
    names.clear();
    EXPECT_TRUE(read_user_helpers(timeout + helper, names));
    EXPECT_EQ(names, std::vector<std::string>{"mine"});
}

TEST(PoliciesDump, BelievesNothingThatIsCutShort) {
    const auto bytes =
        named(NFNL_SUBSYS_CTNETLINK_TIMEOUT, IPCTNL_MSG_TIMEOUT_NEW, CTA_TIMEOUT_NAME, "short");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::vector<std::string> names;
        read_timeout_policies(std::string_view(bytes).substr(0, size), names);
        EXPECT_TRUE(names.empty()) << size;
    }
}

} // namespace
} // namespace mk
