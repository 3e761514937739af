// SPDX-License-Identifier: GPL-2.0-only
// Real worker processes that do what the test says.
#include "service/job_queue.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <thread>

#include "bus/job_table.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::service {
namespace {

using Kind = bus::JobProgress::Kind;

JobOutcome well(const JobRequest &request) {
    JobOutcome outcome;
    outcome.modules = module_names(bus::targets_of(request));
    return outcome;
}

JobRequest load(std::vector<std::string> targets) {
    return LoadRequest{std::move(targets)};
}

std::set<ModuleName> scope(const JobRequest &request) {
    auto targets = bus::targets_of(request);
    return {targets.begin(), targets.end()};
}

std::string why(const JobOutcome &outcome) {
    return outcome.failures.empty() ? "" : std::get<Error>(outcome.failures.front()).message;
}

class JobQueueTest : public testing::Test {
  protected:
    JobQueueTest() { loop_ = std::move(make_event_loop().value()); }
    JobQueue queue(JobQueue::Run run, JobQueue::Limits limits = JobQueue::usual) {
        return {loop_.get(), std::move(run), scope, limits};
    }
    void run_until(const std::function<bool()> &done) {
        auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!done()) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline)
                << "nothing happened for too long";
            sd_event_run(loop_.get(), 100 * 1000);
        }
    }
    static bus::ModuleJobs::Observer observer(
        std::function<void(JobOutcome, pid_t)> done,
        std::function<void(const bus::JobProgress &)> progress = [](const auto &) {}) {
        return {std::move(progress), std::move(done)};
    }
    // A worker that runs it waits here until the test ends or kills it.
    static void wait_for_file(const std::string &path) {
        while (access(path.c_str(), F_OK) != 0)
            usleep(10 * 1000);
    }

    EventLoop loop_;
    test::TemporaryFolder folder_;
};

TEST_F(JobQueueTest, CarriesProgressAndOutcomeBack) {
    auto jobs = queue([](const auto &request, const JobHooks &hooks) {
        hooks.planned(1);
        hooks.started("dummy");
        hooks.ended("dummy");
        return well(request);
    });
    std::vector<Kind> seen;
    std::vector<std::string> modules;
    pid_t worker = 0;
    jobs.start(load({"dummy"}), {}, 0,
               observer(
                   [&](auto outcome, pid_t process) {
                       modules = texts_of(outcome.modules);
                       worker = process;
                       EXPECT_TRUE(jobs.is_worker(process));
                   },
                   [&](const auto &progress) { seen.push_back(progress.kind); }));
    EXPECT_TRUE(seen.empty()) << "the observer was called from within start()";
    run_until([&] { return worker != 0; });
    EXPECT_EQ(modules, std::vector<std::string>{"dummy"});
    EXPECT_EQ(seen, (std::vector<Kind>{Kind::Running, Kind::Planned, Kind::Started, Kind::Ended}));
    EXPECT_FALSE(jobs.is_worker(worker));
    run_until([&] { return jobs.running() == 0; });
    EXPECT_EQ(waitpid(worker, nullptr, WNOHANG), -1) << "a zombie was left";
}

// Its records say so.
TEST_F(JobQueueTest, AWorkerKnowsForWhomItWorks) {
    auto jobs = queue([](const JobRequest &request, const JobHooks &hooks) {
        auto outcome = well(request);
        if (hooks.client)
            outcome.failures.emplace_back(Error{ErrorCode::Failed, hooks.client->comm});
        return outcome;
    });
    JobCaller client;
    client.comm = "busctl";
    std::string said;
    jobs.start(load({"dummy"}), client, 0,
               observer([&](auto outcome, pid_t) { said = why(outcome); }));
    run_until([&] { return !said.empty(); });
    EXPECT_EQ(said, "busctl");
}

TEST_F(JobQueueTest, AWorkerThatDiesIsAFailure) {
    auto jobs = queue([](const auto &request, const auto &) {
        raise(SIGKILL);
        return well(request);
    });
    std::string message;
    jobs.start(load({"dummy"}), {}, 0,
               observer([&](auto outcome, pid_t) { message = why(outcome); }));
    run_until([&] { return !message.empty(); });
    EXPECT_NE(message.find("dummy"), std::string::npos);
    EXPECT_NE(message.find("signal 9"), std::string::npos) << message;
}

