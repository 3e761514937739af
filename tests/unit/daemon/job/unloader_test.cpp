// SPDX-License-Identifier: GPL-2.0-only
// Unloads and reloads over a made-up kernel.
#include "job/unloader.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/file_identity.hpp"
#include "fixtures/fake_kernel.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"
#include "job/reloader.hpp"

namespace mk {
namespace {

using Names = std::vector<std::string>;

class UnloaderTest : public testing::Test {
  protected:
    UnloaderTest() {
        for (const auto *name : {"base", "middle", "top", "other"})
            tree_.add(name, {"name=" + std::string(name), "license=GPL", "parmtype=count:int"});
        tree_.index();
        kernel_.add({"base", {"middle", "other"}});
        kernel_.add({"middle", {"top"}});
        kernel_.add({"top"});
        kernel_.add({"other"});
    }
    JobOutcome unload(UnloadRequest request, JobHooks hooks = {}) {
        return Unloader(tree_.places(), kernel_.loaded(), kernel_)
            .unload(request, std::move(hooks));
    }
    JobOutcome reload(ReloadRequest request, const JobHooks &hooks = {}) {
        return Reloader(tree_.places(), kernel_.loaded(), kernel_).reload(request, hooks);
    }
    static Error error_of(const JobOutcome &outcome) {
        return std::get<Error>(outcome.failures.at(0));
    }
    static UnloadRequest with_dependents(const std::string &name) {
        return {{ModuleName(name)}, true, false, false, 0};
    }

    test::ModuleTree tree_;
    test::FakeKernel kernel_;
};

TEST_F(UnloaderTest, RefusesBeforeAnythingIsTouched) {
    auto outcome = unload({{"middle"_module}});
    EXPECT_EQ(error_of(outcome).code, ErrorCode::InUse);
    EXPECT_NE(error_of(outcome).message.find("top"), std::string::npos);
    EXPECT_EQ(error_of(outcome).facts,
              (ErrorFacts{"middle", EAGAIN, "", {"top"}, Cause::UsedByModules}));
    EXPECT_EQ(error_of(unload({{"a/b"_module}})).code, ErrorCode::InvalidArgument);
    EXPECT_EQ(error_of(unload({{}})).code, ErrorCode::InvalidArgument);
    // One of those that would have to go is held: none goes.
    kernel_.add({"held", {}, 1});
    EXPECT_EQ(error_of(unload({{"top"_module, "held"_module}})).code, ErrorCode::InUse);
    kernel_.add({"stays", {}, 0, true});
    EXPECT_NE(error_of(unload({{"top"_module, "stays"_module}})).message.find("no exit function"),
              std::string::npos);
    EXPECT_TRUE(kernel_.calls().empty());
}

TEST_F(UnloaderTest, WhatIsNotLoadedIsToldFromWhatIsNotThere) {
    tree_.add("idle", {"name=idle", "license=GPL", "alias=mk-idle"});
    tree_.build_in("inside");
    tree_.index();
    EXPECT_EQ(error_of(unload({{"idle"_module}})).code, ErrorCode::NotLoaded);
    EXPECT_EQ(error_of(unload({{"inside"_module}})).code, ErrorCode::BuiltIn);
    const auto unknown = error_of(unload({{"midle"_module}}));
    EXPECT_EQ(unknown.code, ErrorCode::NotFound);
    EXPECT_NE(unknown.message.find("did you mean \"middle\"?"), std::string::npos)
        << unknown.message;
    const auto alias = error_of(unload({{"mk-idle"_module}}));
    EXPECT_EQ(alias.code, ErrorCode::NotFound);
    EXPECT_EQ(alias.facts.module, "idle") << alias.message;
}

TEST_F(UnloaderTest, DependentsGoFirst) {
    auto outcome = unload(with_dependents("base"));
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_EQ(outcome.modules, (Names{"top", "middle", "other", "base"}));
    EXPECT_EQ(kernel_.calls(), (Names{"-top", "-middle", "-other", "-base"}));
}

TEST_F(UnloaderTest, NamedOnesAreSortedAmongThemselves) {
    EXPECT_EQ(unload({{"middle"_module, "top"_module}}).modules, (Names{"top", "middle"}));
}

TEST_F(UnloaderTest, UnusedDependenciesGoAfter) {
    EXPECT_EQ(unload({{"top"_module}, false, true, false, 0}).modules, (Names{"top", "middle"}));
    EXPECT_TRUE(kernel_.has("base")); // the other uses it
    EXPECT_EQ(unload({{"other"_module}, false, true, false, 0}).modules, (Names{"other", "base"}));
}

TEST_F(UnloaderTest, WhatWasLoadedBesideGoesToo) {
    for (const auto *name : {"before", "behind", "held"}) {
        tree_.add(name, {"name=" + std::string(name), "license=GPL"});
        kernel_.add({name, {}, std::string_view(name) == "held" ? 1U : 0U});
    }
    tree_.configure("soft.conf", "softdep top pre: before held absent post: behind\n"
                                 "softdep behind pre: top\n");
    tree_.index();
    const auto outcome = unload({{"top"_module}, false, true, false, 0});
    EXPECT_EQ(outcome.modules, (Names{"behind", "top", "middle", "before"}));
    EXPECT_TRUE(outcome.failures.empty()) << "the softdeps of both lead to each other";
    EXPECT_TRUE(kernel_.has("held"));
}

TEST_F(UnloaderTest, WhatWasLoadedBesideStaysWithoutBeingAskedFor) {
    tree_.configure("soft.conf", "softdep top pre: other\n");
    EXPECT_EQ(unload({{"top"_module}}).modules, (Names{"top"}));
}

class SparingTest : public UnloaderTest {
  protected:
    // Loaded by a process; true: it was told the module's name.
    void loaded(const std::string &module, std::uint32_t process, bool is_named) {
        driver::Event event;
        event.kind = driver::EventKind::LoadBegin;
        event.sequence = events_.size() + 1;
        event.tgid = process;
        event.comm = "modprobe";
        driver::ModuleEvent body;
        body.module = module;
        body.load_sequence = event.sequence;
        body.command = is_named ? "modprobe " + module : "modprobe top";
        event.body = body;
        events_.push_back(event);
        event.kind = driver::EventKind::LoadLive;
        ++event.sequence;
        events_.push_back(event);
    }
    Unloader unloader(bool has_record = true) {
        return Unloader(tree_.places(), kernel_.loaded(), kernel_, nullptr, [this, has_record] {
            return has_record ? std::optional(events_) : std::nullopt;
        });
    }
    static UnloadRequest with_unused(const std::string &name) {
        return {{ModuleName(name)}, false, true, false, 0};
    }

