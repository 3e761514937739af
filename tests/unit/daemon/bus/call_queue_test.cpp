// SPDX-License-Identifier: GPL-2.0-only
// Whose call is answered when, on a real bus: two users, of whom one asks without end.
#include "bus/call_queue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fixtures/private_bus.hpp"
#include "service/event_handles.hpp"

namespace mk::test {
namespace {

using namespace std::chrono_literals;

constexpr const char *service_name = "org.example.Busy";
constexpr uid_t alice = 1000;
constexpr uid_t bob = 1001;

class CallQueueTest : public testing::Test {
  protected:
    CallQueueTest()
        : loop_(new_loop()), server_(connect()),
          queue_({[this](sd_bus_message *call) { return user_of(call); },
                  [this](sd_bus_message *call, std::function<void()> done) {
                      return look_up(call, std::move(done));
                  }}) {
        sd_bus_attach_event(server_.get(), loop_.get(), 0);
        EXPECT_GE(queue_.attach(server_.get()), 0);
        sd_bus_slot *slot = nullptr;
        sd_bus_add_object(server_.get(), &slot, "/", on_call, this);
        slot_.reset(slot);
        EXPECT_GE(sd_bus_request_name(server_.get(), service_name, 0), 0);
    }

    static service::EventLoop new_loop() {
        sd_event *event = nullptr;
        EXPECT_GE(sd_event_new(&event), 0);
        return service::EventLoop(event);
    }
    // Takes 5 ms of the processor's time.
    static int on_call(sd_bus_message *call, void *userdata, sd_bus_error *) {
        auto &self = *static_cast<CallQueueTest *>(userdata);
        self.answered_.emplace_back(sd_bus_message_get_member(call));
        for (auto end = std::clock() + 5 * CLOCKS_PER_SEC / 1000; std::clock() < end;)
            continue;
        return sd_bus_reply_method_return(call, "");
    }
    // Strangers are known when the test says so.
    std::optional<uid_t> user_of(sd_bus_message *call) const {
        const std::string sender = sd_bus_message_get_sender(call);
        return strangers_.contains(sender) ? std::nullopt : std::optional(users_.at(sender));
    }
    bool look_up(sd_bus_message *call, std::function<void()> done) {
        looked_up_[sd_bus_message_get_sender(call)].push_back(std::move(done));
        return true;
    }

    bus::Bus connect() { return bus::Bus(private_bus_.connect()); }
    bus::Bus client(uid_t uid) {
        auto client = connect();
        users_[name_of(client)] = uid;
        return client;
    }
    static std::string name_of(const bus::Bus &client) {
        const char *unique = nullptr;
        sd_bus_get_unique_name(client.get(), &unique);
        return unique;
    }
    // Until somebody has been asked who that is.
    void call_as_stranger(const bus::Bus &client) {
        const auto name = name_of(client);
        strangers_.insert(name);
        send(client, "A");
        wait_for_the_bus(client);
        while (looked_up_[name].empty())
            sd_event_run(loop_.get(), 100 * 1000);
    }
    static void send(const bus::Bus &client, const std::string &member,
                     const std::string &argument = "") {
        sd_bus_message *raw = nullptr;
        sd_bus_message_new_method_call(client.get(), &raw, service_name, "/", "org.example",
                                       member.c_str());
        const bus::Message message(raw);
        sd_bus_message_append(raw, "as", 1, argument.c_str());
        std::uint64_t cookie = 0; // for there to be an answer
        ASSERT_GE(sd_bus_send(client.get(), raw, &cookie), 0);
        sd_bus_flush(client.get());
    }
    // Errors that @client was told.
    static std::vector<std::string> errors(const bus::Bus &client) {
        std::vector<std::string> names;
        sd_bus_message *raw = nullptr;
        while (sd_bus_process(client.get(), &raw) > 0) {
            const bus::Message message(std::exchange(raw, nullptr));
            if (message && sd_bus_message_get_error(message.get()))
                names.emplace_back(sd_bus_message_get_error(message.get())->name);
        }
        return names;
    }
    // The bus has passed on what was sent when it has answered.
    static void wait_for_the_bus(const bus::Bus &client) {
        sd_bus_call_method(client.get(), "org.freedesktop.DBus", "/org/freedesktop/DBus",
                           "org.freedesktop.DBus", "GetId", nullptr, nullptr, "");
    }
    void run_until_answered(std::size_t count) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (answered_.size() < count) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
            sd_event_run(loop_.get(), 100 * 1000);
        }
    }
    // Until there is nothing left to do.
    void settle() {
        while (sd_event_run(loop_.get(), 100 * 1000) > 0)
            continue;
    }
    std::size_t place_of(const std::string &member) const {
        return static_cast<std::size_t>(std::find(answered_.begin(), answered_.end(), member) -
                                        answered_.begin());
    }