TEST_F(JobQueueTest, JobsThatShareAModuleRunOneAfterTheOther) {
    // Each worker makes a folder, and fails when another has it.
    auto busy = folder_ / "busy";
    auto jobs = queue([&](const auto &request, const auto &) {
        auto outcome = well(request);
        if (mkdir(busy.c_str(), 0700) < 0)
            outcome.failures.emplace_back(Error{ErrorCode::Failed, "side by side"});
        rmdir(busy.c_str());
        return outcome;
    });
    std::vector<std::string> order;
    for (const auto &targets :
         std::vector<std::vector<std::string>>{{"a", "b"}, {"b", "c"}, {"c"}, {"a", "c"}})
        jobs.start(load(targets), {}, 0, observer([&, targets](auto outcome, pid_t) {
                       EXPECT_EQ(why(outcome), "");
                       order.push_back(targets.front() + targets.back());
                   }));
    run_until([&] { return order.size() == 4; });
    EXPECT_EQ(order, (std::vector<std::string>{"ab", "bc", "cc", "ac"}));
}

TEST_F(JobQueueTest, AModuleThatHangsEndsItsJobAndHoldsUpNobodyElse) {
    auto gate = folder_ / "gate";
    auto undone = folder_ / "undone";
    auto jobs = queue([&](const JobRequest &request, const JobHooks &hooks) {
        auto outcome = well(request);
        hooks.asked(outcome.modules.front());
        if (outcome.modules.front() == "hung") {
            wait_for_file(gate);
            if (hooks.canceled())
                mkdir(undone.c_str(), 0700);
        }
        hooks.answered(outcome.modules.front());
        return outcome;
    });
    int answers = 0;
    Error error;
    bool other = false;
    jobs.start(load({"hung"}), {}, 50'000, observer([&](auto outcome, pid_t) {
                   error = std::get<Error>(outcome.failures.front());
                   ++answers;
               }));
    jobs.start(load({"other"}), {}, 50'000'000, observer([&](auto, pid_t) { other = true; }));
    run_until([&] { return other && answers > 0; });
    EXPECT_EQ(error.code, ErrorCode::Timeout);
    EXPECT_NE(error.message.find("module hung"), std::string::npos) << error.message;
    // The other worker ends a moment after its answer.
    run_until([&] { return jobs.running() == 1; });
    // Nobody waits for it any more, not even those who want the same module.
    std::string refused;
    jobs.start(load({"hung"}), {}, 0,
               observer([&](auto outcome, pid_t) { refused = why(outcome); }));
    run_until([&] { return !refused.empty(); });
    EXPECT_NE(refused.find("hangs in the kernel"), std::string::npos) << refused;
    // It comes back: it was told to stop, and nobody is told of it a second time.
    mkdir(gate.c_str(), 0700);
    run_until([&] { return jobs.running() == 0; });
    EXPECT_EQ(access(undone.c_str(), F_OK), 0);
    EXPECT_EQ(answers, 1);
}

// A command of modprobe.d is ended by the worker itself, which is told when.
TEST_F(JobQueueTest, AStepThatIsNotInTheKernelIsTheWorkersToEnd) {
    auto jobs = queue([&](const JobRequest &request, const JobHooks &hooks) {
        hooks.started("slow");
        usleep(300 * 1000);
        hooks.ended("slow");
        auto outcome = well(request);
        if (hooks.command_timeout == std::chrono::milliseconds(50))
            outcome.modules.push_back("told when"_module);
        return outcome;
    });
    JobOutcome got;
    bool is_done = false;
    jobs.start(load({"slow"}), {}, 50'000, observer([&](auto outcome, pid_t) {
                   got = outcome;
                   is_done = true;
               }));
    run_until([&] { return is_done; });
    EXPECT_EQ(why(got), "");
    EXPECT_EQ(got.modules, (std::vector<std::string>{"slow", "told when"}));
}

TEST_F(JobQueueTest, CancelReachesTheWorkerAndTheOneThatWaits) {
    auto jobs = queue([&](const JobRequest &request, const JobHooks &hooks) {
        while (!hooks.canceled())
            usleep(1000);
        auto outcome = well(request);
        outcome.failures.emplace_back(Error{ErrorCode::Canceled, "stopped"});
        return outcome;
    });
    std::vector<std::string> reasons;
    auto note = [&](auto outcome, pid_t) { reasons.push_back(why(outcome)); };
    auto first = jobs.start(load({"a"}), {}, 0, observer(note));
    auto second = jobs.start(load({"a"}), {}, 0, observer(note));
    run_until([&] { return jobs.running() == 1; });
    jobs.cancel(second);
    run_until([&] { return reasons.size() == 1; });
    EXPECT_NE(reasons[0].find("before it began"), std::string::npos) << reasons[0];
    jobs.cancel(first);
    jobs.cancel(4711);
    run_until([&] { return reasons.size() == 2; });
    EXPECT_EQ(reasons[1], "stopped");
}

