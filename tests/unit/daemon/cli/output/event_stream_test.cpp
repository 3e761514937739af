// SPDX-License-Identifier: GPL-2.0-only
// How a stream of events ends: at the end of the record, by a signal, without a reader, by an
// error.
#include "cli/output/event_stream.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <deque>
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <initializer_list>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/fake_manager.hpp"

namespace mk::cli {
namespace {

// Gives what it was filled with, batch by batch, then nothing.
class FakeDriver : public driver::DriverClient {
  public:
    FakeDriver() { EXPECT_EQ(pipe2(never_readable_, O_CLOEXEC), 0); }
    ~FakeDriver() override {
        close(never_readable_[0]);
        close(never_readable_[1]);
    }

    Result<driver::Status> status() override { return Error{}; }
    Result<std::vector<LoadedModule>> modules() override { return Error{}; }
    Result<LoadedModule> module(const ModuleName &) override { return Error{}; }
    Result<void> open_events(bool from_oldest) override {
        oldest = from_oldest;
        return open_result;
    }
    int events_fd() const override { return never_readable_[0]; }
    Result<std::vector<driver::Event>> read_events() override {
        if (batches.empty()) {
            when_empty();
            return std::vector<driver::Event>{};
        }
        auto batch = std::move(batches.front());
        batches.pop_front();
        return batch;
    }
    Result<std::unique_ptr<driver::RecordReader>> read_record() override { return Error{}; }
    void close_events() override {}

    std::deque<Result<std::vector<driver::Event>>> batches;
    Result<void> open_result;
    bool oldest = false;
    std::function<void()> when_empty = [] {};

  private:
    int never_readable_[2];
};

std::vector<driver::Event> some(std::initializer_list<std::uint64_t> sequences) {
    std::vector<driver::Event> events;
    for (const std::uint64_t sequence : sequences) {
        driver::Event event{};
        event.kind = driver::EventKind::Unload;
        event.body = driver::ModuleEvent{};
        event.sequence = sequence;
        events.push_back(event);
    }
    return events;
}

class EventStreamTest : public testing::Test {
  protected:
    ExitCode print(const EventStream &wanted) {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const ExitCode code = tell({}, print_events(driver_, wanted));
        err_ = testing::internal::GetCapturedStderr();
        out_ = testing::internal::GetCapturedStdout();
        return code;
    }
    long lines() const { return std::count(out_.begin(), out_.end(), '\n'); }

    FakeDriver driver_;
    std::string out_;
    std::string err_;
};

TEST_F(EventStreamTest, PrintsTheRecordAndEnds) {
    driver_.batches = {some({1, 2}), some({3})};
    EXPECT_EQ(print({}), ExitCode::Ok);
    EXPECT_TRUE(driver_.oldest);
    EXPECT_EQ(lines(), 4) << out_; // with the titles
}

TEST_F(EventStreamTest, JsonHasOneLineAnEventAndNoTitles) {
    driver_.batches = {some({1, 2})};
    EXPECT_EQ(print({.json = true}), ExitCode::Ok);
    EXPECT_EQ(lines(), 2) << out_;
    EXPECT_EQ(out_.rfind("{\"sequence\":1,", 0), 0U) << out_;
}

TEST_F(EventStreamTest, PrintsTheLastOnesThatAreWanted) {
    auto other = some({4});
    other.front().kind = driver::EventKind::LoadLive;
    driver_.batches = {some({1, 2}), some({3}), std::move(other)};
    EventStream wanted{.lines = 2, .json = true};
    wanted.filter.kinds = {driver::EventKind::Unload};
    EXPECT_EQ(print(wanted), ExitCode::Ok);
    EXPECT_EQ(lines(), 2) << out_;
    EXPECT_NE(out_.find("\"sequence\":2,"), std::string::npos) << out_;
    EXPECT_NE(out_.find("\"sequence\":3,"), std::string::npos) << out_;
}

TEST_F(EventStreamTest, FollowsUntilASignal) {
    driver_.batches = {some({1})};
    driver_.when_empty = [] { std::raise(SIGTERM); };
    EXPECT_EQ(print({.follow = true, .only_new = true}), ExitCode::Ok);
    EXPECT_FALSE(driver_.oldest);
    EXPECT_EQ(lines(), 2) << out_;
}

TEST_F(EventStreamTest, FollowsUntilNobodyReads) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    std::fflush(stdout);
    const int before = dup(STDOUT_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    driver_.batches = {some({1})};
    driver_.when_empty = [&] { close(ends[0]); };
    const ExitCode code = tell({}, print_events(driver_, {.json = true, .follow = true}));
    dup2(before, STDOUT_FILENO);
    close(before);
    EXPECT_EQ(code, ExitCode::Ok);
}

TEST_F(EventStreamTest, AReaderThatLeftIsNoFailure) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    driver_.batches = {some({1}), some({2})};
    std::fflush(stdout);
    const int before = dup(STDOUT_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    const ExitCode code = tell({}, print_events(driver_, {.json = true}));
    dup2(before, STDOUT_FILENO);
    close(before);
    EXPECT_EQ(code, ExitCode::Ok);
    EXPECT_EQ(std::ferror(stdout), 0);
    EXPECT_EQ(driver_.batches.size(), 1U);
}

TEST_F(EventStreamTest, SaysWhenTheOutputCannotBeWritten) {
    driver_.batches = {some({1})};
    std::fflush(stdout);
    const int before = dup(STDOUT_FILENO);
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    dup2(full, STDOUT_FILENO);
    close(full);
    testing::internal::CaptureStderr();
    const ExitCode code = tell({}, print_events(driver_, {.json = true}));
    const std::string err = testing::internal::GetCapturedStderr();
    dup2(before, STDOUT_FILENO);
    close(before);
    EXPECT_EQ(code, ExitCode::Failed);
    EXPECT_NE(err.find("No space left"), std::string::npos) << err;
    EXPECT_EQ(std::ferror(stdout), 0);
}

TEST_F(EventStreamTest, SaysWhatIsMissing) {
    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    driver_.open_result = Error{ErrorCode::NotAuthorized, "no permission"};
    EXPECT_EQ(print({}), ExitCode::Denied);
    EXPECT_EQ(out_, "");
    EXPECT_NE(err_.find("no permission; the daemon: "), std::string::npos) << err_;
    unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

// Some may ask the daemon and not open the device.
TEST_F(EventStreamTest, ComesFromTheDaemonWhenTheDeviceIsClosed) {
    test::FakeManager manager;
    manager.events = {7, 8, 12};
    driver_.open_result = Error{ErrorCode::NotAuthorized, "no permission"};
    EXPECT_EQ(print({.lines = 2, .json = true}), ExitCode::Ok) << err_;
    EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 2) << out_;
    EXPECT_NE(out_.find("\"sequence\":12"), std::string::npos) << out_;
    EXPECT_EQ(print({.json = true, .may_ask = false}), ExitCode::Ok);
    EXPECT_FALSE(manager.interactive);
    manager.error_name = "org.modkeeper1.Error.NotAuthorized";
    EXPECT_EQ(print({}), ExitCode::Denied);
}

TEST_F(EventStreamTest, EndsWithAnErrorWhenTheRecordIsDamaged) {
    driver_.batches = {Error{ErrorCode::Failed, "malformed"}};
    EXPECT_EQ(print({.follow = true}), ExitCode::Failed);
    EXPECT_NE(err_.find("malformed"), std::string::npos);
}

} // namespace
} // namespace mk::cli
