// SPDX-License-Identifier: GPL-2.0-only
#include "system/rtnetlink.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mk::rtnetlink {
namespace {

std::map<unsigned, std::string> attributes_in(std::string_view bytes) {
    std::map<unsigned, std::string> found;
    each_attribute(bytes, [&](unsigned type, auto value) { found[type] = text_of(value); });
    return found;
}

TEST(Rtnetlink, ReadsWhatItWrites) {
    const auto attributes = attribute_of(1, "one") + attribute_of(2, std::string("two\0", 4));
    const auto message = message_of(RTM_NEWLINK, 0, ifinfomsg{}, attributes);
    std::map<unsigned, std::string> found;
    EXPECT_TRUE(each_message(message + message, [&](unsigned type, std::string_view body) {
        EXPECT_EQ(type, unsigned{RTM_NEWLINK});
        found = attributes_in(after<ifinfomsg>(body));
    }));
    const std::map<unsigned, std::string> both = {{1, "one"}, {2, "two"}};
    EXPECT_EQ(found, both);
}

TEST(Rtnetlink, StopsWhereTheMessageIsCutShort) {
    const auto bytes = attribute_of(1, "one");
    for (std::size_t size = 0; size < sizeof(rtattr) + 3; ++size)
        EXPECT_TRUE(attributes_in(std::string_view(bytes).substr(0, size)).empty()) << size;
    const auto message = message_of(RTM_NEWLINK, 0, ifinfomsg{});
    for (std::size_t size = sizeof(nlmsghdr); size < message.size(); ++size)
        EXPECT_FALSE(each_message(std::string_view(message).substr(0, size),
                                  [](unsigned, std::string_view) { ADD_FAILURE(); }));
}

TEST(Rtnetlink, KnowsTheEndOfADump) {
    const auto none = [](unsigned, std::string_view) { ADD_FAILURE(); };
    EXPECT_FALSE(each_message(message_of(NLMSG_DONE, 0, int{}), none));
    EXPECT_FALSE(each_message(message_of(NLMSG_ERROR, 0, int{}), none));
}

} // namespace
} // namespace mk::rtnetlink
