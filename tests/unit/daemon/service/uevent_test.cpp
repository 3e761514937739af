// SPDX-License-Identifier: GPL-2.0-only
#include "service/uevent.hpp"

#include <gtest/gtest.h>

namespace mk::service {
namespace {

using namespace std::literals;

TEST(Uevent, ReadsAModulesComing) {
    auto event = parse_uevent("add@/module/dummy\0ACTION=add\0DEVPATH=/module/dummy\0"
                              "SUBSYSTEM=module\0SEQNUM=9\0"sv);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->action, Uevent::Action::Add);
    EXPECT_EQ(event->subsystem, "module");
    EXPECT_EQ(event->name(), "dummy");
}

TEST(Uevent, ReadsADevicesGoing) {
    auto event = parse_uevent("remove@/devices/virtual/misc/modkeeper\0SUBSYSTEM=misc\0"
                              "DEVNAME=modkeeper"sv);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->action, Uevent::Action::Remove);
    EXPECT_EQ(event->node, "modkeeper");
}

TEST(Uevent, IgnoresWhatIsNone) {
    EXPECT_FALSE(parse_uevent(""));
    EXPECT_FALSE(parse_uevent("add"));
    EXPECT_FALSE(parse_uevent("add@/x without an end"));
    EXPECT_FALSE(parse_uevent("libudev\0\xfe\xed@"sv));
    EXPECT_EQ(parse_uevent("change@/x\0"sv)->action, Uevent::Action::Other);
}

} // namespace
} // namespace mk::service
