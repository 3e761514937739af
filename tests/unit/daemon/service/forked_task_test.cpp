// SPDX-License-Identifier: GPL-2.0-only
// Real processes that do what the test says.
#include "service/forked_task.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace mk::service {
namespace {

using namespace std::chrono_literals;

class BackgroundTest : public testing::Test {
  protected:
    BackgroundTest() { loop_ = std::move(make_event_loop().value()); }
    void run_until(const std::function<bool()> &done) {
        auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!done()) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline)
                << "nothing happened for too long";
            sd_event_run(loop_.get(), 100 * 1000);
        }
    }

    // Of two that hang and a third.
    void expect_an_end(ForkedTasks &jobs, const ForkedTasks::Owner &owner) {
        std::vector<std::string> answers;
        const auto note = [&](auto bytes) {
            answers.push_back(bytes ? bytes.value() : bytes.error().message);
        };
        const auto hang = [] {
            pause();
            return std::string();
        };
        jobs.run(owner, hang, note);
        jobs.run(owner, hang, note);
        run_until([&] { return answers.size() == 2; });
        EXPECT_NE(answers[0].find("took too long"), std::string::npos) << answers[0];
        EXPECT_NE(answers[1].find("not started in time"), std::string::npos) << answers[1];
        // What comes next has the place of the one that was killed.
        jobs.run(
            owner, [] { return std::string("next"); }, note);
        run_until([&] { return answers.size() == 3; });
        EXPECT_EQ(answers[2], "next");
    }

    EventLoop loop_;
    const ForkedTasks::Owner owner_{65534, false};
};

TEST_F(BackgroundTest, WorkIsDoneElsewhere) {
    ForkedTasks jobs(loop_.get());
    std::string answer;
    jobs.run(
        owner_, [] { return std::to_string(getpid()) + std::string(100'000, 'x'); },
        [&](auto bytes) { answer = bytes.value(); });
    EXPECT_EQ(answer, "");
    run_until([&] { return !answer.empty(); });
    EXPECT_EQ(answer.substr(answer.find('x')).size(), 100'000U);
    EXPECT_NE(answer.substr(0, answer.find('x')), std::to_string(getpid()));
}

TEST_F(BackgroundTest, WorkThatDiesIsAnError) {
    ForkedTasks jobs(loop_.get());
    std::string message;
    jobs.run(
        owner_,
        [] {
            raise(SIGKILL);
            return std::string();
        },
        [&](auto bytes) { message = bytes ? "?" : bytes.error().message; });
    run_until([&] { return !message.empty(); });
    EXPECT_NE(message.find("signal 9"), std::string::npos) << message;
}

TEST_F(BackgroundTest, TooMuchIsRefusedAndTheRestIsDone) {
    ForkedTasks jobs(loop_.get(), {{1, 1, 1, 1}, {1, 1, 1, 1}, 60s, 60s});
    std::string order;
    // it does not end before its answer is read, which the loop does
    jobs.run(
        owner_, [] { return std::string(1'000'000, 'x'); }, [&](auto) { order += "first "; });
    jobs.run(
        owner_, [] { return std::string("second"); }, [&](auto bytes) { order += bytes.value(); });
    jobs.run(
        owner_, [] { return std::string(); },
        [&](auto bytes) { order += bytes ? "?" : "refused "; });
    EXPECT_EQ(order, "refused ");
    run_until([&] { return order.ends_with("second"); });
    EXPECT_EQ(order, "refused first second");
}

// Each is answered once, whoever is left out for whom.
TEST_F(BackgroundTest, WhoFillsTheRoomMakesSomeForOthers) {
    ForkedTasks jobs(loop_.get(), {{1, 1, 2, 2}, {1, 1, 1, 1}, 60s});
    std::vector<std::string> order;
    const auto run = [&](uid_t account, const std::string &name) {
        jobs.run(
            {account, false}, [] { return std::string(1'000'000, 'x'); },
            [&order, name](auto bytes) { order.push_back(name + (bytes ? "" : " refused")); });
    };
    for (const auto *name : {"a1", "a2", "a3"})
        run(1, name);
    run(2, "b1");
    EXPECT_EQ(order, std::vector<std::string>{"a3 refused"});
    run(0, "root");
    run_until([&] { return order.size() == 5; });
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<std::string>{"a1", "a2", "a3 refused", "b1", "root"}));
}

TEST_F(BackgroundTest, WhatIsAllowedDoesNotWaitForWhatAnybodyAsks) {
    ForkedTasks jobs(loop_.get(), {{1, 1, 4, 2}, {1, 1, 1, 1}, 60s, 60s});
    std::string order;
    for (int i = 0; i < 4; ++i)
        jobs.run(
            owner_, [] { return std::string(1'000'000, 'x'); },
            [&](auto bytes) { order += bytes ? "" : "refused "; });
    EXPECT_EQ(order, "refused ");
    jobs.run(
        {0, true}, [] { return std::string("allowed"); },
        [&](auto bytes) { order += bytes ? bytes.value() : bytes.error().message; });
    run_until([&] { return order != "refused "; });
    EXPECT_EQ(order, "refused allowed");
}

TEST_F(BackgroundTest, WorkThatDoesNotEndIsAnsweredAndKilled) {
    ForkedTasks jobs(loop_.get(), {{1, 1, 4, 4}, {1, 1, 1, 1}, 1s, 60s});
    expect_an_end(jobs, owner_);
}

TEST_F(BackgroundTest, WhatIsAllowedHasALimitOfItsOwn) {
    ForkedTasks jobs(loop_.get(), {{1, 1, 1, 1}, {1, 1, 4, 4}, 60s, 1s});
    expect_an_end(jobs, {0, true});
}

} // namespace
} // namespace mk::service
