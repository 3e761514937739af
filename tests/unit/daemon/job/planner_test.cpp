// SPDX-License-Identifier: GPL-2.0-only
// Plans over made-up trees of modules, with modprobe as the judge of the order.
#include "job/planner.hpp"

#include <filesystem>
#include <set>

#include "planner_fixture.hpp"

namespace mk {
namespace {

TEST_F(PlannerTest, OrdersAsModprobeDoes) {
    add("mk_bottom");
    add("mk_left", "mk_bottom");
    add("mk_right", "mk_bottom", "pre: mk_soft post: mk_late");
    add("mk_soft", "mk_other");
    add("mk_other");
    add("mk_late", "mk_left");
    add("mk_top", "mk_left,mk_right", "pre: mk_first mk_none post: mk_last");
    add("mk_first");
    add("mk_last", "", "pre: mk_top");
    add("mk_one_cycle", "", "pre: mk_two_cycle");
    add("mk_two_cycle", "", "pre: mk_one_cycle");
    add("mk_itself", "", "pre: mk_itself post: mk_itself");
    tree_.index();
    for (const auto *name : {"mk_bottom", "mk_left", "mk_right", "mk_soft", "mk_late", "mk_top",
                             "mk_last", "mk_one_cycle", "mk_two_cycle", "mk_itself"})
        EXPECT_EQ(order(name), judged(name)) << name;
    EXPECT_EQ(order("mk_top").size(), 9U);
}

TEST_F(PlannerTest, EdgesGoToEarlierStepsOnly) {
    add("mk_bottom");
    add("mk_a", "mk_bottom", "pre: mk_soft");
    add("mk_soft", "mk_bottom");
    add("mk_b", "mk_a", "post: mk_soft mk_late");
    add("mk_late");
    tree_.index();
    auto made = plan({{"mk_b"}});
    auto at = [&](const std::string &name) {
        for (std::size_t i = 0; i < made.steps.size(); ++i)
            if (made.steps[i].module == name)
                return i;
        ADD_FAILURE() << name;
        return std::size_t{0};
    };
    for (std::size_t i = 0; i < made.steps.size(); ++i) {
        for (auto index : made.steps[i].needs)
            EXPECT_LT(index, i);
        for (auto index : made.steps[i].after)
            EXPECT_LT(index, i);
    }
    const auto &a = made.steps[at("mk_a")];
    EXPECT_EQ(a.needs, std::vector<std::size_t>{at("mk_bottom")});
    EXPECT_EQ(a.after, std::vector<std::size_t>{at("mk_soft")});
    EXPECT_EQ(made.steps[at("mk_late")].after, std::vector<std::size_t>{at("mk_b")});
    EXPECT_EQ(made.steps[at("mk_b")].role, StepRole::Requested);
    EXPECT_EQ(made.steps[at("mk_a")].role, StepRole::Dependency);
    EXPECT_EQ(made.steps[at("mk_soft")].role, StepRole::SoftdepBefore);
    EXPECT_EQ(made.steps[at("mk_late")].role, StepRole::SoftdepAfter);
}

TEST_F(PlannerTest, ParametersAreThoseOfModprobeAndThenTheGiven) {
    add("mk_base");
    add("mk_one", "mk_base");
    tree_.configure("a.conf", "options mk_one count=1\noptions mk_base count=7\n"
                              "options mk_alias count=9\nalias mk_alias mk_one\n");
    tree_.index();
    auto made = plan({{"mk_one"}, {"count=2", "text=a b"}});
    EXPECT_EQ(made.steps.back().parameters.text(), "count=1 count=2 text=\"a b\"");
    EXPECT_EQ(made.steps.front().parameters.text(), "count=7");
    EXPECT_EQ(plan({{"mk_alias"}}).steps.back().parameters.text(), "count=1 count=9");
}

TEST_F(PlannerTest, InstallCommandsStandIn) {
    add("mk_one");
    add("mk_soft");
    add("mk_two", "", "pre: mk_soft");
    tree_.configure("a.conf", "install mk_one /bin/echo $CMDLINE_OPTS\ninstall mk_two /bin/false\n"
                              "options mk_one count=3\n");
    tree_.index();
    auto made = plan({{"mk_one"}, {"text=x"}});
    ASSERT_EQ(made.steps.size(), 1U);
    EXPECT_EQ(made.steps[0].action, StepAction::RunCommand);
    EXPECT_EQ(made.steps[0].command.text(), "/bin/echo $CMDLINE_OPTS");
    EXPECT_EQ(made.steps[0].parameters.text(), "count=3 text=x");
    // One with soft dependencies too is loaded: modprobe forgets the command.
    EXPECT_EQ(plan({{"mk_two"}}).steps.back().action, StepAction::Load);
    EXPECT_EQ(order("mk_two"), judged("mk_two"));
}

// The shell splits and completes them, and a program takes some for its own options.
TEST_F(PlannerTest, ACommandIsGivenWholeWordsOnly) {
    add("mk_one");
    add("mk_two");
    tree_.configure("a.conf", "install mk_one modprobe -i mk_one $CMDLINE_OPTS\n"
                              "alias mk_alias mk_one\ninstall mk_two /bin/false\n");
    tree_.index();
    for (const char *target : {"mk_one", "mk_alias"})
        for (const char *bad : {"text=1 --all --config=/tmp/e mk_two", "text= ", "text='a'",
                                "text=/etc/*", "text=?", "text=[a]", "text=a\\b", "text=\xc2 -C"}) {
            LoadRequest request{{target}, {"count=1", bad}};
            auto made = plan(request);
            ASSERT_EQ(made.goals.at(0).obstacles.size(), 1U) << bad;
            const auto &error = made.goals.at(0).obstacles.at(0);
            EXPECT_EQ(error.code, ErrorCode::BadParameter) << bad;
            EXPECT_NE(error.message.find("ignore-install"), std::string::npos) << error.message;
            EXPECT_NE(error.message.find("text="), std::string::npos) << error.message;
            EXPECT_TRUE(made.steps.empty()) << bad;
            request.ignore_install = true;
            EXPECT_EQ(plan(request).steps.at(0).action, StepAction::Load) << bad;
        }
    EXPECT_TRUE(plan({{"mk_one"}, {"text=a,b:c=-1;$x", "flag"}}).goals.at(0).obstacles.empty());
    // one that does nothing has no use for them
    EXPECT_TRUE(plan({{"mk_two"}, {"text=a b"}}).goals.at(0).obstacles.empty());
}

TEST_F(PlannerTest, AnInstallCommandCanBePassedOver) {
    add("mk_base");
    add("mk_one", "mk_base");
    tree_.configure("a.conf", "install mk_one /bin/false\ninstall mk_base /bin/true\n"
                              "install mk_ghost /bin/true\n");
    tree_.index();
    LoadRequest request{{"mk_one"}};
    request.ignore_install = true;
    auto made = plan(request);
    ASSERT_EQ(made.steps.size(), 2U);
    // as modprobe: only of what was asked for
    EXPECT_EQ(made.steps[0].action, StepAction::RunCommand);
    EXPECT_EQ(made.steps[1].action, StepAction::Load);
    request.targets = {"mk_ghost"};
    EXPECT_EQ(plan(request).goals.at(0).obstacles.at(0).code, ErrorCode::NotFound);
}

TEST_F(PlannerTest, ForetellsWhatACommandDoes) {
    add("mk_base");
    add("mk_one", "mk_base");
    tree_.configure("a.conf", "install mk_base /bin/true\n");
    tree_.index();
    auto verdict = [&](const std::string &target, const std::string &command) {
        tree_.configure("a.conf", "install mk_base " + command + "\n");
        return command_problem(plan({{target}}).steps.at(0));
    };
    EXPECT_EQ(verdict("mk_base", "/bin/false")->severity, Severity::Fails);
    EXPECT_EQ(verdict("mk_base", "/bin/true")->severity, Severity::Fails);
    EXPECT_EQ(verdict("mk_base", "modprobe -i mk_base")->severity, Severity::Warning);
    EXPECT_EQ(verdict("mk_one", "/bin/false")->severity, Severity::Fails);
    EXPECT_FALSE(verdict("mk_one", "/bin/true")); // its word is taken
}

TEST_F(PlannerTest, WhatIsNotFoundStandsInTheWayOfItselfOnly) {
    add("mk_one");
    add("mk_two");
    tree_.configure("a.conf", "alias net-pf-31 off\nalias mk-both mk_one\nalias mk-both mk_gone\n");
    tree_.index();
    auto made = plan({{"mk_one", "mk_typo", "/nowhere/x.ko", "net-pf-31", "mk_two"}});
    ASSERT_EQ(made.goals.size(), 5U);
    EXPECT_EQ(made.steps.size(), 2U);
    for (std::size_t missing : {1U, 2U, 3U}) {
        EXPECT_TRUE(made.goals[missing].modules.empty());
        EXPECT_EQ(made.goals[missing].obstacles.at(0).code, ErrorCode::NotFound);
    }
    const auto &off = made.goals[3].obstacles.at(0).message;
    EXPECT_NE(off.find("\"off\""), std::string::npos) << off;
    EXPECT_NE(off.find("a.conf:1"), std::string::npos) << off;
    EXPECT_EQ(off.find("depmod"), std::string::npos) << off;
    EXPECT_EQ(order("mk-both"), Names{"mk_one"});
}

TEST_F(PlannerTest, AFileHasTheNameThatItTells) {
    add("mk_one");
    tree_.index();
    auto path = tree_.root().write("copies/another name (1).ko", tree_.content("mk_one"));
    auto made = plan({{path}});
    ASSERT_EQ(made.steps.size(), 1U);
    EXPECT_EQ(made.steps[0].module, "mk_one");
    EXPECT_EQ(made.steps[0].path, path);
    sys_.write("sys/module/mk_one/initstate", "live\n");
    EXPECT_EQ(plan({{path}}).goals.at(0).obstacles.at(0).code, ErrorCode::AlreadyLoaded);
}

TEST_F(PlannerTest, ParametersOfWhatIsBuiltInBelongOnTheKernelCommandLine) {
    tree_.build_in("mk_inside");
    tree_.index();
    sys_.write("sys/module/mk_hidden/parameters/count", "1\n"); // in no list of depmod's
    for (const std::string name : {"mk_inside", "mk_hidden"}) {
        auto error = plan({{name}, {"count=2"}}).goals.at(0).obstacles.at(0);
        EXPECT_EQ(error.code, ErrorCode::BuiltIn) << error.message;
        EXPECT_NE(error.message.find("command line"), std::string::npos) << error.message;
        EXPECT_NE(error.message.find("count=2"), std::string::npos) << error.message;
    }
}

TEST_F(PlannerTest, SaysWhatStandsInTheWay) {
    add("mk_one");
    add("mk_denied");
    add("mk_masked");
    tree_.build_in("mk_inside");
    tree_.configure("a.conf", "blacklist mk_denied\n"
                              "blacklist mk_masked\ninstall mk_masked /bin/false\n");
    tree_.index();
    sys_.write("sys/module/mk_one/initstate", "live\n");
    auto obstacle = [&](const std::string &target) {
        auto made = plan({{target}});
        EXPECT_TRUE(made.steps.empty());
        return made.goals.at(0).obstacles.at(0).code;
    };
    EXPECT_EQ(obstacle("mk_one"), ErrorCode::AlreadyLoaded);
    EXPECT_EQ(obstacle("mk_denied"), ErrorCode::Blacklisted);
    EXPECT_EQ(obstacle("mk_inside"), ErrorCode::BuiltIn);
    auto way_out = [&](const std::string &target) {
        return plan({{target}}).goals.at(0).obstacles.at(0).message;
    };
    EXPECT_NE(way_out("mk_denied").find("ignore-blacklist"), std::string::npos);
    EXPECT_EQ(obstacle("mk_masked"), ErrorCode::Blacklisted);
    EXPECT_EQ(way_out("mk_masked").find("ignore-blacklist"), std::string::npos);
    EXPECT_NE(way_out("mk_masked").find("modkeeper unmask mk_masked"), std::string::npos);
    LoadRequest anyway{{"mk_one"}};
    anyway.ignore_loaded = true;
    EXPECT_EQ(plan(anyway).steps.size(), 1U);
}

TEST_F(PlannerTest, WhatIsLoadedIsToldAndNotLoaded) {
    add("mk_base");
    add("mk_one", "mk_base");
    tree_.index();
    sys_.write("sys/module/mk_base/initstate", "live\n");
    auto made = plan({{"mk_one"}});
    ASSERT_EQ(made.steps.size(), 2U);
    EXPECT_EQ(made.steps[0].action, StepAction::Loaded);
    EXPECT_EQ(made.steps[1].action, StepAction::Load);
}

TEST_F(PlannerTest, AnAliasMayLeadToSeveral) {
    add("mk_one");
    add("mk_two");
    tree_.configure("a.conf", "alias mk-any-* mk_one\nalias mk-any-* mk_two\n");
    tree_.index();
    auto made = plan({{"mk-any-7"}});
    ASSERT_EQ(made.goals.size(), 1U);
    EXPECT_EQ(made.goals[0].modules.size(), 2U);
}

TEST_F(PlannerTest, SeveralTargetsAreOnePlan) {
    add("mk_base");
    add("mk_one", "mk_base");
    add("mk_two", "mk_base");
    tree_.index();
    auto made = plan({{"mk_one", "mk_two", "mk_base", "mk_one"}});
    EXPECT_EQ(made.steps.size(), 3U);
    EXPECT_EQ(made.goals.size(), 4U);
    EXPECT_EQ(made.steps[0].module, "mk_base");
    EXPECT_EQ(made.steps[0].role, StepRole::Requested);
}

TEST_F(PlannerTest, AFileSaysItselfWhatItNeeds) {
    add("mk_base");
    add("mk_middle", "mk_base");
    tree_.index();
    auto path = tree_.add("mk_new", {"name=mk_new", "license=GPL", "depends=mk_middle"});
    auto made = plan({{path}});
    ASSERT_EQ(made.steps.size(), 3U);
    EXPECT_EQ(made.steps[0].module, "mk_base");
    EXPECT_EQ(made.steps[2].module, "mk_new");
    EXPECT_EQ(made.steps[2].path, path);
    EXPECT_EQ(made.steps[2].needs, std::vector<std::size_t>{1});
    // The index has another file of that name: the one that was given counts.
    auto copy = tree_.root().write("mk_base.ko", tree_.content("mk_base"));
    EXPECT_EQ(plan({{copy}}).steps.back().path, copy);
}

TEST_F(PlannerTest, RefusesWhatCannotBeMeant) {
    add("mk_one");
    tree_.index();
    auto planner = this->planner();
    auto code = [&](LoadRequest request) { return planner.plan(request).error().code; };
    EXPECT_EQ(code({}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({{"a/b"}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({{"mk_one", "mk_two"}, {"a=1"}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({Names(2000, "mk_one")}), ErrorCode::InvalidArgument);
    for (const auto &target : {std::string("mk_oen"), tree_.root() / "no.ko"})
        EXPECT_EQ(plan({{target}}).goals.at(0).obstacles.at(0).code, ErrorCode::NotFound);
}

TEST_F(PlannerTest, WhatNotEveryUserMayReadIsMarked) {
    add("mk_base");
    add("mk_one", "mk_base");
    add("mk_two");
    tree_.configure("a.conf", "options mk_one count=1\nalias mk_alias mk_one\n");
    tree_.configure("secret.conf", "options mk_base key=hunter2\noptions mk_alias key=hunter2\n"
                                   "blacklist mk_two\ninstall mk_t[v-x]* /bin/echo hunter2\n");
    tree_.index();
    std::filesystem::permissions(tree_.root() / "modprobe.d/secret.conf",
                                 std::filesystem::perms(0600));
    for (const auto &step : plan({{"mk_one"}}).steps) {
        EXPECT_EQ(configured_text(step).is_public(), step.module != "mk_base") << step.module;
        EXPECT_EQ(configured_text(step).for_everybody(), step.module == "mk_one" ? "count=1" : "");
    }
    EXPECT_EQ(configured_text(plan({{"mk-alias"}}).steps.back()).for_everybody(), "");
    const auto refused = plan({{"mk_two"}}).goals.at(0).obstacles.at(0).message;
    EXPECT_EQ(refused.find("hunter2"), std::string::npos) << refused;
    EXPECT_NE(refused.find("secret.conf"), std::string::npos) << refused;
    LoadRequest anyway{{"mk_two"}};
    anyway.ignore_blacklist = true;
    EXPECT_EQ(configured_text(plan(anyway).steps.at(0)).for_everybody(), "");
}

TEST_F(PlannerTest, WhatIsMarkedIsSoByWhateverNameItIsReached) {
    add("mk_base");
    add("mk_one", "", "pre: mk_alias");
    tree_.configure("a.conf", "alias mk_alias mk_base\noptions mk_base count=1\n");
    tree_.configure("secret.conf", "options mk_alias key=hunter2\noptions mk_far key=hunter3\n"
                                   "install mk_other /bin/echo hunter2\n");
    tree_.index();
    std::filesystem::permissions(tree_.root() / "modprobe.d/secret.conf",
                                 std::filesystem::perms(0600));
    auto steps = plan({{"mk_one"}}).steps;
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(configured_text(steps[0]).text(), "count=1 key=hunter2");
    EXPECT_EQ(configured_text(steps[0]).for_everybody(), "");
    EXPECT_TRUE(configured_text(steps[1]).is_public());
    EXPECT_EQ(configured_text(plan({{"mk_base"}}).steps.at(0)).for_everybody(), "count=1");
    // modprobe.d's lines mean a file by its path, whatever it says that it is called
    const auto copy = tree_.root().write("copies/mk-other.ko", tree_.content("mk_base"));
    steps = plan({{copy}}).steps;
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(configured_text(steps[0]).text(), "/bin/echo hunter2");
    EXPECT_EQ(configured_text(steps[0]).for_everybody(), "");
}

TEST_F(PlannerTest, KnowsWhichModulesARequestIsAbout) {
    add("mk_base");
    add("mk_one", "mk_base");
    tree_.index();
    auto planner = this->planner();
    EXPECT_EQ(planner.modules_of({{"mk_one"}}), (std::set<std::string>{"mk_base", "mk_one"}));
    EXPECT_EQ(planner.modules_of({{"/x/mk-new.ko.xz"}}), std::set<std::string>{"mk_new"});
    sys_.write("sys/module/mk_base/initstate", "live\n");
    // Those that are there already hold up nobody.
    EXPECT_EQ(planner.modules_of({{"mk_one"}}), std::set<std::string>{"mk_one"});
    EXPECT_EQ(planner.modules_of({{"mk-base"}}), std::set<std::string>{"mk_base"});
}

} // namespace
} // namespace mk
