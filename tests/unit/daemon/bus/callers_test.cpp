// SPDX-License-Identifier: GPL-2.0-only
// Who is behind a connection, asked of a real bus.
#include "bus/callers.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "fixtures/private_bus.hpp"
#include "service/event_handles.hpp"

namespace mk::test {
namespace {

using namespace std::chrono_literals;

constexpr const char *service_name = "org.example.Asked";

class CallersTest : public testing::Test {
  protected:
    CallersTest() : server_(private_bus_.connect()), callers_(server_.get()) {
        sd_event *event = nullptr;
        EXPECT_GE(sd_event_new(&event), 0);
        loop_.reset(event);
        sd_bus_attach_event(server_.get(), event, 0);
        EXPECT_GE(callers_.attach(), 0);
        sd_bus_slot *slot = nullptr;
        sd_bus_add_object(server_.get(), &slot, "/", on_call, this);
        slot_.reset(slot);
        EXPECT_GE(sd_bus_request_name(server_.get(), service_name, 0), 0);
        callers_.on_left([this](const std::string &name) { left_.push_back(name); });
    }

    static int on_call(sd_bus_message *call, void *userdata, sd_bus_error *) {
        static_cast<CallersTest *>(userdata)->calls_.push_back(bus::keep(call));
        return 1;
    }
    // A call of @client has come.
    sd_bus_message *call(const bus::Bus &client) {
        const auto before = calls_.size();
        sd_bus_call_method_async(client.get(), nullptr, service_name, "/", "org.example", "Call",
                                 nullptr, nullptr, "");
        sd_bus_flush(client.get());
        run_until([&] { return calls_.size() > before; });
        return calls_.back().get();
    }
    void look_up(sd_bus_message *call) {
        bool is_done = false;
        ASSERT_TRUE(callers_.look_up(call, [&] { is_done = true; }));
        EXPECT_FALSE(is_done) << "nothing waits for the bus";
        run_until([&] { return is_done; });
    }
    void run_until(const std::function<bool()> &done) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!done()) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
            sd_event_run(loop_.get(), 100 * 1000);
        }
    }

    PrivateBus private_bus_;
    service::EventLoop loop_;
    bus::Bus server_;
    bus::Callers callers_;
    bus::Slot slot_;
    std::vector<std::shared_ptr<sd_bus_message>> calls_;
    std::vector<std::string> left_;
};

TEST_F(CallersTest, WhoCallsIsKnownOnceItWasLookedUp) {
    const bus::Bus client(private_bus_.connect());
    auto *one = call(client);
    EXPECT_EQ(callers_.find(one), nullptr);
    look_up(one);
    const auto *caller = callers_.find(one);
    ASSERT_NE(caller, nullptr);
    EXPECT_EQ(caller->uid, geteuid());
    EXPECT_EQ(caller->pid, getpid());
    EXPECT_EQ(caller->comm, "bus_test");
    EXPECT_EQ(caller->name, sd_bus_message_get_sender(one));
    EXPECT_EQ(callers_.find(call(client)), callers_.find(one)) << "later calls need no look-up";
}

TEST_F(CallersTest, WhoLeavesIsForgottenAndToldOf) {
    bus::Bus client(private_bus_.connect());
    auto *one = call(client);
    look_up(one);
    client.reset();
    run_until([&] { return !left_.empty(); });
    EXPECT_EQ(left_, std::vector<std::string>{sd_bus_message_get_sender(one)});
    EXPECT_EQ(callers_.find(one), nullptr);
}

TEST_F(CallersTest, WhoHasLeftBeforeItIsLookedUpIsNotFound) {
    bus::Bus client(private_bus_.connect());
    auto *one = call(client);
    client.reset();
    look_up(one);
    EXPECT_EQ(callers_.find(one), nullptr);
}

TEST_F(CallersTest, OfThoseWhoCameAndWentNothingIsLeft) {
    constexpr std::size_t many = 300; // more than the bus allows at a time
    for (std::size_t i = 0; i < many; ++i) {
        const bus::Bus client(private_bus_.connect());
        look_up(call(client));
        ASSERT_NE(callers_.find(calls_.back().get()), nullptr);
    }
    run_until([&] { return left_.size() == many; });
    for (const auto &call : calls_)
        EXPECT_EQ(callers_.find(call.get()), nullptr);
}

} // namespace
} // namespace mk::test
