// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy compile, on a machine of its own.
#include <gtest/gtest.h>

#include "base/text_file.hpp"
#include "cli/run.hpp"
#include "fixtures/module_tree.hpp"

namespace mk::cli::test {
namespace {

class PolicyCompile : public testing::Test {
  protected:
    PolicyCompile() {
        tree_.add("mk_one", {"name=mk_one"});
        tree_.add("mk_two", {"name=mk_two"});
        tree_.index();
        image_.write("usr/lib/modules/6.1.0-test/mk_one.ko", "x");
    }
    void rules(const std::string &text) {
        tree_.root().write("etc/modkeeper/policy.d/a.rules", text);
    }
    Ran compile(std::vector<std::string> more = {}) {
        std::vector<std::string> words = {"policy",  "compile",           "--output", output(),
                                          "--root",  tree_.root().path(), "--kernel", "6.1.0-test",
                                          "--image", image_.path()};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }
    std::string output() const { return image_ / "policy.bin"; }
    bool is_written() const { return read_text(output()).has_value(); }

    mk::test::ModuleTree tree_;
    mk::test::TemporaryFolder image_;
};

TEST_F(PolicyCompile, WritesTheFile) {
    rules("deny load mk_two\n");
    const auto ran = compile();
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "compiled 1 rule for kernel 6.1.0-test; loads: enforce\n");
    const auto file = read_text(output());
    ASSERT_TRUE(file);
    EXPECT_NE(file->find("6.1.0-test"), std::string::npos);
    EXPECT_NE(file->find("mk_two"), std::string::npos);
}

TEST_F(PolicyCompile, WhatWouldDenyAModuleOfTheImageIsNotWritten) {
    rules("deny load mk_one mk_two\n");
    const auto ran = compile();
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_NE(
        ran.err.find("the rules would deny 1 module of " + image_.path() + ": mk_one (a.rules:1)"),
        std::string::npos)
        << ran.err;
    EXPECT_FALSE(is_written());
}

TEST_F(PolicyCompile, InitramfsIsTheImage) {
    rules("allow load @initramfs\ndefault load deny\n");
    const auto ran = compile();
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(is_written());
}

TEST_F(PolicyCompile, WithoutGoodRulesNothingIsWritten) {
    EXPECT_EQ(compile().status, 7);
    rules("dney load mk_two\n");
    EXPECT_EQ(compile().status, 1);
    rules("deny load mk_two\n");
    EXPECT_NE(run({"policy", "compile", "--output", image_ / "no/folder", "--root",
                   tree_.root().path(), "--kernel", "6.1.0-test"})
                  .status,
              0);
    EXPECT_FALSE(is_written());
}

TEST_F(PolicyCompile, ATreeWithoutModulesIsNoImage) {
    rules("deny load mk_two\n");
    EXPECT_NE(run({"policy", "compile", "--output", output(), "--root", tree_.root().path(),
                   "--kernel", "6.1.0-test", "--image", tree_.root().path() + "/etc"})
                  .status,
              0);
    EXPECT_FALSE(is_written());
}

} // namespace
} // namespace mk::cli::test
