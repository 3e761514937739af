// SPDX-License-Identifier: GPL-2.0-only
// Jobs as a caller and a listener see them.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <map>

#include "bus/job_table.hpp"
#include "bus/utf8.hpp"
#include "fixtures/bus_fixture.hpp"
#include "fixtures/file_reads.hpp"
#include "fixtures/module_names.hpp"

namespace mk::test {
namespace {

using Kind = bus::JobProgress::Kind;
using Lines = std::vector<std::string>;

class JobObject : public BusFixture {
  protected:
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
    const auto first = object_of(reply);
    EXPECT_TRUE(first.starts_with("/org/modkeeper1/job/")) << first;
    EXPECT_EQ(jobs_.loads.at(0).targets, (Lines{"dummy", "loop"}));
    EXPECT_EQ(property(first, bus::job_interface, "Verb"), "load");
    EXPECT_EQ(property(first, bus::job_interface, "State"), "waiting");
    jobs_.progress({Kind::Running, 0, {}});
    EXPECT_EQ(property(first, bus::job_interface, "State"), "running");
    jobs_.progress({Kind::Planned, 2, {}});
    jobs_.progress({Kind::Started, 0, "dummy"_module});
    jobs_.progress({Kind::Ended, 0, "dummy"_module});
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
    jobs_.progress({Kind::Started, 0, "dummy"_module});
    jobs_.progress({Kind::Ended, 0, "dummy"_module});
    jobs_.progress({Kind::Started, 0, "loop"_module});
    run_until([&] { return job_signals_.size() > 2; });
    EXPECT_EQ(job_signals_.back(), "PropertiesChanged 1 Planned Ended Current");
    jobs_.progress({Kind::Ended, 0, "loop"_module});
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
    jobs_.succeed({"dummy"}, 1);
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
    LoadRefusal below;
    below.target = "dummy";
    below.module = "base"_module;
    below.error = EACCES;
    auto own = below;
    own.module = "dummy"_module;
    const std::pair<Failure, const char *> all[] = {
        {Error{ErrorCode::Canceled, "c"}, "canceled Canceled"},
        {Error{ErrorCode::Timeout, "t"}, "timeout Timeout"},
        {Error{ErrorCode::Blacklisted, "d"}, "denied Blacklisted"},
        {Error{ErrorCode::NotFound, "n"}, "failed NotFound"},
        {below, "dependency DeniedByKernel"},
        {own, "denied DeniedByKernel"}};
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

TEST_F(JobObject, EverybodyIsToldWhatEverybodyMayKnowAndTheCallerAll) {
    wait(start_job("unload", {"dummy"}));
    jobs_.fail(Error{ErrorCode::InUse,
                     "module dummy is in use: process 4 (cat) has /dev/x open",
                     {"", EWOULDBLOCK, "", {"base", "other"}}});
    settle();
    EXPECT_EQ(record_.facts, Lines{"module=dummy errno=11 holders=base other"});
    EXPECT_EQ(job_signals_.back(), "JobRemoved 1 dummy: failed InUse");
    ASSERT_EQ(record_.messages.size(), 1U);
    EXPECT_NE(record_.messages[0].find("in use"), std::string::npos) << record_.messages[0];
    EXPECT_EQ(record_.messages[0].find("cat"), std::string::npos) << record_.messages[0];
    EXPECT_EQ(record_.finished, Lines{"failed InUse module dummy is in use: process 4 (cat) has "
                                      "/dev/x open"});
    wait(start_job("load", {"dummy"}));
    jobs_.fail(Error{ErrorCode::BadParameter, "parameter key=hunter2 is no number"});
    settle();
    for (const auto &message : record_.messages)
        EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
    EXPECT_EQ(signals_, Lines{"ModuleFailed dummy BadParameter 0 in a job"});
}

TEST_F(JobObject, NumbersDoNotComeAgainAfterARestart) {
    const auto number = [&] {
        const auto path = object_of(wait(start_job("load", {"dummy"})));
        jobs_.succeed({"dummy"});
        return std::stoul(path.substr(path.rfind('/') + 1));
    };
    const auto earlier = number();
    EXPECT_GT(number(), earlier);
    // From the clock since boot: another daemon knows nothing else of this one.
    EXPECT_GT(earlier, 1U);
}

TEST_F(JobObject, TellsWhoAskedToThoseWhoMayKnow) {
    const auto first = object_of(wait(start_job("load", {"dummy"})));
    auto reply = call("GetCaller", nullptr, bus::job_interface, first.c_str());
    ASSERT_EQ(error_of(reply), "") << text_of(reply);
    std::map<std::string, std::string> texts;
    std::map<std::string, std::uint32_t> numbers;
    sd_bus_message_enter_container(reply.get(), 'a', "{sv}");
    while (sd_bus_message_enter_container(reply.get(), 'e', "sv") > 0) {
        const char *key = nullptr;
        const char *text = nullptr;
        const char *type = nullptr;
        sd_bus_message_read(reply.get(), "s", &key);
        sd_bus_message_peek_type(reply.get(), nullptr, &type);
        if (*type == 's' && sd_bus_message_read(reply.get(), "v", "s", &text) > 0)
            texts[key] = text;
        else
            sd_bus_message_read(reply.get(), "v", "u", &numbers[key]);
        sd_bus_message_exit_container(reply.get());
    }
    const char *own = nullptr;
    sd_bus_get_unique_name(client_.get(), &own);
    EXPECT_EQ(texts["name"], own);
    EXPECT_EQ(texts["name"], property(first, bus::job_interface, "Caller"));
    EXPECT_EQ(numbers["uid"], getuid());
    EXPECT_EQ(numbers["pid"], static_cast<std::uint32_t>(getpid()));
    EXPECT_FALSE(texts["comm"].empty());
    const auto origin = service_.origin_of(FakeJobs::worker);
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->caller.uid, getuid());
    EXPECT_FALSE(service_.origin_of(1));
}

TEST_F(JobObject, WhoAskedMayCancel) {
    const auto first = object_of(wait(start_job("load", {"dummy"})));
    EXPECT_EQ(error_of(cancel(first.c_str())), "");
    EXPECT_EQ(jobs_.canceled.size(), 1U);
    EXPECT_EQ(property(first, bus::job_interface, "State"), "canceling");
    auto again = cancel(first.c_str());
    EXPECT_EQ(error_of(again), "Canceled");
    EXPECT_NE(text_of(again).find("already"), std::string::npos) << text_of(again);
    EXPECT_EQ(jobs_.canceled.size(), 1U);
    // What is asked for anew does not join a job that is on its way back.
    EXPECT_NE(object_of(wait(start_job("load", {"dummy"}))), first);
    auto unknown = cancel("/org/modkeeper1/job/77");
    EXPECT_NE(error_of(unknown), "");
    EXPECT_NE(error_of(cancel("/org/modkeeper1/job/1x")), "");
}

TEST_F(JobObject, AReloadIsToldHowModulesWereLoaded) {
    driver_.happens(event(driver::EventKind::LoadBegin, "dummy", 1));
    auto begin = event(driver::EventKind::LoadBegin, "user", 2);
    change_of(begin).args = "count=7";
    driver_.happens(begin);
    auto live = event(driver::EventKind::LoadLive, "user", 3);
    change_of(live).args = "count=7";
    driver_.happens(live);
    feed();
    driver_.known["dummy"].used_by = names({"user", "old"});
    auto reply = start("Reload", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sasa{sv}", "dummy", 1, "numdummies=3", 1, "wait-ns", "t",
                              std::uint64_t{5'000'000'000});
    });
    wait_for_jobs(1);
    const auto &reload = jobs_.reloads.at(0);
    EXPECT_EQ(reload.name, "dummy");
    EXPECT_EQ(reload.parameters, Lines{"numdummies=3"});
    EXPECT_EQ(reload.wait_us, 5'000'000U);
    EXPECT_EQ(jobs_.timeout_us, bus::usual_timeout_us + 5'000'000);
    EXPECT_EQ(reload.loaded_as.at("user"_module).parameters, "count=7");
    EXPECT_TRUE(reload.loaded_as.at("user"_module).is_known);
    EXPECT_FALSE(reload.loaded_as.at("old"_module).is_known);
    JobOutcome outcome;
    outcome.failures.emplace_back(Error{ErrorCode::InitFailed, "it failed"});
    outcome.undone = names({"dummy", "user"});
    outcome.left = names({"old"});
    jobs_.end(std::move(outcome));
    EXPECT_EQ(text_of(wait(reply)), "it failed; loaded again as before: dummy, user; could not be "
                                    "loaded again: old");
}

TEST_F(JobObject, AReloadKnowsTheFileOnlyOfALoadThatSucceeded) {
    const auto load = [&](const char *path, JobOutcome outcome) {
        auto reply = start_load(path);
        wait_for_jobs(1);
        jobs_.end(std::move(outcome));
        wait(reply);
    };
    const auto remembered = [&] {
        auto reply = start("Reload", [](sd_bus_message *m) {
            sd_bus_message_append(m, "sasa{sv}", "dummy", 0, 0);
        });
        wait_for_jobs(1);
        const auto as = jobs_.reloads.back().loaded_as.at("dummy"_module);
        jobs_.fail(Error{ErrorCode::Failed, "not in a test"});
        wait(reply);
        return as;
    };
    driver_.happens(event(driver::EventKind::LoadLive, "dummy", 1));
    feed();
    JobOutcome refused;
    refused.failures.emplace_back(Error{ErrorCode::AlreadyLoaded, "it is loaded already"});
    load("/tmp/other/dummy.ko", refused);
    EXPECT_EQ(remembered().path, "");
    JobOutcome good;
    good.modules = good.loaded = names({"dummy"});
    good.files = {{"dummy"_module, "/tmp/good/dummy.ko", {}}};
    good.files.front().identity.inode = 7;
    load("/tmp/good/dummy.ko", good);
    EXPECT_EQ(remembered().path, "/tmp/good/dummy.ko");
    ASSERT_TRUE(remembered().file);
    EXPECT_EQ(remembered().file->inode, 7U);
}

TEST_F(JobObject, AListTakesEachOnceAndMindsNotThatAllAreThere) {
    auto reply = start("LoadAll", [](sd_bus_message *m) {
        sd_bus_message_append(m, "asa{sv}", 3, "snd-x", "snd_x", "loop", 0);
    });
    wait_for_jobs(1);
    EXPECT_EQ(jobs_.loads.at(0).targets, (Lines{"snd-x", "loop"}));
    EXPECT_TRUE(jobs_.loads.at(0).several);
    jobs_.end({});
    EXPECT_EQ(error_of(wait(reply)), "") << text_of(*reply);
    EXPECT_EQ(job_signals_.empty() ? "" : job_signals_.back(), "JobRemoved 1 snd-x loop: done");
    // The answer names all that were loaded, as that of UnloadAll names all that went.
    reply = start("LoadAll", [](sd_bus_message *m) {
        sd_bus_message_append(m, "asa{sv}", 1, "wireguard", 0);
    });
    wait_for_jobs(1);
    JobOutcome outcome;
    outcome.modules = names({"wireguard"});
    outcome.loaded = names({"udp_tunnel", "wireguard"});
    jobs_.end(std::move(outcome));
    const char *one = nullptr;
    const char *two = nullptr;
    EXPECT_GT(sd_bus_message_read(wait(reply).get(), "as", 2, &one, &two), 0);
    EXPECT_STREQ(one, "udp_tunnel");
    EXPECT_STREQ(two, "wireguard");
}

TEST_F(JobObject, SaysWhatAJobTakes) {
    EXPECT_EQ(text_of(wait(start_job("reload", {"a", "b"}))), "reload takes one module and its "
                                                              "parameters");
    auto old = call("Load", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sasa{sv}", "dummy", 0, 1, "timeout", "t", std::uint64_t{1});
    });
    EXPECT_EQ(error_of(old), "InvalidArgument");
    EXPECT_NE(text_of(old).find("timeout-ns"), std::string::npos) << text_of(old);
    auto relative = call("Reload", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sasa{sv}", "dummy", 0, 1, "file", "s", "nbd");
    });
    EXPECT_EQ(error_of(relative), "InvalidArgument");
    EXPECT_NE(text_of(relative).find("absolute"), std::string::npos) << text_of(relative);
}

