// SPDX-License-Identifier: GPL-2.0-only
#include "explain/configured_refusal.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"

namespace mk {
namespace {

class ConfiguredRefusal : public testing::Test {
  protected:
    ConfiguredRefusal() {
        tree_.add("one", {"license=GPL"});
        tree_.add_linked("top", {"license=GPL", "depends=base"}, {"base"});
        tree_.add_linked("base", {"license=GPL"}, {});
        tree_.index();
    }
    Diagnoses refusals(const std::string &module) {
        auto catalog = Catalog::create(tree_.places());
        EXPECT_TRUE(catalog);
        return configured_refusals(catalog.value(), ModuleName(module));
    }

    test::ModuleTree tree_;
};

TEST_F(ConfiguredRefusal, NothingKeepsAModuleThatNoLineNames) {
    tree_.configure("x.conf", "blacklist two\noptions one a=1\ninstall two /sbin/modprobe three\n");
    EXPECT_TRUE(refusals("one").empty());
}

TEST_F(ConfiguredRefusal, WhatItNeedsIsKeptFromTheKernel) {
    tree_.configure("x.conf", "install base /bin/false\nblacklist base\n");
    const auto found = refusals("top");
    ASSERT_EQ(found.size(), 1U) << "a blacklist does not count for what another module needs";
    EXPECT_EQ(found[0].cause, Cause::ReplacedByCommand);
    EXPECT_NE(found[0].reason.find("it needs module base, and "), std::string::npos)
        << found[0].reason;
    EXPECT_TRUE(refusals("one").empty());
}

TEST_F(ConfiguredRefusal, ACommandMayLoadItOrNot) {
    tree_.configure("x.conf", "install one /sbin/modprobe two\n");
    const auto found = refusals("one");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].cause, Cause::CommandFailed);
    EXPECT_EQ(found[0].certainty, Certainty::Inferred);
}

TEST_F(ConfiguredRefusal, AnAliasThatLeadsNowhereIsNamed) {
    tree_.configure("x.conf", "alias one off\n");
    const auto found = refusals("one");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].cause, Cause::NoSuchModule);
    EXPECT_NE(found[0].reason.find("x.conf:1 makes it an alias of \"off\""), std::string::npos)
        << found[0].reason;
    tree_.configure("x.conf", "alias one base\n");
    EXPECT_TRUE(refusals("one").empty());
}

TEST_F(ConfiguredRefusal, WithoutAnIndexNoToolFindsIt) {
    test::TemporaryFolder empty;
    auto catalog = Catalog::create({empty.path(), {empty.path()}});
    const auto found = obstacles_of(catalog, "one"_module);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.front().cause, Cause::NoIndex);
    auto whole = Catalog::create(tree_.places());
    for (const auto &one : obstacles_of(whole, "one"_module))
        EXPECT_NE(one.cause, Cause::NoIndex);
}

TEST_F(ConfiguredRefusal, TheLineIsNamed) {
    tree_.configure("x.conf", "# comment\nblacklist one\ninstall one /bin/false\n");
    const auto found = refusals("one");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].cause, Cause::ReplacedByCommand);
    // either alone would leave the other in the way
    for (const auto &one : found)
        EXPECT_EQ(one.remedies.front(),
                  "remove that line, or modkeeper load --ignore-install --ignore-blacklist one");
    EXPECT_NE(found[0].reason.find("x.conf:3 puts the command \"/bin/false\""), std::string::npos)
        << found[0].reason;
    EXPECT_EQ(found[1].cause, Cause::Blacklisted);
    EXPECT_NE(found[1].reason.find("x.conf:2 blacklists it"), std::string::npos) << found[1].reason;
    EXPECT_EQ(found[1].subject, "one");
}

TEST(MissingHelper, IsOneThatTheKernelCannotRun) {
    test::TemporaryFolder root;
    EXPECT_FALSE(missing_helper(root.path())) << "this kernel asks for nothing";
    root.write("proc/sys/kernel/modprobe", "\n");
    ASSERT_TRUE(missing_helper(root.path()));
    root.write("proc/sys/kernel/modprobe", "/sbin/modprobe\n");
    const auto missing = missing_helper(root.path());
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->cause, Cause::NoHelper);
    EXPECT_NE(missing->reason.find("/sbin/modprobe"), std::string::npos);
    chmod(root.write("sbin/modprobe", "").c_str(), 0755);
    EXPECT_FALSE(missing_helper(root.path()));
}

} // namespace
} // namespace mk
