// SPDX-License-Identifier: GPL-2.0-only
// Load and Unload as a caller and a listener see them.
#include <cerrno>
#include <functional>

#include "fixtures/bus_fixture.hpp"
#include "fixtures/module_names.hpp"

namespace mk::test {
namespace {

using driver::EventKind;
using Lines = std::vector<std::string>;

class ManagerLoad : public BusFixture {
  protected:
    Reply load_with(const std::function<void(sd_bus_message *)> &options) {
        return call("Load", [&](sd_bus_message *message) {
            sd_bus_message_append(message, "sas", "dummy", 0);
            options(message);
        });
    }
    void wait_for_job() {
        run_until([&] { return !jobs_.loads.empty(); });
    }
    driver::Event own(EventKind kind, const std::string &name, std::uint64_t sequence) {
        auto result = event(kind, name, sequence);
        result.tgid = FakeJobs::worker;
        return result;
    }
    LoadRefusal refusal(int error, const std::string &name = "dummy") {
        LoadRefusal result;
        result.target = "dummy";
        result.module = ModuleName(name);
        result.error = error;
        return result;
    }
};

TEST_F(ManagerLoad, AnswersWithTheObjectWhenItIsLive) {
    auto reply = start_load("dummy", {"numdummies=3"});
    wait_for_job();
    EXPECT_EQ(jobs_.loads[0].targets, Lines{"dummy"});
    EXPECT_EQ(jobs_.loads[0].parameters, Lines{"numdummies=3"});
    EXPECT_FALSE(jobs_.loads[0].ignore_blacklist);
    settle();
    EXPECT_EQ(*reply, nullptr);
    driver_.happens(own(EventKind::LoadBegin, "dummy", 5));
    driver_.happens(own(EventKind::LoadLive, "dummy", 6));
    jobs_.succeed({"dummy"});
    EXPECT_EQ(object_of(wait(reply)), "/org/modkeeper1/module/dummy");
    settle();
    // The signals are there before the answer: whoever got it can use the object.
    EXPECT_EQ(signals_, (Lines{"InterfacesAdded dummy", "ModuleLoaded dummy 6"}));
}

TEST_F(ManagerLoad, RefusesOptionsItDoesNotKnow) {
    auto reply = load_with([](auto *m) { sd_bus_message_append(m, "a{sv}", 1, "fast", "b", 1); });
    EXPECT_EQ(error_of(reply), "InvalidArgument");
    EXPECT_NE(text_of(reply).find("\"fast\""), std::string::npos) << text_of(reply);
    reply = load_with(
        [](auto *m) { sd_bus_message_append(m, "a{sv}", 1, "force-vermagic", "s", "yes"); });
    EXPECT_EQ(error_of(reply), "InvalidArgument");
    EXPECT_NE(text_of(reply).find("boolean"), std::string::npos) << text_of(reply);
    reply = load_with([](auto *m) {
        sd_bus_message_append(m, "a{sv}", 2, "force-vermagic", "b", 1, "force-vermagic", "b", 0);
    });
    EXPECT_EQ(error_of(reply), "InvalidArgument");
    EXPECT_NE(text_of(reply).find("twice"), std::string::npos) << text_of(reply);
    reply = call("Unload",
                 [](auto *m) { sd_bus_message_append(m, "sa{sv}", "dummy", 1, "fast", "b", 1); });
    EXPECT_EQ(error_of(reply), "InvalidArgument");
    EXPECT_TRUE(jobs_.loads.empty());
    EXPECT_TRUE(jobs_.unloads.empty());
}

TEST_F(ManagerLoad, PassesOptionsOn) {
    auto reply = start("Load", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sasa{sv}", "dummy", 0, 2, "force-modversions", "b", 1,
                              "ignore-blacklist", "b", 1);
    });
    wait_for_job();
    EXPECT_TRUE(jobs_.loads[0].force_modversions);
    EXPECT_TRUE(jobs_.loads[0].ignore_blacklist);
    EXPECT_FALSE(jobs_.loads[0].force_vermagic);
    jobs_.fail(Error{ErrorCode::AlreadyLoaded, "module dummy is loaded already"});
    EXPECT_EQ(error_of(wait(reply)), "AlreadyLoaded");
    settle();
    EXPECT_EQ(signals_, Lines{});
}

TEST_F(ManagerLoad, OfSeveralThatAreAllThereNoneIsTheAnswer) {
    auto reply = start("LoadAll", [](sd_bus_message *m) {
        sd_bus_message_append(m, "asa{sv}", 1, "dummy", 1, "ignore-install", "b", 1);
    });
    wait_for_job();
    EXPECT_TRUE(jobs_.loads[0].several);
    EXPECT_TRUE(jobs_.loads[0].ignore_install);
    jobs_.succeed({});
    EXPECT_EQ(error_of(wait(reply)), "");
}

