// SPDX-License-Identifier: GPL-2.0-only
#include "fixtures/bus_fixture.hpp"
#include "fixtures/module_names.hpp"

namespace mk::test {
namespace {

class ManagerHolders : public BusFixture {
  protected:
    Reply holders(const char *name, const char *option = nullptr) {
        return call("Holders", [&](sd_bus_message *message) {
            if (option)
                sd_bus_message_append(message, "sa{sv}", name, 1, option, "b", 1);
            else
                sd_bus_message_append(message, "sa{sv}", name, 0);
        });
    }
};

TEST_F(ManagerHolders, AreSearchedInAnotherProcess) {
    holders_ = {"zram"_module, 1, {}, {}};
    background_.ran = 0;
    const auto reply = holders("zram");
    EXPECT_EQ(error_of(reply), "") << text_of(reply);
    EXPECT_EQ(background_.ran, 1U);
    EXPECT_FALSE(background_.owners.back().is_authorized);
    EXPECT_STREQ(sd_bus_message_get_signature(reply.get(), 1), "a{sv}");
}

TEST_F(ManagerHolders, AreNoneOfWhatIsNotLoaded) {
    EXPECT_EQ(error_of(holders("loop")), "NotLoaded");
}

TEST_F(ManagerHolders, FaultsOfTheRequestTakeNoProcess) {
    background_.ran = 0;
    EXPECT_EQ(error_of(holders("../etc")), "InvalidArgument");
    EXPECT_EQ(error_of(holders("zram", "later")), "InvalidArgument");
    EXPECT_EQ(background_.ran, 0U);
}

} // namespace
} // namespace mk::test