TEST_F(JobObject, RefusesJobsThatAreNone) {
    EXPECT_EQ(error_of(wait(start_job("destroy", {"dummy"}))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_job("reload", {"a", "b"}))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_job("load", {}))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_job("unload", {"a/b"}))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_job("load", Lines(2000, "x")))), "InvalidArgument");
    auto timed = call("Load", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sasa{sv}", "dummy", 0, 1, "timeout-ns", "t", UINT64_MAX);
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

// Whoever asks for much, or for what nothing has, holds up nobody else: what the error says takes
// reading all names, and comparing them.
TEST_F(JobObject, PlansThatTakeTimeAreMadeElsewhere) {
    sys_.write("modules/modules.dep", "kernel/dummy.ko:\n");
    const FileReads reads(sys_ / "modules/modules.dep");
    const auto plan = [&](unsigned names) {
        return start("Plan", [&](sd_bus_message *m) {
            sd_bus_message_open_container(m, 'a', "s");
            for (unsigned i = 0; i < names; ++i)
                sd_bus_message_append(m, "s", fmt::format("dumm{}", i).c_str());
            sd_bus_message_close_container(m);
            sd_bus_message_append(m, "asa{sv}", 0, 0);
        });
    };
    background_.is_held = true;
    for (const unsigned names : {1U, 1000U}) {
        const auto before = reads.count();
        background_.ran = 0;
        const auto waiting = plan(names);
        run_until([&] { return background_.ran > 0; });
        EXPECT_FALSE(background_.owners.back().is_authorized);
        settle(); // another call is answered
        EXPECT_EQ(*waiting, nullptr);
        EXPECT_EQ(reads.count(), before) << "the event loop read a file";
        background_.let_go();
        EXPECT_EQ(error_of(wait(waiting)), "NotFound");
        EXPECT_NE(text_of(*waiting).find("\"dumm0\""), std::string::npos) << text_of(*waiting);
        EXPECT_NE(text_of(*waiting).find("did you mean dummy?"), std::string::npos)
            << text_of(*waiting);
        EXPECT_EQ(background_.ran, 1U);
        EXPECT_EQ(reads.count(), before + 1);
    }
    // Where there is no room for that, what is known is told.
    background_.broken = Error{ErrorCode::Failed, "too much at once"};
    const auto known = wait(plan(1));
    EXPECT_EQ(error_of(known), "NotFound");
    EXPECT_NE(text_of(known).find("\"dumm0\""), std::string::npos) << text_of(known);
}

TEST_F(JobObject, APreviewRefusesWhatAnUnloadWould) {
    auto preview = [&](const char *name, const char *option) {
        return call("PreviewUnload", [&](sd_bus_message *m) {
            sd_bus_message_append(m, "asa{sv}", 1, name, 1, option, "b", 1);
        });
    };
    EXPECT_EQ(error_of(preview("a/../b", "force")), "InvalidArgument");
    EXPECT_EQ(error_of(preview("dummy", "yes")), "InvalidArgument");
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