TEST_F(JobQueueTest, AWorkerWhoseDaemonIsGoneCarriesItsJobThrough) {
    auto gone = folder_ / "gone";
    auto done = folder_ / "done";
    {
        auto jobs = queue([&](const JobRequest &request, const JobHooks &hooks) {
            wait_for_file(gone);
            hooks.started("a");
            if (!hooks.canceled())
                mkdir(done.c_str(), 0700);
            return well(request);
        });
        jobs.start(load({"a"}), {}, 0, observer([](auto, pid_t) {}));
        run_until([&] { return jobs.running() == 1; });
    }
    mkdir(gone.c_str(), 0700);
    run_until([&] { return access(done.c_str(), F_OK) == 0; });
}

// The worker of a daemon that is gone goes on; the next daemon knows nothing of it.
TEST_F(JobQueueTest, JobsOfTwoDaemonsAboutOneModuleDoNotMeet) {
    const auto gate = folder_ / "gate";
    const auto inside = folder_ / "inside";
    const auto met = folder_ / "met";
    const auto run = [&](const JobRequest &request, const JobHooks &) {
        if (mkdir(inside.c_str(), 0700) != 0)
            mkdir(met.c_str(), 0700);
        wait_for_file(gate);
        rmdir(inside.c_str());
        return well(request);
    };
    const auto locks = folder_ / "locks";
    auto before = std::make_unique<JobQueue>(loop_.get(), run, scope, JobQueue::usual, locks);
    before->start(load({"a"}), {}, 0, observer([](auto, pid_t) {}));
    run_until([&] { return access(inside.c_str(), F_OK) == 0; });
    before.reset();

    JobQueue after(loop_.get(), run, scope, JobQueue::usual, locks);
    std::string impatient;
    after.start(load({"a"}), {}, 100'000,
                observer([&](auto outcome, pid_t) { impatient = why(outcome); }));
    run_until([&] { return !impatient.empty(); });
    EXPECT_NE(impatient.find("still working on it"), std::string::npos) << impatient;
    bool is_done = false;
    after.start(load({"a"}), {}, 0, observer([&](auto, pid_t) { is_done = true; }));
    run_until([&] { return after.running() == 1; });
    usleep(200 * 1000);
    mkdir(gate.c_str(), 0700);
    run_until([&] { return is_done; });
    EXPECT_NE(access(met.c_str(), F_OK), 0);
}

TEST_F(JobQueueTest, AWorkerHoldsNothingOfTheDaemons) {
    int gate[2];
    ASSERT_EQ(pipe(gate), 0);
    auto end = folder_ / "end";
    auto jobs = queue([&](const auto &request, const auto &) {
        wait_for_file(end);
        return well(request);
    });
    bool done = false;
    jobs.start(load({"a"}), {}, 0, observer([&](auto, pid_t) { done = true; }));
    run_until([&] { return jobs.running() == 1; });
    close(gate[1]);
    char byte;
    EXPECT_EQ(read(gate[0], &byte, 1), 0);
    close(gate[0]);
    mkdir(end.c_str(), 0700);
    run_until([&] { return done; });
}

TEST_F(JobQueueTest, AnAnswerWaitsForNothingThatAWorkerLeaves) {
    auto end = folder_ / "end";
    auto jobs = queue([&](const auto &request, const auto &) {
        // What the worker leaves behind keeps its channel open.
        if (fork() == 0) {
            // but not the output of the test, for whose end the one who runs it would wait
            close(STDOUT_FILENO);
            close(STDERR_FILENO);
            alarm(60);
            wait_for_file(end);
            _exit(0);
        }
        return well(request);
    });
    // Neither does the next one of the same module, nor one more than run side by side.
    const std::size_t all = JobQueue::usual.running + 1;
    std::size_t answers = 0;
    for (std::size_t i = 0; i < all; ++i)
        jobs.start(load({"dummy"}), {}, 0, observer([&](auto outcome, pid_t) {
                       EXPECT_EQ(why(outcome), "");
                       ++answers;
                   }));
    run_until([&] { return answers == all; });
    run_until([&] { return jobs.running() == 0; });
    mkdir(end.c_str(), 0700);
    EXPECT_EQ(answers, all);
}

TEST_F(JobQueueTest, TooManyAreTurnedAway) {
    constexpr JobQueue::Limits few = {2, 4};
    auto end = folder_ / "end";
    auto jobs = queue(
        [&](const auto &request, const auto &) {
            wait_for_file(end);
            return well(request);
        },
        few);
    std::size_t done = 0;
    std::size_t refused = 0;
    constexpr std::size_t all = 9;
    for (std::size_t i = 0; i < all; ++i)
        jobs.start(load({"module" + std::to_string(i)}), {}, 0, observer([&](auto outcome, pid_t) {
                       ++done;
                       refused += !outcome.failures.empty();
                   }));
    run_until([&] { return jobs.running() == few.running && refused > 0; });
    EXPECT_EQ(refused, all - few.waiting);
    mkdir(end.c_str(), 0700);
    run_until([&] { return done == all; });
}

} // namespace
} // namespace mk::service
