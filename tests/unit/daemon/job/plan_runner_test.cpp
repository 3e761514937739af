// SPDX-License-Identifier: GPL-2.0-only
// Plans carried out over a made-up kernel that fails where a test says.
#include "job/plan_runner.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "fixtures/fake_kernel.hpp"
#include "fixtures/module_file.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

using Names = std::vector<std::string>;

class PlanRunnerTest : public testing::Test {
  protected:
    // The index of a new step.
    std::size_t step(const std::string &name, std::vector<std::size_t> needs = {},
                     std::vector<std::size_t> after = {}, StepRole role = StepRole::Dependency) {
        PlanStep step;
        step.module = ModuleName(name);
        step.role = role;
        step.path = files_.write(name + ".ko", "module " + name);
        step.needs = std::move(needs);
        step.after = std::move(after);
        plan_.steps.push_back(std::move(step));
        return plan_.steps.size() - 1;
    }
    std::size_t goal(const std::string &name, std::vector<std::size_t> needs = {},
                     std::vector<std::size_t> after = {}) {
        auto index = step(name, std::move(needs), std::move(after), StepRole::Requested);
        plan_.goals.push_back({name, {index}, {}});
        request_.targets.push_back(name);
        return index;
    }
    JobOutcome run(JobHooks hooks = {}) {
        auto loaded = kernel_.loaded();
        return PlanRunner(plan_, request_, loaded, std::move(hooks), kernel_).run();
    }
    static Error error_of(const JobOutcome &outcome) {
        return std::get<Error>(outcome.failures.at(0));
    }

    test::TemporaryFolder files_;
    test::FakeKernel kernel_;
    Plan plan_;
    LoadRequest request_;
};

TEST_F(PlanRunnerTest, LoadsInOrderWithParameters) {
    auto base = step("base");
    auto soft = step("soft");
    plan_.steps[base].parameters = "count=1";
    goal("top", {base}, {soft});
    Names seen;
    JobHooks hooks;
    hooks.started = [&](const std::string &name) { seen.push_back("(" + name); };
    hooks.ended = [&](const std::string &name) { seen.push_back(name + ")"); };
    auto outcome = run(std::move(hooks));
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_EQ(outcome.modules, Names{"top"});
    EXPECT_EQ(kernel_.calls().back(), "+top");
    EXPECT_EQ(seen.size(), 6U);
    EXPECT_EQ(seen.back(), "top)");
    auto calls = kernel_.calls();
    EXPECT_NE(std::find(calls.begin(), calls.end(), "+base count=1"), calls.end());
}

// Each waits in its init for the other: one after the other would never end.
TEST_F(PlanRunnerTest, WhatDoesNotWaitForEachOtherGoesSideBySide) {
    goal("one");
    goal("two");
    std::mutex mutex;
    std::condition_variable both;
    int inside = 0;
    kernel_.in_init = [&](const std::string &) {
        std::unique_lock lock(mutex);
        ++inside;
        both.notify_all();
        EXPECT_TRUE(both.wait_for(lock, std::chrono::seconds(30), [&] { return inside == 2; }));
    };
    EXPECT_TRUE(run().failures.empty());
}

TEST_F(PlanRunnerTest, AFailureTakesBackWhatWasLoaded) {
    auto one = step("one");
    auto two = step("two", {one});
    goal("top", {one, two});
    kernel_.insert_errors["top"] = ENODEV;
    auto outcome = run();
    ASSERT_EQ(outcome.failures.size(), 1U);
    const auto &refusal = std::get<LoadRefusal>(outcome.failures[0]);
    EXPECT_EQ(refusal.module, "top");
    EXPECT_EQ(refusal.error, ENODEV);
    EXPECT_EQ(outcome.undone, (Names{"two", "one"}));
    EXPECT_TRUE(outcome.modules.empty());
    EXPECT_FALSE(kernel_.has("one"));
}

TEST_F(PlanRunnerTest, WhatWasThereBeforeStays) {
    auto one = step("one");
    kernel_.add({"one"});
    plan_.steps[one].action = StepAction::Loaded;
    auto late = step("late");
    kernel_.add({"late"}); // somebody was faster
    goal("top", {one, late});
    kernel_.insert_errors["top"] = EIO;
    auto outcome = run();
    EXPECT_TRUE(outcome.undone.empty());
    EXPECT_TRUE(kernel_.has("one"));
    EXPECT_TRUE(kernel_.has("late"));
}