    std::vector<driver::Event> events_;
};

TEST_F(SparingTest, APlanIsWhatIsDone) {
    for (const bool has_record : {false, true}) {
        if (!kernel_.has("top")) {
            kernel_.add({"middle", {"top"}});
            kernel_.add({"top"});
        }
        const auto plan = unloader(has_record).plan(with_unused("top"));
        ASSERT_TRUE(plan);
        EXPECT_TRUE(kernel_.has("top")) << "a plan touches nothing";
        EXPECT_EQ(plan.value().modules, (Names{"top", "middle"}));
        EXPECT_EQ(plan.value().knows_purposes, has_record);
        EXPECT_EQ(unloader(has_record).unload(with_unused("top")).modules, plan.value().modules);
    }
    EXPECT_FALSE(unloader().plan(with_unused("absent")));
}

TEST_F(SparingTest, WhatSomebodyLoadedByNameStays) {
    loaded("middle", 9, true);
    loaded("top", 10, true);
    const auto plan = unloader().plan(with_unused("top"));
    EXPECT_EQ(plan.value().modules, Names{"top"});
    ASSERT_EQ(plan.value().kept.size(), 1U);
    EXPECT_EQ(plan.value().kept.front().module, "middle");
    EXPECT_EQ(unloader().unload(with_unused("top")).modules, Names{"top"});
    EXPECT_TRUE(kernel_.has("middle"));
    // One that is named goes.
    EXPECT_EQ(unloader().unload(with_unused("middle")).modules, Names{"middle"});
}

// What it came for need not be loaded any more.
TEST_F(SparingTest, WhatCameForAnotherModuleGoes) {
    tree_.add("deep", {"name=deep", "license=GPL"});
    tree_.add("one", {"name=one", "license=GPL", "depends=deep"});
    tree_.add("two", {"name=two", "license=GPL", "depends=deep"});
    tree_.index();
    kernel_.add({"deep", {"one", "two"}});
    kernel_.add({"one"});
    kernel_.add({"two"});
    loaded("deep", 10, false);
    loaded("one", 10, true);
    loaded("two", 11, true);
    EXPECT_EQ(unloader().unload({{"one"_module}}).modules, Names{"one"});
    EXPECT_EQ(unloader().unload(with_unused("two")).modules, (Names{"two", "deep"}));
}

TEST_F(UnloaderTest, WaitsForUsersToGoAway) {
    kernel_.add({"held", {}, 1});
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        kernel_.release("held");
    });
    auto outcome = unload({{"held"_module}, false, false, false, 60'000'000});
    later.join();
    EXPECT_TRUE(outcome.failures.empty());
}