TEST_F(ManagerLoad, RefusesBadNamesAndParameters) {
    for (const auto *name : {"", "a/b", "../x", "x y"})
        EXPECT_EQ(error_of(wait(start_load(name))), "InvalidArgument") << name;
    EXPECT_EQ(error_of(wait(start_load(std::string(56, 'x')))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_load("dummy", {"=3"}))), "InvalidArgument");
    EXPECT_EQ(error_of(wait(start_load("dummy", Lines(200, "a=1")))), "InvalidArgument");
    EXPECT_TRUE(jobs_.loads.empty());
}

TEST_F(ManagerLoad, AFailureOfItsOwnIsToldOnceWithTheReason) {
    auto reply = start_load("dummy");
    wait_for_job();
    driver_.happens(own(EventKind::LoadBegin, "dummy", 5));
    driver_.happens(own(EventKind::LoadFailed, "dummy", 6));
    jobs_.fail(refusal(ENODEV));
    EXPECT_EQ(error_of(wait(reply)), "InitFailed");
    EXPECT_NE(text_of(*reply).find("its init failed; usually"), std::string::npos)
        << text_of(*reply);
    settle();
    EXPECT_EQ(signals_, Lines{"ModuleFailed dummy InitFailed 6 in a job"});
}

TEST_F(ManagerLoad, AFailureTheDriverNeverSawIsToldToo) {
    auto reply = start_load("dummy");
    wait_for_job();
    jobs_.fail(refusal(EINVAL));
    EXPECT_EQ(error_of(wait(reply)), "Failed");
    EXPECT_NE(text_of(*reply).find("before it began"), std::string::npos) << text_of(*reply);
    settle();
    EXPECT_EQ(signals_, Lines{"ModuleFailed dummy Failed 0 in a job"});
}

TEST_F(ManagerLoad, ARefusedDependencyIsTheOneThatFailed) {
    auto reply = start_load("dummy");
    wait_for_job();
    driver_.happens(own(EventKind::LoadBegin, "base", 5));
    driver_.happens(own(EventKind::LoadFailed, "base", 6));
    jobs_.fail(refusal(EIO, "base"));
    EXPECT_EQ(error_of(wait(reply)), "InitFailed");
    settle();
    EXPECT_EQ(signals_.back(), "ModuleFailed base InitFailed 6 in a job");
}

TEST_F(ManagerLoad, AFailedSoftdepOfAGoodLoadIsTold) {
    auto reply = start_load("dummy");
    wait_for_job();
    driver_.happens(own(EventKind::LoadBegin, "soft", 5));
    driver_.happens(own(EventKind::LoadFailed, "soft", 6));
    driver_.happens(own(EventKind::LoadBegin, "dummy", 7));
    driver_.happens(own(EventKind::LoadLive, "dummy", 8));
    jobs_.succeed({"dummy"});
    EXPECT_EQ(error_of(wait(reply)), "");
    settle();
    EXPECT_EQ(signals_.back(), "ModuleFailed soft InitFailed 6 in a job");
}

TEST_F(ManagerLoad, LostRecordsMakeItCareful) {
    auto reply = start_load("dummy");
    wait_for_job();
    driver_.happens(event(EventKind::Lost, "", 5));
    jobs_.fail(refusal(EINVAL));
    EXPECT_NE(text_of(wait(reply)).find("or the kernel just before"), std::string::npos)
        << text_of(*reply);
}

TEST_F(ManagerLoad, ACallerThatLeftIsNoTrouble) {
    {
        bus::Bus other(private_bus_.connect());
        sd_bus_call_method_async(other.get(), nullptr, bus::service_name, "/org/modkeeper1",
                                 bus::manager_interface, "Load", nullptr, nullptr, "sasa{sv}",
                                 "dummy", 0, 0);
        sd_bus_flush(other.get());
        wait_for_job();
    }
    settle();
    jobs_.succeed({"dummy"});
    settle();
}

TEST_F(ManagerLoad, UnloadAnswersWhenItIsDone) {
    auto unload = [](sd_bus_message *m) { sd_bus_message_append(m, "sa{sv}", "snd-x", 0); };
    auto reply = start("Unload", unload);
    run_until([&] { return !jobs_.unloads.empty(); });
    EXPECT_EQ(jobs_.unloads[0].names, Lines{"snd_x"});
    jobs_.fail(Error{ErrorCode::InUse, "module snd_x is in use by module a"});
    EXPECT_EQ(error_of(wait(reply)), "InUse");
    EXPECT_EQ(fields_of(*reply), "module=snd_x");
    EXPECT_EQ(text_of(*reply), "module snd_x is in use by module a");
    jobs_.unloads.clear();
    reply = start("Unload", unload);
    run_until([&] { return !jobs_.unloads.empty(); });
    jobs_.succeed({"snd_x"});
    EXPECT_EQ(error_of(wait(reply)), "");
}

} // namespace
} // namespace mk::test