    PrivateBus private_bus_;
    std::map<std::string, uid_t> users_;
    std::vector<std::string> answered_; // members
    std::set<std::string> strangers_;
    std::map<std::string, std::vector<std::function<void()>>> looked_up_;
    service::EventLoop loop_;
    bus::Bus server_;
    bus::CallQueue queue_;
    bus::Slot slot_;
};

TEST_F(CallQueueTest, WhoAsksWithoutEndWaitsForTheOthersAndIsAnsweredInOrder) {
    const auto flood = client(alice);
    const auto other = client(bob);
    for (int i = 0; i < 40; ++i)
        send(flood, fmt::format("A{}", i));
    wait_for_the_bus(flood);
    send(other, "B");
    wait_for_the_bus(other);
    run_until_answered(41);
    EXPECT_LT(place_of("B"), 10U) << fmt::format("{}", fmt::join(answered_, " "));
    std::erase(answered_, "B");
    for (std::size_t i = 0; i < answered_.size(); ++i)
        EXPECT_EQ(answered_[i], fmt::format("A{}", i));
    EXPECT_TRUE(errors(flood).empty());
}

TEST_F(CallQueueTest, RootNeverWaits) {
    const auto root = client(0);
    const auto other = client(bob);
    for (int i = 0; i < 20; ++i)
        send(root, fmt::format("R{}", i));
    wait_for_the_bus(root);
    send(other, "B");
    wait_for_the_bus(other);
    run_until_answered(21);
    EXPECT_EQ(answered_.back(), "B");
}

TEST_F(CallQueueTest, WhoIsNotKnownWaitsAlone) {
    const auto stranger = client(alice);
    const auto other = client(bob);
    const auto name = name_of(stranger);
    strangers_.insert(name);
    for (int i = 0; i < 3; ++i)
        send(stranger, fmt::format("A{}", i));
    wait_for_the_bus(stranger);
    send(other, "B");
    run_until_answered(1);
    settle();
    EXPECT_EQ(answered_, std::vector<std::string>{"B"});
    ASSERT_EQ(looked_up_[name].size(), 1U) << "once, however much it asks";
    strangers_.erase(name);
    looked_up_[name].front()();
    run_until_answered(4);
    EXPECT_EQ(answered_, (std::vector<std::string>{"B", "A0", "A1", "A2"}));
}

TEST_F(CallQueueTest, WhoStaysUnknownIsRefused) {
    const auto stranger = client(alice);
    const auto name = name_of(stranger);
    call_as_stranger(stranger);
    looked_up_[name].front()();
    settle();
    EXPECT_TRUE(answered_.empty());
    EXPECT_EQ(errors(stranger), std::vector<std::string>{SD_BUS_ERROR_ACCESS_DENIED});
}

TEST_F(CallQueueTest, WhoIsAloneDoesNotWait) {
    const auto one = client(alice);
    for (int i = 0; i < 8; ++i) {
        send(one, fmt::format("A{}", i));
        while (answered_.size() == static_cast<std::size_t>(i))
            sd_event_run(loop_.get(), 100 * 1000);
    }
    EXPECT_EQ(answered_.back(), "A7");
}

TEST_F(CallQueueTest, WhatIsTooMuchIsRefusedAndTheRestIsAnswered) {
    constexpr std::size_t each = 100; // the bus itself allows 128
    constexpr auto most = bus::CallQueue::of_user.calls;
    std::vector<bus::Bus> clients;
    for (std::size_t sent = 0; sent < most + each; sent += each) {
        clients.push_back(client(alice));
        for (std::size_t i = 0; i < each; ++i)
            send(clients.back(), "A");
        wait_for_the_bus(clients.back());
    }
    run_until_answered(most);
    settle();
    std::vector<std::string> refused;
    for (const auto &one : clients)
        for (auto &error : errors(one))
            refused.push_back(std::move(error));
    EXPECT_EQ(answered_.size() + refused.size(), clients.size() * each);
    ASSERT_FALSE(refused.empty());
    EXPECT_EQ(refused.front(), SD_BUS_ERROR_LIMITS_EXCEEDED);
}

