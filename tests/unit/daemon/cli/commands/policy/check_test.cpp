// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy, as far as it needs no driver.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run.hpp"
#include "fixtures/module_tree.hpp"

namespace mk::cli::test {
namespace {

using mk::test::ModuleTree;

class PolicyCommands : public testing::Test {
  protected:
    PolicyCommands() {
        tree_.add("mk_one", {"name=mk_one"});
        tree_.index();
    }
    std::string rules(const std::string &text) { return tree_.root().write("some.rules", text); }
    Ran check(const std::string &text, std::vector<std::string> more = {}) {
        std::vector<std::string> words = {
            "policy",   "check",     rules(text), "--root", tree_.root().path(),
            "--kernel", "6.1.0-test"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }

    ModuleTree tree_;
};

TEST_F(PolicyCommands, GoodRulesAreCounted) {
    const auto ran = check("deny load mk_one reason \"not used\"\ndefault load allow\n");
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "2 rules in 1 file: no errors, no warnings\n");
}

TEST_F(PolicyCommands, EachFindingHasItsPlace) {
    const auto ran = check("deny load mk_one\ndney load x\nallow load alias:none:*\n");
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.out, rules("") + ":2:1: error: unknown statement \"dney\"; did you mean deny?\n"
                                   "2 rules in 1 file: 1 error, no warnings\n");
    const auto warned = check("allow load alias:none:*\n");
    EXPECT_EQ(warned.status, 0);
    EXPECT_NE(
        warned.out.find(":1:12: warning: alias:none:* chooses no module of kernel 6.1.0-test"),
        std::string::npos)
        << warned.out;
}

TEST_F(PolicyCommands, ProgramsGetTheSame) {
    const auto ran = check("deny load\n", {"--json"});
    EXPECT_EQ(ran.status, 1);
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["result"], "invalid");
    EXPECT_EQ(json["findings"][0]["line"], 1);
    EXPECT_EQ(json["findings"][0]["column"], 10);
    EXPECT_EQ(json["findings"][0]["severity"], "fails");
}

TEST_F(PolicyCommands, WhatTheMachineNeedsIsJudged) {
    tree_.root().write("etc/modules-load.d/a.conf", "mk_one\n");
    const auto warned = check("deny load mk_one reason \"CVE\"\n");
    EXPECT_EQ(warned.status, 0) << warned.err;
    EXPECT_NE(warned.out.find(":1: warning: kernel 6.1.0-test could not load mk_one, which this "
                              "machine needs (configured)"),
              std::string::npos)
        << warned.out;
    EXPECT_NE(warned.out.find("; the rule says: CVE\n1 rule in 1 file"), std::string::npos)
        << warned.out;
    tree_.add("mk_net", {"name=mk_net", "alias=pci:net*"});
    tree_.index();
    tree_.root().write("sys/devices/net0/modalias", "pci:net0\n");
    const auto denied = check("allow load mk_one\ndefault load deny\n", {"--json"});
    EXPECT_EQ(denied.status, 4);
    const auto json = nlohmann::json::parse(denied.out);
    ASSERT_EQ(json["denied_needs"].size(), 1U);
    EXPECT_EQ(json["denied_needs"][0]["module"], "mk_net");
    EXPECT_EQ(json["denied_needs"][0]["need"], "device");
    EXPECT_EQ(json["denied_needs"][0]["line"], 2);
    // of a file that a condition asks about
    EXPECT_EQ(check("deny load * if not signed\n").status, 4);
    EXPECT_EQ(check("deny load * if signed\n").status, 0);
}

TEST_F(PolicyCommands, AMissingFileIsAnError) {
    const auto ran = run({"policy", "check", "/nonexistent.rules"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_NE(ran.out.find("/nonexistent.rules: error: No such file or directory"),
              std::string::npos)
        << ran.out;
}

TEST_F(PolicyCommands, WithoutADriverTheySayWhy) {
    for (const auto &words : std::vector<std::vector<std::string>>{
             {"policy", "status"}, {"policy", "list"}, {"policy", "test", "x"}})
        EXPECT_NE(run(words).status, 0) << words[1];
    const auto ran = run({"policy", "mode", "strict"});
    EXPECT_NE(ran.status, 0);
    EXPECT_NE(ran.err.find("\"strict\" is no mode: it is off, audit or enforce"), std::string::npos)
        << ran.err;
    EXPECT_NE(run({"policy", "mode", "door", "audit"})
                  .err.find("\"door\" is no gate: it is load or request"),
              std::string::npos);
    EXPECT_NE(run({"policy", "mode", "load", "x"}).err.find("\"x\" is no mode"), std::string::npos);
}

} // namespace
} // namespace mk::cli::test
