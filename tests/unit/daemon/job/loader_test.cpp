// SPDX-License-Identifier: GPL-2.0-only
// What a load answers before the kernel is asked. Loads that succeed are for the guest tests.
#include "job/loader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "fixtures/fake_kernel.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"

namespace mk {
namespace {

class LoaderTest : public testing::Test {
  protected:
    LoaderTest() {
        path_ = tree_.add("mk_one", {"name=mk_one", "license=GPL", "parmtype=count:int"});
        tree_.add("mk_denied", {"name=mk_denied", "license=GPL"});
        tree_.add("mk_false", {"name=mk_false", "license=GPL"});
        tree_.add("mk_true", {"name=mk_true", "license=GPL"});
        tree_.add("mk_needs_false", {"name=mk_needs_false", "license=GPL", "depends=mk_false"});
        gone_ = tree_.add("mk_gone", {"name=mk_gone", "license=GPL"});
        tree_.add("mk_needs_gone", {"name=mk_needs_gone", "license=GPL", "depends=mk_gone"});
        tree_.build_in("mk_inside");
        tree_.configure("test.conf", "blacklist mk_denied\ninstall mk_false /bin/false\n"
                                     "install mk_true /bin/true\ninstall mk_ghost exit 7\n");
        tree_.index();
    }
    Error refused(const LoadRequest &request) {
        auto outcome = Loader(tree_.places(), LoadedModules(sys_.path())).load(request);
        if (!outcome.failures.empty())
            if (const auto *error = std::get_if<Error>(&outcome.failures.front()))
                return *error;
        ADD_FAILURE() << request.targets.front() << " was not refused before the kernel was asked";
        return {};
    }

