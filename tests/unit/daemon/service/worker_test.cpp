// SPDX-License-Identifier: GPL-2.0-only
// Processes that end, break, hang or cannot be watched, and an event loop that waits for none.
#include "service/worker.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "base/text_file.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::service {
namespace {

class WorkerTest : public testing::Test {
  protected:
    WorkerTest() { loop_ = std::move(make_event_loop().value()); }

    void start(const Worker::Work &work) {
        auto made =
            Worker::start(loop_.get(), work,
                          {[this](std::string_view bytes) { bytes_.append(bytes); },
                           [this](const std::string &end) { end_ = end.empty() ? "well" : end; }});
        ASSERT_TRUE(made) << made.error().message;
        worker_ = std::move(made.value());
    }
    void run_until_ended() {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (end_.empty()) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it did not end";
            sd_event_run(loop_.get(), 100 * 1000);
        }
    }

    EventLoop loop_;
    test::TemporaryFolder folder_;
    std::unique_ptr<Worker> worker_;
    std::string bytes_;
    std::string end_;
};

TEST_F(WorkerTest, ItsEndComesAfterItsLastByte) {
    start([](WorkerChannel &channel) { channel.send(std::string(300'000, 'x')); });
    run_until_ended();
    EXPECT_EQ(end_, "well");
    EXPECT_EQ(bytes_, std::string(300'000, 'x'));
    EXPECT_EQ(waitpid(worker_->process(), nullptr, WNOHANG), -1) << "nobody has reaped it";
}

TEST_F(WorkerTest, AnExceptionEndsOnlyTheWorker) {
    start([](WorkerChannel &) { throw std::runtime_error("no memory for it"); });
    run_until_ended();
    EXPECT_EQ(end_, "status 1");
}

// Its channel is closed long before it ends: only the end counts.
TEST_F(WorkerTest, OneThatOnlyClosesItsChannelIsNotWaitedFor) {
    start([this](WorkerChannel &) {
        close(3);
        while (access((folder_ / "go").c_str(), F_OK) != 0)
            usleep(10'000);
    });
    for (int turn = 0; turn < 20; ++turn)
        sd_event_run(loop_.get(), 10 * 1000);
    EXPECT_EQ(end_, "");
    folder_.write("go", "");
    run_until_ended();
    EXPECT_EQ(end_, "well");
}

// What it left behind holds the channel open.
TEST_F(WorkerTest, TheProcessesOfItsOwnDoNotHoldItsEndUp) {
    folder_.write("here", "");
    start([this](WorkerChannel &channel) {
        if (fork() == 0) {
            // until the test's folder goes
            while (access((folder_ / "here").c_str(), F_OK) == 0)
                usleep(10'000);
            _exit(0);
        }
        channel.send("answer");
    });
    run_until_ended();
    EXPECT_EQ(bytes_, "answer");
}

// sd-event refuses to watch processes while their ends are told as signals too.
TEST_F(WorkerTest, OneThatCannotBeWatchedDoesNothingAndIsNotLeftBehind) {
    const auto children = "/proc/self/task/" + std::to_string(gettid()) + "/children";
    const auto before = read_line(children);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &child, nullptr);
    const auto made =
        Worker::start(loop_.get(), [this](WorkerChannel &) { folder_.write("begun", ""); }, {});
    sigprocmask(SIG_BLOCK, &child, nullptr);
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message.find("no worker can be watched"), std::string::npos)
        << made.error().message;
    EXPECT_EQ(read_line(children), before) << "a process is left";
    EXPECT_NE(access((folder_ / "begun").c_str(), F_OK), 0);
}

} // namespace
} // namespace mk::service