TEST_F(PlanRunnerTest, WhatCannotBeTakenBackIsTold) {
    auto one = step("one");
    goal("top", {one});
    kernel_.insert_errors["top"] = EIO;
    kernel_.remove_errors["one"] = EWOULDBLOCK;
    EXPECT_EQ(run().left, Names{"one"});
}

TEST_F(PlanRunnerTest, AFailedDependencyIsTheReasonAndNothingBehindItIsTried) {
    auto one = step("one");
    auto two = step("two", {one});
    goal("top", {one, two});
    kernel_.insert_errors["one"] = EINVAL;
    auto outcome = run();
    const auto &refusal = std::get<LoadRefusal>(outcome.failures.at(0));
    EXPECT_EQ(refusal.module, "one");
    EXPECT_EQ(refusal.target, "top");
    EXPECT_EQ(kernel_.calls(), Names{"+one"});
}

TEST_F(PlanRunnerTest, WhatTheKernelSaysOfHiddenParametersIsHidden) {
    const auto open = goal("open");
    const auto hidden = goal("hidden");
    plan_.steps[hidden].parameters = {"", false};
    request_.several = request_.keep_going = true;
    kernel_.insert_errors = {{"open", EINVAL}, {"hidden", EINVAL}};
    const auto outcome = run();
    ASSERT_EQ(outcome.failures.size(), 2U);
    for (const auto &failure : outcome.failures) {
        const auto &refusal = std::get<LoadRefusal>(failure);
        EXPECT_EQ(refusal.is_log_public, refusal.module == plan_.steps[open].module);
    }
}

TEST_F(PlanRunnerTest, AFailedSoftDependencyIsNone) {
    auto soft = step("soft");
    auto below = step("below", {soft}); // a soft dependency's own user
    goal("top", {}, {below});
    kernel_.insert_errors["soft"] = EINVAL;
    auto outcome = run();
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_EQ(outcome.modules, Names{"top"});
}

TEST_F(PlanRunnerTest, OneModuleOfAnAliasIsEnough) {
    auto one = step("one", {}, {}, StepRole::Requested);
    auto two = step("two", {}, {}, StepRole::Requested);
    plan_.goals.push_back({"alias", {one, two}, {}});
    request_.targets = {"alias"};
    kernel_.insert_errors["one"] = ENODEV;
    auto outcome = run();
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_EQ(outcome.modules, Names{"two"});
    kernel_.insert_errors["two"] = ENODEV;
    kernel_.remove("two"_module, 0);
    outcome = run();
    EXPECT_EQ(std::get<LoadRefusal>(outcome.failures.at(0)).module, "one");
}

TEST_F(PlanRunnerTest, KeepGoingLeavesWhatWasLoaded) {
    goal("one");
    goal("bad");
    goal("two");
    request_.keep_going = true;
    kernel_.insert_errors["bad"] = EIO;
    auto outcome = run();
    EXPECT_EQ(outcome.failures.size(), 1U);
    EXPECT_EQ(outcome.modules, (Names{"one", "two"}));
    EXPECT_TRUE(kernel_.has("one"));
    EXPECT_TRUE(kernel_.has("two"));
}

TEST_F(PlanRunnerTest, CancelStopsBeforeTheNextModule) {
    auto one = step("one");
    auto two = step("two", {one});
    goal("top", {two});
    std::atomic<bool> stop = false;
    kernel_.in_init = [&](const std::string &name) { stop = name == "one"; };
    JobHooks hooks;
    hooks.canceled = [&] { return stop.load(); };
    auto outcome = run(std::move(hooks));
    EXPECT_EQ(error_of(outcome).code, ErrorCode::Canceled);
    EXPECT_EQ(outcome.undone, Names{"one"});
    EXPECT_EQ(kernel_.calls(), (Names{"+one", "-one"}));
}

TEST_F(PlanRunnerTest, AFileThatChangesBeforeItsTurnIsNotLoaded) {
    auto one = step("one");
    goal("top", {one});
    kernel_.in_init = [&](const std::string &) { files_.write("top.ko", "something else"); };
    auto outcome = run();
    EXPECT_NE(error_of(outcome).message.find("changed after the load was planned"),
              std::string::npos);
    EXPECT_EQ(outcome.undone, Names{"one"});
}

