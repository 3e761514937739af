// SPDX-License-Identifier: GPL-2.0-only
#include "system/generic_netlink.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

using namespace generic_netlink;

TEST(GenericNetlink, ReadsTheNumberOfAFamily) {
    const std::uint16_t number = 77;
    const auto answer = rtnetlink::message_of(
        GENL_ID_CTRL, 0, genlmsghdr{},
        rtnetlink::attribute_of(CTRL_ATTR_FAMILY_ID, {reinterpret_cast<const char *>(&number), 2}));
    EXPECT_EQ(read_family(answer), 77U);
    for (std::size_t size = 0; size < answer.size() - 2; ++size)
        EXPECT_EQ(read_family(std::string_view(answer).substr(0, size)), 0U) << size;
}

TEST(GenericNetlink, KnowsTheFamilyOfFamilies) {
    EXPECT_EQ(family_of("nlctrl"), GENL_ID_CTRL);
    EXPECT_EQ(family_of("mk-nothing"), 0U);
}

TEST(GenericNetlink, PutsTheHeadBeforeTheRest) {
    const auto asked = question(77, 3, NLM_F_DUMP, "body");
    unsigned count = 0;
    rtnetlink::each_message(asked, [&](unsigned type, std::string_view message) {
        ++count;
        EXPECT_EQ(type, 77U);
        EXPECT_EQ(rtnetlink::value_of<genlmsghdr>(message)->cmd, 3);
        EXPECT_EQ(rtnetlink::after<genlmsghdr>(message), "body");
    });
    EXPECT_EQ(count, 1U);
}

} // namespace
} // namespace mk