    test::ModuleTree tree_;
    test::TemporaryFolder sys_;
    std::string path_;
    std::string gone_;
};

TEST_F(LoaderTest, ChecksTheArguments) {
    EXPECT_EQ(refused({{"a/b"}}).code, ErrorCode::InvalidArgument);
    EXPECT_EQ(refused({{"mk_one"}, {"=1"}}).code, ErrorCode::InvalidArgument);
    EXPECT_EQ(refused({{"mk_none"}}).code, ErrorCode::NotFound);
    EXPECT_EQ(refused({{tree_.root() / "none.ko"}}).code, ErrorCode::NotFound);
    EXPECT_EQ(refused({{tree_.root().path()}}).code, ErrorCode::BadFormat);
}

TEST_F(LoaderTest, ChecksParametersByNameAndByFile) {
    for (const auto &target : {std::string("mk_one"), path_}) {
        EXPECT_EQ(refused({{target}, {"cuont=1"}}).code, ErrorCode::UnknownParameter);
        EXPECT_EQ(refused({{target}, {"count=x"}}).code, ErrorCode::BadParameter);
    }
}

TEST_F(LoaderTest, RefusesWhatIsBuiltInOrLoaded) {
    EXPECT_EQ(refused({{"mk_inside"}}).code, ErrorCode::BuiltIn);
    sys_.write("sys/module/mk_one/initstate", "live\n");
    EXPECT_EQ(refused({{"mk_one"}}).code, ErrorCode::AlreadyLoaded);
    EXPECT_EQ(refused({{path_}}).code, ErrorCode::AlreadyLoaded);
    auto message = refused({{"mk_one"}, {"count=1"}}).message;
    EXPECT_NE(message.find("reload it to change"), std::string::npos) << message;
}

TEST_F(LoaderTest, RefusesTheBlacklistedAndSaysWhere) {
    auto error = refused({{"mk_denied"}});
    EXPECT_EQ(error.code, ErrorCode::Blacklisted);
    EXPECT_NE(error.message.find("test.conf"), std::string::npos) << error.message;
}

// modprobe gives it to the kernel, which says "Invalid argument".
TEST_F(LoaderTest, AParameterOfModprobeDThatCannotWorkIsNamedWithItsLine) {
    auto message = [&](const std::string &line, const std::string &target) {
        tree_.configure("bad.conf", "# a comment\n" + line + "\n");
        auto error = refused({{target}});
        EXPECT_EQ(error.code, ErrorCode::BadParameter) << error.message;
        EXPECT_NE(error.message.find("bad.conf:2"), std::string::npos) << error.message;
        EXPECT_NE(error.message.find("count"), std::string::npos) << error.message;
        return error.message;
    };
    EXPECT_NE(message("options mk_one count=$COUNT", "mk_one").find("$COUNT"), std::string::npos);
    EXPECT_NE(message("options mk_one count = 4", "mk_one").find("blank"), std::string::npos);
    // what something else needs
    message("options mk_one count=x",
            tree_.add("mk_needs_one", {"name=mk_needs_one", "license=GPL", "depends=mk_one"}));
    // no reason for the kernel, and none here
    tree_.configure("bad.conf", "options mk_one nothing=1\n");
    EXPECT_TRUE(Loader(tree_.places(), LoadedModules(sys_.path())).check({{"mk_one"}}));
}

TEST_F(LoaderTest, WhatNotEverybodyMayReadIsNotTold) {
    tree_.configure("bad.conf", "options mk_one count=secret\n");
    std::filesystem::permissions(tree_.root() / "modprobe.d/bad.conf",
                                 std::filesystem::perms::owner_read);
    auto error = refused({{"mk_one"}});
    EXPECT_EQ(error.code, ErrorCode::BadParameter);
    EXPECT_EQ(error.message.find("secret"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("bad.conf:1"), std::string::npos) << error.message;
}

TEST_F(LoaderTest, KeepGoingPassesOverWhatCannotBe) {
    test::FakeKernel kernel;
    tree_.add("mk_other", {"name=mk_other", "license=GPL"});
    tree_.index();
    tree_.configure("bad.conf", "options mk_one count=x\n");
    LoadRequest request{{"mk_typo", "mk_one", "mk_other", "mk_denied"}};
    auto outcome = Loader(tree_.places(), kernel.loaded(), kernel).load(request);
    EXPECT_FALSE(outcome.failures.empty());
    EXPECT_TRUE(kernel.calls().empty());
    request.keep_going = true;
    outcome = Loader(tree_.places(), kernel.loaded(), kernel).load(request);
    EXPECT_EQ(kernel.calls(), std::vector<std::string>{"+mk_other"});
    EXPECT_EQ(outcome.modules, std::vector<std::string>{"mk_other"});
    EXPECT_EQ(outcome.failures.size(), 3U);
}

TEST_F(LoaderTest, OfSeveralThoseThatAreThereAreNoFailure) {
    test::FakeKernel kernel;
    kernel.add({"mk_one"});
    LoadRequest request{{"mk_one"}};
    request.several = true;
    auto outcome = Loader(tree_.places(), kernel.loaded(), kernel).load(request);
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_TRUE(outcome.modules.empty());
    request.targets = {"mk_one", "mk_inside"};
    EXPECT_TRUE(Loader(tree_.places(), kernel.loaded(), kernel).load(request).failures.empty());
}

// Of a file that is called otherwise, too: the kernel goes by what the file tells.
TEST_F(LoaderTest, AFileUnderAnotherNameIsLoadedAndUnloaded) {
    test::FakeKernel kernel;
    auto path = tree_.root().write("copies/renamed-5.4.ko", tree_.content("mk_one"));
    auto outcome = Loader(tree_.places(), kernel.loaded(), kernel).load({{path}});
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_EQ(outcome.modules, std::vector<std::string>{"mk_one"});
    EXPECT_TRUE(kernel.has("mk_one"));
}

TEST_F(LoaderTest, TellsOfEveryCallOfTheKernelAlsoWhenItTakesBack) {
    test::FakeKernel kernel;
    std::vector<std::string> seen;
    JobHooks hooks;
    hooks.asked = [&](const std::string &name) { seen.push_back("?" + name); };
    hooks.answered = [&](const std::string &name) { seen.push_back("." + name); };
    kernel.insert_errors["mk_needs_gone"] = EIO;
    Loader(tree_.places(), kernel.loaded(), kernel)
        .load({{tree_.root() / "lib/modules/6.1.0-test/kernel/mk_needs_gone.ko"}}, hooks);
    EXPECT_EQ(seen, (std::vector<std::string>{"?mk_gone", ".mk_gone", "?mk_needs_gone",
                                              ".mk_needs_gone", "?mk_gone", ".mk_gone"}));
}

TEST_F(LoaderTest, ADependencyWithoutItsFileIsNamed) {
    std::filesystem::remove(gone_);
    auto error = refused({{tree_.root() / "lib/modules/6.1.0-test/kernel/mk_needs_gone.ko"}});
    EXPECT_EQ(error.code, ErrorCode::NotFound) << error.message;
    EXPECT_NE(error.message.find(gone_), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("module mk_gone was not loaded"), std::string::npos)
        << error.message;
}

TEST_F(LoaderTest, AnInstallCommandThatStandsInIsNamed) {
    auto error = refused({{"mk_false"}});
    EXPECT_EQ(error.code, ErrorCode::ReplacedByCommand);
    EXPECT_NE(error.message.find("/bin/false"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("status 1"), std::string::npos) << error.message;
    EXPECT_EQ(error.facts.cause, Cause::ReplacedByCommand);
    EXPECT_NE(error.message.find(".conf:"), std::string::npos) << error.message;
    EXPECT_EQ(refused({{"mk_true"}}).code, ErrorCode::ReplacedByCommand);
    auto needs = refused({{tree_.root() / "lib/modules/6.1.0-test/kernel/mk_needs_false.ko"}});
    EXPECT_EQ(needs.code, ErrorCode::ReplacedByCommand) << needs.message;
    EXPECT_NE(needs.message.find("module mk_false was not loaded"), std::string::npos)
        << needs.message;
    auto ghost = refused({{"mk_ghost"}});
    EXPECT_EQ(ghost.code, ErrorCode::ReplacedByCommand) << ghost.message;
    EXPECT_NE(ghost.message.find("status 7"), std::string::npos) << ghost.message;
    EXPECT_EQ(ghost.facts.cause, Cause::ReplacedByCommand);
}

// A module that is needed is denied: the kernel is asked for nothing, not even for what comes
// first.
TEST_F(LoaderTest, AsksThePolicyBeforeAnythingIsLoaded) {
    tree_.add("mk_base", {"name=mk_base", "license=GPL"});
    tree_.add("mk_middle", {"name=mk_middle", "license=GPL", "depends=mk_base"});
    // the index knows what a module needs by symbols only: the file says it itself
    const auto top = tree_.add("mk_top", {"name=mk_top", "license=GPL", "depends=mk_middle"});
    tree_.index();
    test::FakeKernel kernel;
    std::vector<std::string> asked;
    const auto load = [&](const LoadRequest &request) {
        asked.clear();
        Loader loader(tree_.places(), kernel.loaded(), kernel,
                      [&](const PlanStep &step) -> std::optional<LoadRefusal> {
                          asked.push_back(step.module);
                          if (step.module != "mk_middle")
                              return std::nullopt;
                          LoadRefusal refusal;
                          refusal.module = step.module;
                          refusal.rule = "10-a.rules:1";
                          return refusal;
                      });
        return loader.load(request);
    };
    const auto outcome = load({{top}});
    ASSERT_EQ(outcome.failures.size(), 1U);
    const auto &refusal = std::get<LoadRefusal>(outcome.failures.front());
    EXPECT_EQ(refusal.module, "mk_middle");
    EXPECT_EQ(refusal.target, top);
    EXPECT_TRUE(outcome.loaded.empty());
    EXPECT_TRUE(kernel.calls().empty());
    // what is loaded already is not asked about
    kernel.add({"mk_base"});
    kernel.add({"mk_middle"});
    load({{top}});
    EXPECT_EQ(std::count(asked.begin(), asked.end(), "mk_middle"), 0);
}

} // namespace
} // namespace mk
