// SPDX-License-Identifier: GPL-2.0-only
// Jobs as a caller and a listener see them.
#include <cerrno>

#include "bus/job_table.hpp"
#include "bus/utf8.hpp"
#include "fixtures/bus_fixture.hpp"

namespace mk::test {
namespace {

using Kind = bus::JobProgress::Kind;
using Lines = std::vector<std::string>;

class JobObject : public BusFixture {
  protected:
    static constexpr const char *first = "/org/modkeeper1/job/1";

    std::shared_ptr<Reply> start_job(const char *verb, const Lines &names) {
        return start("StartJob", [&](sd_bus_message *m) {
            sd_bus_message_append(m, "s", verb);
            bus::append_strings(m, names);
            sd_bus_message_append(m, "asa{sv}", 0, 0);
        });
    }
    void wait_for_jobs(std::size_t count) {
        run_until([&] { return jobs_.running() == count; });
    }
    Reply cancel(const char *path) {
        return call(
            "Cancel", [](sd_bus_message *m) { sd_bus_message_append(m, "a{sv}", 0); },
            bus::job_interface, path);
    }
};

TEST_F(JobObject, StartJobAnswersAtOnceAndTellsTheEnd) {
    auto reply = wait(start_job("load", {"dummy", "loop"}));
    EXPECT_EQ(object_of(reply), first);
    EXPECT_EQ(jobs_.loads.at(0).targets, (Lines{"dummy", "loop"}));
    EXPECT_EQ(property(first, bus::job_interface, "Verb"), "load");
    EXPECT_EQ(property(first, bus::job_interface, "State"), "waiting");
    jobs_.progress({Kind::Running, 0, {}});
    EXPECT_EQ(property(first, bus::job_interface, "State"), "running");
    jobs_.progress({Kind::Planned, 2, {}});
    jobs_.progress({Kind::Started, 0, "dummy"});
    jobs_.progress({Kind::Ended, 0, "dummy"});
    jobs_.succeed({"dummy", "loop"});
    settle();
    EXPECT_EQ(job_signals_,
              (Lines{"InterfacesAdded 1", "JobNew 1 load", "PropertiesChanged 1 State",
                     "InterfacesRemoved 1", "JobRemoved 1 dummy loop: done"}));
    EXPECT_NE(property(first, bus::job_interface, "Verb"), "load");
}

TEST_F(JobObject, HowFarItIsIsToldFromTimeToTime) {
    wait(start_job("load", {"dummy", "loop"}));
    jobs_.progress({Kind::Planned, 2, {}});
    jobs_.progress({Kind::Started, 0, "dummy"});
    jobs_.progress({Kind::Ended, 0, "dummy"});
    jobs_.progress({Kind::Started, 0, "loop"});
    run_until([&] { return job_signals_.size() > 2; });
    EXPECT_EQ(job_signals_.back(), "PropertiesChanged 1 Planned Ended Current");
    jobs_.progress({Kind::Ended, 0, "loop"});
    run_until([&] { return job_signals_.size() > 3; });
    EXPECT_EQ(job_signals_.back(), "PropertiesChanged 1 Planned Ended Current");
}

TEST_F(JobObject, TheSameAskedForTwiceIsOneJob) {
    auto one = start_load("dummy");
    auto two = start_load("dummy");
    auto other = start_load("dummy", {"numdummies=2"});
    wait_for_jobs(2);
    settle();
    EXPECT_EQ(jobs_.loads.size(), 2U);
    jobs_.fail(Error{ErrorCode::BadParameter, "no such number"}); // the other one
    EXPECT_EQ(error_of(wait(other)), "BadParameter");
    EXPECT_EQ(*one, nullptr);
    jobs_.end({{"dummy"}, {}, {}, {}}, 1);
    EXPECT_EQ(error_of(wait(one)), "");
    EXPECT_EQ(error_of(wait(two)), "");
}

TEST_F(JobObject, BothWhoWaitAreAnswered) {
    auto one = start_load("dummy");
    auto two = start_load("dummy");
    wait_for_jobs(1);
    settle();
    jobs_.succeed({"dummy"});
    EXPECT_EQ(object_of(wait(one)), "/org/modkeeper1/module/dummy");
    EXPECT_EQ(object_of(wait(two)), "/org/modkeeper1/module/dummy");
}

TEST_F(JobObject, ResultsSayHowItEnded) {
    engine::LoadRefusal below;
    below.target = "dummy";
    below.module = "base";
    below.error = EIO;
    auto own = below;
    own.module = "dummy";
    const std::pair<engine::Failure, const char *> all[] = {
        {Error{ErrorCode::Canceled, "c"}, "canceled"},
        {Error{ErrorCode::Timeout, "t"}, "timeout"},
        {Error{ErrorCode::DeniedByPolicy, "d"}, "denied"},
        {Error{ErrorCode::NotFound, "n"}, "failed"},
        {below, "dependency"},
        {own, "failed"}};
    for (const auto &[failure, result] : all) {
        auto reply = start_load("dummy");
        wait_for_jobs(1);
        jobs_.fail(failure);
        wait(reply);
        settle();
        EXPECT_TRUE(job_signals_.back().ends_with(std::string("dummy: ") + result))
            << job_signals_.back();
    }
}

TEST_F(JobObject, WhoAskedMayCancel) {
    wait(start_job("load", {"dummy"}));
    EXPECT_EQ(error_of(cancel(first)), "");
    EXPECT_EQ(jobs_.canceled.size(), 1U);
    auto unknown = cancel("/org/modkeeper1/job/77");
    EXPECT_NE(error_of(unknown), "");
    EXPECT_NE(error_of(cancel("/org/modkeeper1/job/1x")), "");
}

TEST_F(JobObject, AReloadIsToldHowModulesWereLoaded) {
    driver_.happens(event(driver::EventKind::LoadBegin, "dummy", 1));
    auto begin = event(driver::EventKind::LoadBegin, "user", 2);
    change_of(begin).args = "count=7";
    driver_.happens(begin);
    driver_.happens(event(driver::EventKind::LoadLive, "user", 3));
    feed();
    driver_.known["dummy"].used_by = {"user", "old"};
    auto reply = start("Reload", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sasa{sv}", "dummy", 1, "numdummies=3", 1, "wait", "t",
                              std::uint64_t{5'000'000});
    });
    wait_for_jobs(1);
    const auto &reload = jobs_.reloads.at(0);
    EXPECT_EQ(reload.name, "dummy");
    EXPECT_EQ(reload.parameters, Lines{"numdummies=3"});
    EXPECT_EQ(reload.wait_us, 5'000'000U);
    EXPECT_EQ(jobs_.timeout_us, bus::usual_timeout_us + 5'000'000);
    EXPECT_EQ(reload.loaded_as.at("user").parameters, "count=7");
    EXPECT_TRUE(reload.loaded_as.at("user").is_known);
    EXPECT_FALSE(reload.loaded_as.at("old").is_known);
    engine::JobOutcome outcome;
    outcome.failures.emplace_back(Error{ErrorCode::InitFailed, "it failed"});
    outcome.undone = {"dummy", "user"};
    outcome.left = {"old"};
    jobs_.end(std::move(outcome));
    EXPECT_EQ(text_of(wait(reply)), "it failed; loaded again as before: dummy, user; could not be "
                                    "loaded again: old");
}

