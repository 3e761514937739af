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
