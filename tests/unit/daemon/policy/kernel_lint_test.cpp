// SPDX-License-Identifier: GPL-2.0-only
#include "policy/kernel_lint.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_tree.hpp"
#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

class KernelLintTest : public testing::Test {
  protected:
    KernelLintTest() {
        tree_.root().write("proc/sys/kernel/osrelease", "6.1.0-test\n");
        tree_.add("mk_one", {"name=mk_one"});
        tree_.build_in("mk_inside");
        tree_.index();
    }
    std::vector<std::string> said(const char *text) {
        Policy policy;
        Findings findings;
        parse_rules(text, "f", policy, findings);
        lint_for_kernel(policy, {tree_.root().path()}, findings);
        std::vector<std::string> said;
        for (const auto &finding : findings)
            said.push_back(finding.text());
        return said;
    }

    test::ModuleTree tree_;
};

using Said = std::vector<std::string>;

TEST_F(KernelLintTest, NamesThatTheKernelHasAreGood) {
    EXPECT_EQ(said("deny load mk-one mk_* @devices\nallow request net-pf-1\ndefault load deny\n"),
              Said());
}

TEST_F(KernelLintTest, NamesThatItDoesNotHaveAreSaid) {
    EXPECT_EQ(
        said("deny load mk_onne\n"),
        Said{"f:1:11: warning: kernel 6.1.0-test has no module mk_onne; did you mean mk_one?"});
    EXPECT_EQ(said("deny load mk_* except quite_else\n"),
              Said{"f:1:23: warning: kernel 6.1.0-test has no module quite_else"});
}

TEST_F(KernelLintTest, WhatIsBuiltInIsOutOfReach) {
    EXPECT_EQ(
        said("deny load mk_inside\n"),
        Said{"f:1:11: warning: mk_inside is built into kernel 6.1.0-test: no rule reaches it"});
}

TEST_F(KernelLintTest, WhatIsLoadedStays) {
    tree_.root().write("sys/module/mk_one/initstate", "live\n");
    EXPECT_EQ(said("deny load mk_one\n"),
              Said{"f:1:11: warning: mk_one is loaded, and stays so; to "
                   "be rid of it: modkeeper unload mk_one"});
    EXPECT_EQ(said("allow load mk_one\n"), Said());
    EXPECT_EQ(said("deny load mk_one if by container\n"), Said());
}

} // namespace
} // namespace mk::policy