TEST_F(JobObject, RefusesJobsThatAreNone) {
    EXPECT_EQ(error_of(wait(start_job("destroy", {"dummy"}))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_job("reload", {"a", "b"}))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_job("load", {}))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_job("unload", {"a/b"}))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_job("load", Lines(2000, "x")))), "InvalidArgument");
    auto timed = call("Load", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sasa{sv}", "dummy", 0, 1, "timeout", "t", UINT64_MAX);
    });
    EXPECT_EQ(error_of(timed), "InvalidArgument");
    EXPECT_EQ(jobs_.running(), 0U);
}

TEST_F(JobObject, OneCallerHasSoManyJobs) {
    for (std::size_t i = 0; i < bus::JobTable::caller_max; ++i)
        EXPECT_EQ(error_of(wait(start_job("load", {"m" + std::to_string(i)}))), "");
    auto refused = wait(start_job("load", {"one_more"}));
    EXPECT_EQ(error_of(refused), "Failed");
    EXPECT_NE(text_of(refused).find("32 jobs"), std::string::npos) << text_of(refused);
}

TEST_F(JobObject, PlanAnswersAtOnce) {
    auto plan = [&](const char *name) {
        return call("Plan", [&](sd_bus_message *m) {
            sd_bus_message_append(m, "asasa{sv}", 1, name, 0, 0);
        });
    };
    EXPECT_EQ(error_of(plan("no_such_module")), "NotFound");
    EXPECT_EQ(error_of(plan("/etc/shadow")), "InvalidArgument");
    EXPECT_EQ(error_of(plan("a/../b")), "InvalidArgument");
}

} // namespace
} // namespace mk::test