TEST_F(PlanRunnerTest, OneThatIsLoadedMeanwhileIsLoadedAlready) {
    goal("top");
    kernel_.add({"top"});
    EXPECT_EQ(error_of(run()).code, ErrorCode::AlreadyLoaded);
}

TEST_F(PlanRunnerTest, OneThatIsBeingUnloadedIsNotLoadedAlready) {
    for (const int answer : {EEXIST, EBUSY}) { // of older kernels and of newer ones
        plan_ = {};
        goal("top");
        kernel_.in_init = [&](const std::string &) { kernel_.set_state("top", "going"); };
        kernel_.insert_errors["top"] = answer;
        const auto error = error_of(run());
        EXPECT_EQ(error.code, ErrorCode::InUse);
        EXPECT_NE(error.message.find("is being unloaded"), std::string::npos) << error.message;
    }
}

// A file that is called otherwise than the module that it has.
TEST_F(PlanRunnerTest, WhatIsLoadedGoesByTheNameThatTheFileTells) {
    const auto named = [&](std::size_t index, const std::string &name) {
        plan_.steps[index].path =
            files_.write(plan_.steps[index].module + ".ko",
                         test::module_file({"name=" + name, "license=GPL"}, {}));
        return index;
    };
    const auto base = named(step("base"), "mk_base");
    named(goal("top", {base}), "mk-top");
    auto outcome = run();
    EXPECT_TRUE(outcome.failures.empty()) << error_of(outcome).message;
    EXPECT_EQ(outcome.modules, Names{"mk_top"});
    EXPECT_EQ(outcome.loaded, (Names{"mk_base", "mk_top"}));
    // it is there now, which shows only when the kernel says so
    EXPECT_EQ(error_of(run()).code, ErrorCode::AlreadyLoaded);
    // what is undone has that name too
    kernel_.remove("mk_top"_module, 0);
    kernel_.remove("mk_base"_module, 0);
    kernel_.insert_errors["mk_top"] = ENOEXEC;
    outcome = run();
    EXPECT_EQ(outcome.undone, Names{"mk_base"});
    EXPECT_FALSE(kernel_.has("mk_base"));
}

// A command of its own or of what it needs may load it.
TEST_F(PlanRunnerTest, OneThatACommandOfTheJobHasLoadedIsDone) {
    auto before = step("before");
    plan_.steps[before].action = StepAction::RunCommand;
    plan_.steps[before].command = {"mkdir -p " + kernel_.root() + "/sys/module/top && echo live >" +
                                       kernel_.root() + "/sys/module/top/initstate",
                                   true};
    goal("top", {}, {before});
    auto outcome = run();
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_EQ(outcome.modules, Names{"top"});
    EXPECT_TRUE(kernel_.calls().empty());
}

TEST_F(PlanRunnerTest, ACommandThatTakesTooLongIsEndedAndTheReason) {
    auto one = step("one");
    auto index = goal("top", {one});
    plan_.steps[index].action = StepAction::RunCommand;
    plan_.steps[index].command = "sleep 97";
    JobHooks hooks;
    hooks.command_timeout = std::chrono::milliseconds(150);
    auto outcome = run(std::move(hooks));
    EXPECT_EQ(error_of(outcome).code, ErrorCode::Timeout);
    EXPECT_NE(error_of(outcome).message.find("its install command \"sleep 97\""), std::string::npos)
        << error_of(outcome).message;
    EXPECT_EQ(outcome.undone, Names{"one"});
}

TEST_F(PlanRunnerTest, CancelEndsACommand) {
    auto index = goal("top");
    plan_.steps[index].action = StepAction::RunCommand;
    plan_.steps[index].command = "sleep 97";
    std::atomic<int> asked = 0;
    JobHooks hooks;
    hooks.canceled = [&] { return ++asked > 2; };
    EXPECT_EQ(error_of(run(std::move(hooks))).code, ErrorCode::Canceled);
}

TEST_F(PlanRunnerTest, ManyWithManyEdgesAllGetTheirTurn) {
    std::vector<std::size_t> all;
    for (int i = 0; i < 300; ++i) {
        std::vector<std::size_t> needs;
        if (i > 0)
            needs = {all[static_cast<std::size_t>(i) / 2]};
        all.push_back(goal("m" + std::to_string(i), needs));
    }
    auto outcome = run();
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_EQ(outcome.modules.size(), 300U);
}

} // namespace
} // namespace mk