TEST_F(CallQueueTest, LargeCallsAreCountedByTheirBytes) {
    const auto flood = client(alice);
    const auto third = bus::CallQueue::of_user.bytes / 3;
    for (int i = 0; i < 5; ++i)
        send(flood, fmt::format("A{}", i));
    // more than can be answered while they come in
    for (int i = 0; i < 20; ++i)
        send(flood, fmt::format("L{}", i), std::string(third, 'x'));
    wait_for_the_bus(flood);
    settle();
    const auto refused = errors(flood).size();
    EXPECT_EQ(refused, 5 + 20 - answered_.size());
    EXPECT_GT(refused, 0U);
    EXPECT_EQ(std::count(answered_.begin(), answered_.end(), "L0"), 1);
}

// However fast the machine is, none of these is answered meanwhile.
TEST_F(CallQueueTest, LargeCallsOfAStrangerAreCountedByTheirBytes) {
    const auto stranger = client(alice);
    const auto name = name_of(stranger);
    const auto quarter = bus::CallQueue::of_stranger.bytes / 4; // and what goes with each
    strangers_.insert(name);
    for (int i = 0; i < 4; ++i)
        send(stranger, fmt::format("L{}", i), std::string(quarter, 'x'));
    send(stranger, "S");
    wait_for_the_bus(stranger);
    settle();
    EXPECT_EQ(errors(stranger), std::vector<std::string>{SD_BUS_ERROR_LIMITS_EXCEEDED});
    strangers_.erase(name);
    looked_up_[name].front()();
    run_until_answered(4);
    EXPECT_EQ(answered_, (std::vector<std::string>{"L0", "L1", "L2", "S"}));
}

// Looking at such a call takes much longer than the call takes to be sent.
TEST_F(CallQueueTest, ACallOfVeryManyValuesIsRefused) {
    const auto flood = client(alice);
    for (int i = 0; i < 5; ++i)
        send(flood, fmt::format("A{}", i));
    sd_bus_message *raw = nullptr;
    sd_bus_message_new_method_call(flood.get(), &raw, service_name, "/", "org.example", "Many");
    const bus::Message message(raw);
    const std::vector<std::uint8_t> bytes(100'000);
    sd_bus_message_append_array(raw, 'y', bytes.data(), bytes.size());
    std::uint64_t cookie = 0;
    sd_bus_send(flood.get(), raw, &cookie);
    sd_bus_flush(flood.get());
    wait_for_the_bus(flood);
    run_until_answered(5);
    settle();
    EXPECT_EQ(errors(flood), std::vector<std::string>{SD_BUS_ERROR_LIMITS_EXCEEDED});
}

TEST_F(CallQueueTest, CallsOfAStrangerThatHasLeftAreForgotten) {
    const auto stranger = client(alice);
    const auto name = name_of(stranger);
    call_as_stranger(stranger);
    queue_.forget(name);
    strangers_.erase(name);
    looked_up_[name].front()();
    settle();
    EXPECT_TRUE(answered_.empty());
    EXPECT_TRUE(errors(stranger).empty());
}

TEST_F(CallQueueTest, CallsOfWhoHasLeftAreForgotten) {
    const auto flood = client(alice);
    const auto second = client(alice);
    const auto root = client(0);
    for (int i = 0; i < 10; ++i) {
        send(flood, "A");
        send(second, "S");
    }
    wait_for_the_bus(flood);
    wait_for_the_bus(second);
    send(root, "Last");
    wait_for_the_bus(root);
    while (place_of("Last") == answered_.size())
        sd_event_run(loop_.get(), 0);
    queue_.forget(name_of(flood));
    settle();
    EXPECT_LT(std::count(answered_.begin(), answered_.end(), "A"), 10);
    EXPECT_EQ(std::count(answered_.begin(), answered_.end(), "S"), 10);
}

} // namespace
} // namespace mk::test