TEST_F(UnloaderTest, WaitsNoLongerThanItShould) {
    kernel_.add({"held", {}, 1});
    auto error = error_of(unload({{"held"_module}, false, false, false, 30'000}));
    EXPECT_EQ(error.code, ErrorCode::Timeout);
    EXPECT_NE(error.message.find("the wait for it timed out"), std::string::npos) << error.message;
    int asked = 0;
    JobHooks hooks;
    hooks.canceled = [&] { return ++asked > 2; };
    EXPECT_EQ(
        error_of(unload({{"held"_module}, false, false, false, 60'000'000}, std::move(hooks))).code,
        ErrorCode::Canceled);
}

// Every time that the kernel is asked for nothing is a record.
TEST_F(UnloaderTest, WaitingDoesNotAskTheKernelAgainAndAgain) {
    kernel_.add({"held", {}, 1});
    EXPECT_EQ(error_of(unload({{"held"_module}, false, false, false, 400'000})).code,
              ErrorCode::Timeout);
    EXPECT_EQ(kernel_.calls(), Names{"-held"});
    // nor when it refuses though nobody is to be seen
    kernel_.add({"strange"});
    kernel_.remove_errors["strange"] = EBUSY;
    EXPECT_EQ(error_of(unload({{"strange"_module}, false, false, false, 600'000})).code,
              ErrorCode::Timeout);
    EXPECT_LE(kernel_.calls().size(), 3U);
}

TEST_F(UnloaderTest, TellsOfEveryCallOfTheKernel) {
    Names seen;
    JobHooks hooks;
    hooks.asked = [&](const std::string &name) { seen.push_back("?" + name); };
    hooks.answered = [&](const std::string &name) { seen.push_back("." + name); };
    unload(with_dependents("middle"), hooks);
    EXPECT_EQ(seen, (Names{"?top", ".top", "?middle", ".middle"}));
    seen.clear();
    // what is put back, too
    kernel_.add({"middle", {"top"}});
    kernel_.add({"top"});
    kernel_.remove_errors["middle"] = EBUSY;
    ReloadRequest request{"middle"_module};
    request.loaded_as["top"_module] = {"", "count=7", true};
    Reloader(tree_.places(), kernel_.loaded(), kernel_).reload(request, hooks);
    EXPECT_EQ(seen, (Names{"?top", ".top", "?middle", ".middle", "?top", ".top"}));
}

TEST_F(UnloaderTest, ARemoveCommandThatTakesTooLongIsEnded) {
    tree_.configure("a.conf", "remove top sleep 97\n");
    JobHooks hooks;
    hooks.command_timeout = std::chrono::milliseconds(150);
    auto error = error_of(unload({{"top"_module}}, hooks));
    EXPECT_EQ(error.code, ErrorCode::Timeout);
    EXPECT_NE(error.message.find("its remove command \"sleep 97\""), std::string::npos)
        << error.message;
}

TEST_F(UnloaderTest, ForceAsksTheKernelToo) {
    kernel_.add({"held", {}, 1});
    EXPECT_EQ(unload({{"held"_module}, false, false, true, 0}).modules, Names{"held"});
}

TEST_F(UnloaderTest, ARemoveCommandStandsIn) {
    tree_.configure("a.conf", "remove top /bin/false\n");
    auto error = error_of(unload({{"top"_module}}));
    EXPECT_EQ(error.code, ErrorCode::ReplacedByCommand);
    EXPECT_NE(error.message.find("/bin/false"), std::string::npos);
    EXPECT_TRUE(kernel_.calls().empty());
}

TEST_F(UnloaderTest, WhatWasDoneBeforeAFailureIsTold) {
    kernel_.remove_errors["middle"] = EBUSY;
    auto outcome = unload(with_dependents("middle"));
    EXPECT_FALSE(outcome.failures.empty());
    EXPECT_EQ(outcome.modules, Names{"top"});
}

TEST_F(UnloaderTest, ReloadBringsUsersBackAsTheyWere) {
    ReloadRequest request{"middle"_module, {"count=2"}};
    request.loaded_as["top"_module] = {"", "count=7", true};
    auto outcome = reload(request);
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_EQ(outcome.modules, (Names{"middle", "top"}));
    EXPECT_EQ(kernel_.calls(), (Names{"-top", "-middle", "+middle count=2", "+top count=7"}));
}

TEST_F(UnloaderTest, AReloadThatCannotWorkTouchesNothing) {
    EXPECT_EQ(error_of(reload({"middle"_module, {"cuont=2"}})).code, ErrorCode::UnknownParameter);
    EXPECT_EQ(error_of(reload({"middle"_module, {"count=x"}})).code, ErrorCode::BadParameter);
    kernel_.add({"strange"});
    EXPECT_EQ(error_of(reload({"strange"_module})).code, ErrorCode::NotFound); // it has no file
    EXPECT_TRUE(kernel_.calls().empty());
}

TEST_F(UnloaderTest, AFailedReloadPutsEverythingBack) {
    int loads = 0;
    kernel_.in_init = [&](const std::string &name) {
        // The new one fails, the old one does not.
        if (name == "middle" && ++loads == 1)
            kernel_.insert_errors["middle"] = EIO;
        else
            kernel_.insert_errors.clear();
    };
    ReloadRequest request{"middle"_module, {"count=2"}};
    request.loaded_as["middle"_module] = {"", "count=1", true};
    auto outcome = reload(request);
    EXPECT_EQ(std::get<LoadRefusal>(outcome.failures.at(0)).module, "middle");
    EXPECT_EQ(outcome.undone, (Names{"middle", "top"}));
    EXPECT_TRUE(outcome.left.empty());
    EXPECT_EQ(kernel_.calls(),
              (Names{"-top", "-middle", "+middle count=2", "+middle count=1", "+top"}));
}

TEST_F(UnloaderTest, AnUnloadThatFailsHalfWayIsTakenBack) {
    kernel_.remove_errors["middle"] = EBUSY;
    auto outcome = reload({"middle"_module});
    EXPECT_EQ(outcome.undone, Names{"top"});
    EXPECT_TRUE(kernel_.has("top"));
}

TEST_F(UnloaderTest, AReloadTakesNoFileOfAnotherModule) {
    ReloadRequest request{"top"_module};
    request.path = tree_.root().write("elsewhere/top.ko", tree_.content("other"));
    const auto outcome = reload(request);
    EXPECT_EQ(error_of(outcome).code, ErrorCode::BadFormat);
    EXPECT_NE(error_of(outcome).message.find("other"), std::string::npos);
    EXPECT_TRUE(kernel_.calls().empty());
    request.path = "top.ko";
    EXPECT_EQ(check_request(request).error().code, ErrorCode::InvalidArgument);
}

TEST_F(UnloaderTest, AReloadTakesTheFileThatItWasLoadedFromOrNone) {
    const auto file = tree_.root().write("elsewhere/top.ko", tree_.content("top"));
    ReloadRequest request{"top"_module};
    request.loaded_as["top"_module] = {file, "", true, identity_of(file)};
    auto outcome = reload(request);
    ASSERT_TRUE(outcome.failures.empty()) << error_of(outcome).message;
    EXPECT_EQ(outcome.files, (std::vector<NamedFile>{{"top"_module, file, *identity_of(file)}}));
    const auto calls = kernel_.calls().size();
    tree_.root().write("elsewhere/top.ko", tree_.content("top") + "more");
    outcome = reload(request);
    EXPECT_NE(error_of(outcome).message.find("replaced"), std::string::npos)
        << error_of(outcome).message;
    // The same holds for those that use it: they would come back from such a file.
    ReloadRequest below{"middle"_module};
    below.loaded_as["top"_module] = request.loaded_as["top"_module];
    EXPECT_FALSE(reload(below).failures.empty());
    EXPECT_EQ(kernel_.calls().size(), calls) << "something was touched";
}

// One rule, as for a load: when the last init returns everything is as it was.
TEST_F(UnloaderTest, ACanceledReloadIsTakenBackWheneverThatWas) {
    kernel_.uses["top"] = {"middle"};
    for (const auto *moment : {"middle", "top"}) {
        bool canceled = false;
        kernel_.in_init = [&](const std::string &name) { canceled = canceled || name == moment; };
        JobHooks hooks;
        hooks.canceled = [&] { return canceled; };
        ReloadRequest request{"middle"_module, {"count=2"}};
        request.loaded_as["middle"_module] = {"", "count=1", true, {}};
        request.loaded_as["top"_module] = {"", "count=7", true, {}};
        const auto outcome = reload(request, hooks);
        EXPECT_EQ(error_of(outcome).code, ErrorCode::Canceled) << moment;
        EXPECT_EQ(outcome.undone, (Names{"middle", "top"})) << moment;
        EXPECT_TRUE(outcome.modules.empty());
        const auto calls = kernel_.calls();
        EXPECT_EQ(Names(calls.end() - 2, calls.end()), (Names{"+middle count=1", "+top count=7"}))
            << moment;
    }
}

} // namespace
} // namespace mk
