// SPDX-License-Identifier: GPL-2.0-only
// What is wrong with a request before anybody is asked, and what is left to the job.
#include "fixtures/module_names.hpp"
#include "job/request_check.hpp"

#include <filesystem>

#include "job/planner_fixture.hpp"

namespace mk {
namespace {

namespace fs = std::filesystem;

class RequestCheck : public PlannerTest {
  protected:
    RequestCheck() {
        add("alpha", "beta");
        add("beta");
        tree_.index();
        // as /lib/modules is
        fs::permissions(tree_.root().path(), fs::perms(0755));
    }
    std::optional<Error> fault(const LoadRequest &request, ToldTo told = ToldTo::Everybody) {
        auto planner = this->planner();
        return fault_in(planner, request, told);
    }
    ErrorCode code(const LoadRequest &request, ToldTo told = ToldTo::Everybody) {
        const auto found = fault(request, told);
        return found ? found->code : ErrorCode::Failed; // Failed: none
    }
};

TEST_F(RequestCheck, NamesAndParametersThatAreRightPass) {
    for (const auto &request : {LoadRequest{{"alpha"}}, LoadRequest{{"alpha"}, {"count=3"}},
                                LoadRequest{{"alpha", "beta"}}})
        EXPECT_FALSE(fault(request));
}

TEST_F(RequestCheck, AParameterIsHeldAgainstTheFile) {
    EXPECT_EQ(code({{"alpha"}, {"count=abc"}}), ErrorCode::BadParameter);
    const auto unknown = fault({{"alpha"}, {"cound=1"}});
    ASSERT_TRUE(unknown);
    EXPECT_EQ(unknown->code, ErrorCode::UnknownParameter);
    EXPECT_EQ(unknown->message,
              "module alpha has no parameter \"cound\"; did you mean count?; it knows count");
    EXPECT_EQ(unknown->facts.module, "alpha");
}

TEST_F(RequestCheck, NamesThatLeadNowhereAreTold) {
    const auto one = fault({{"alpah"}});
    ASSERT_TRUE(one);
    EXPECT_EQ(one->code, ErrorCode::NotFound);
    EXPECT_NE(one->message.find("did you mean alpha?"), std::string::npos) << one->message;
    const auto several = fault({{"alpha", "nothing", "nowhere"}});
    ASSERT_TRUE(several);
    EXPECT_TRUE(several->message.ends_with("; 1 more failed")) << several->message;
    EXPECT_EQ(several->facts.module, "");
}

TEST_F(RequestCheck, WhatCanBeLoadedIsLoadedWhereThatIsWanted) {
    LoadRequest request{{"alpha", "nothing"}};
    request.keep_going = true;
    EXPECT_FALSE(fault(request));
    request.targets = {"nothing"};
    EXPECT_TRUE(fault(request));
    request.targets = {"alpha"};
    request.parameters = {"count=abc"};
    EXPECT_FALSE(fault(request));
}

// The job says something else first, or what is meant is not a parameter of the file.
TEST_F(RequestCheck, OtherReasonsAreLeftToTheJob) {
    tree_.configure("a.conf", "blacklist alpha\ninstall beta /bin/true\n");
    EXPECT_FALSE(fault({{"alpha"}, {"count=abc"}}));
    EXPECT_FALSE(fault({{"beta"}, {"count=abc"}}));
    LoadRequest ignores{{"alpha"}, {"count=abc"}};
    ignores.ignore_blacklist = true;
    EXPECT_EQ(code(ignores), ErrorCode::BadParameter);
    ignores = {{"beta"}, {"count=abc"}};
    ignores.ignore_install = true;
    EXPECT_EQ(code(ignores), ErrorCode::BadParameter);
    sys_.write("sys/module/alpha/initstate", "live\n");
    EXPECT_FALSE(fault({{"alpha"}, {"count=abc"}}));
}

TEST_F(RequestCheck, LinesThatNotEverybodyMayReadDecideNothing) {
    tree_.configure("secret.conf", "alias hidden alpha\n");
    fs::permissions(tree_.root() / "modprobe.d/secret.conf", fs::perms(0600));
    for (const auto &request : {LoadRequest{{"nothing"}}, LoadRequest{{"hidden"}, {"count=abc"}},
                                LoadRequest{{"alpha"}, {"count=abc"}}}) {
        EXPECT_FALSE(fault(request));
        EXPECT_EQ(fault(request, ToldTo::Caller).has_value(), true);
    }
    tree_.configure("secret.conf", "options alpha count=7\n");
    EXPECT_TRUE(fault({{"nothing"}}));
}

TEST_F(RequestCheck, FilesThatNotEverybodyMayReadAreNotOpened) {
    const auto path = tree_.places().module_dir + "/kernel/alpha.ko";
    EXPECT_FALSE(fault({{path}, {"count=abc"}}));
    EXPECT_FALSE(fault({{"/no/such/file.ko"}}));
    EXPECT_EQ(code({{path}, {"count=abc"}}, ToldTo::Caller), ErrorCode::BadParameter);
    EXPECT_EQ(code({{"/no/such/file.ko"}}, ToldTo::Caller), ErrorCode::NotFound);
    fs::permissions(path, fs::perms(0600));
    EXPECT_FALSE(fault({{"alpha"}, {"count=abc"}}));
}

// Whatever is named, it may be there for who can read the index.
TEST_F(RequestCheck, WithoutAnIndexNoNameIsWrong) {
    fs::remove(tree_.places().module_dir + "/modules.dep.bin");
    EXPECT_FALSE(fault({{"nothing"}}, ToldTo::Caller));
}

TEST_F(RequestCheck, AReloadIsCheckedThoughItIsLoaded) {
    sys_.write("sys/module/alpha/initstate", "live\n");
    ReloadRequest reload;
    reload.name = "alpha"_module;
    reload.parameters = {"count=abc"};
    EXPECT_EQ(code(*load_of(reload)), ErrorCode::BadParameter);
    EXPECT_FALSE(load_of(UnloadRequest{{"alpha"_module}}));
}

} // namespace
} // namespace mk
