// SPDX-License-Identifier: GPL-2.0-only
#include "bus/connection.hpp"

#include <unistd.h>

#include "fixtures/bus_fixture.hpp"

namespace mk::test {
namespace {

using Connection = BusFixture;

// The bus tells the sender; neither a method nor what waits for its turn ever sees it.
TEST_F(Connection, TakesNoFileDescriptors) {
    EXPECT_EQ(sd_bus_can_send(server_.get(), 'h'), 0);
    const bus::Bus other(private_bus_.connect());
    ASSERT_GE(sd_bus_attach_event(other.get(), loop_.get(), 0), 0);
    for (const char *method : {"Plan", "NoSuchMethod"}) {
        sd_bus_message *raw = nullptr;
        ASSERT_GE(sd_bus_message_new_method_call(other.get(), &raw, bus::service_name,
                                                 "/org/modkeeper1", bus::manager_interface, method),
                  0);
        const bus::Message message(raw);
        for (int i = 0; i < 16; ++i)
            ASSERT_GE(sd_bus_message_append(raw, "h", STDIN_FILENO), 0);
        Reply reply;
        ASSERT_GE(sd_bus_call_async(
                      other.get(), nullptr, raw,
                      [](sd_bus_message *answer, void *place, sd_bus_error *) {
                          *static_cast<Reply *>(place) = bus::keep(answer);
                          return 0;
                      },
                      &reply, 0),
                  0);
        run_until([&] { return reply != nullptr; });
        EXPECT_EQ(error_of(reply), "org.freedesktop.DBus.Error.NotSupported") << method;
    }
    settle();
}

TEST(ConnectionOfNobody, IsAnErrorThatNamesTheBus) {
    const auto opened = bus::open_connection("unix:path=/nowhere");
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("unix:path=/nowhere"), std::string::npos);
    EXPECT_NE(opened.error().message.find("dbus.service"), std::string::npos);
}

} // namespace
} // namespace mk::test
