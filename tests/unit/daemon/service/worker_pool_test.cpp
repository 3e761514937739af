// SPDX-License-Identifier: GPL-2.0-only
// Real worker processes that do what the test says.
#include "service/worker_pool.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "fixtures/temporary_folder.hpp"

namespace mk::service {
namespace {

class WorkerPoolTest : public testing::Test {
  protected:
    WorkerPoolTest() {
        sd_event *event = nullptr;
        EXPECT_GE(sd_event_new(&event), 0);
        loop_.reset(event);
    }
    WorkerPool pool(WorkerPool::Load load, WorkerPool::Limits limits = WorkerPool::usual) {
        return {loop_.get(), std::move(load), [](const auto &) { return Result<void>(); }, limits};
    }
    void run_until(const std::function<bool()> &done) {
        auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!done()) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline)
                << "nothing happened for too long";
            sd_event_run(loop_.get(), 100 * 1000);
        }
    }

    EventLoop loop_;
    test::TemporaryFolder folder_;
};

TEST_F(WorkerPoolTest, CarriesTheOutcomeBack) {
    auto jobs = pool([](const engine::LoadRequest &request) -> engine::LoadOutcome {
        return request.target + "!";
    });
    std::string got;
    pid_t worker = 0;
    jobs.load({"dummy"}, [&](auto outcome, pid_t process) {
        got = std::get<std::string>(outcome);
        worker = process;
        EXPECT_TRUE(jobs.is_worker(process));
    });
    run_until([&] { return !got.empty(); });
    EXPECT_EQ(got, "dummy!");
    EXPECT_GT(worker, 0);
    EXPECT_FALSE(jobs.is_worker(worker));
    EXPECT_EQ(waitpid(worker, nullptr, WNOHANG), -1) << "a zombie was left";
}

TEST_F(WorkerPoolTest, AWorkerThatDiesIsAFailure) {
    auto jobs = pool([](const auto &) -> engine::LoadOutcome {
        raise(SIGKILL);
        return "never";
    });
    Error error;
    jobs.load({"dummy"}, [&](auto outcome, pid_t) { error = std::get<Error>(outcome); });
    run_until([&] { return !error.message.empty(); });
    EXPECT_EQ(error.code, ErrorCode::Failed);
    EXPECT_NE(error.message.find("dummy"), std::string::npos);
    EXPECT_NE(error.message.find("signal 9"), std::string::npos) << error.message;
}

TEST_F(WorkerPoolTest, JobsOfOneModuleRunOneAfterTheOther) {
    // Each worker makes a folder, and fails when another has it.
    auto busy = folder_ / "busy";
    auto jobs = pool([&](const auto &) -> engine::LoadOutcome {
        if (mkdir(busy.c_str(), 0700) < 0)
            return Error{ErrorCode::Failed, "side by side"};
        rmdir(busy.c_str());
        return "ok";
    });
    int done = 0;
    for (const auto *target : {"snd-x", "snd_x", "/lib/snd-x.ko", "snd_x"})
        jobs.load({target}, [&](auto outcome, pid_t) {
            EXPECT_TRUE(std::holds_alternative<std::string>(outcome));
            ++done;
        });
    EXPECT_EQ(jobs.running(), 1U);
    run_until([&] { return done == 4; });
}

TEST_F(WorkerPoolTest, AHungLoadHoldsUpNobodyElse) {
    auto pid_file = folder_ / "pid";
    int gate[2];
    ASSERT_EQ(pipe(gate), 0);
    auto jobs = pool([&](const engine::LoadRequest &request) -> engine::LoadOutcome {
        if (request.target == "hung") {
            if (symlink(std::to_string(getpid()).c_str(), pid_file.c_str()) == 0)
                pause();
        }
        return request.target;
    });
    pid_t hung = 0;
    bool other = false;
    jobs.load({"hung"}, [&](auto, pid_t process) { hung = process; });
    jobs.load({"other"}, [&](auto, pid_t) { other = true; });
    jobs.unload("third", [&](auto) {});
    run_until([&] { return other; });
    EXPECT_EQ(hung, 0);
    EXPECT_GE(jobs.running(), 1U);
    // What the daemon holds is not held by the worker: a pipe that only the daemon has is closed
    // when the daemon closes it.
    close(gate[1]);
    char byte;
    EXPECT_EQ(read(gate[0], &byte, 1), 0);
    close(gate[0]);
    std::string pid(16, '\0');
    run_until([&] { return readlink(pid_file.c_str(), pid.data(), pid.size()) > 0; });
    kill(std::stoi(pid), SIGKILL);
    run_until([&] { return hung != 0; });
}

TEST_F(WorkerPoolTest, TooManyAreTurnedAway) {
    constexpr WorkerPool::Limits few = {2, 4};
    auto jobs = pool([](const auto &) -> engine::LoadOutcome { return "ok"; }, few);
    std::size_t done = 0;
    std::size_t refused = 0;
    auto count = [&](const auto &outcome, pid_t) {
        ++done;
        refused += std::holds_alternative<Error>(outcome);
    };
    constexpr std::size_t all = 9;
    for (std::size_t i = 0; i < all; ++i)
        jobs.load({"module" + std::to_string(i)}, count);
    EXPECT_EQ(jobs.running(), few.running);
    EXPECT_EQ(refused, all - few.running - few.waiting);
    run_until([&] { return done == all; });
}

} // namespace
} // namespace mk::service
