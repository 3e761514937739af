// SPDX-License-Identifier: GPL-2.0-only
#include "policy/ready_policy.hpp"

#include <gtest/gtest.h>
#include <linux/modkeeper.h>

#include <cstring>

#include "fixtures/module_tree.hpp"
#include "policy/digest.hpp"

namespace mk::policy {
namespace {

class Ready : public testing::Test {
  protected:
    Ready() {
        tree_.add("mk_one", {"name=mk_one"});
        tree_.index();
    }
    Result<ReadyPolicy> ready(const std::string &text) {
        tree_.root().write("etc/modkeeper/policy.d/a.rules", text);
        return make_ready(read_policy(tree_.root().path(), 0), {tree_.root().path(), "6.1.0-test"});
    }

    test::ModuleTree tree_;
};

TEST_F(Ready, TheBlockSaysWhatItWasMadeOf) {
    const auto made = ready("deny load mk_one\nmode load audit\n");
    ASSERT_TRUE(made);
    const auto &policy = made.value();
    EXPECT_EQ(policy.load_mode, Mode::Audit);
    EXPECT_EQ(policy.request_mode, Mode::Enforce);
    ASSERT_GE(policy.block.size(), sizeof(modkeeper_policy));
    modkeeper_policy header{};
    std::memcpy(&header, policy.block.data(), sizeof header);
    EXPECT_STREQ(header.kernel, "6.1.0-test");
    const auto digest = bytes_of_digest(policy.text.digest);
    EXPECT_EQ(std::memcmp(header.digest, digest.data(), digest.size()), 0);
}

TEST_F(Ready, RulesWithErrorsAreNotCompiled) {
    const auto made = ready("dney load mk_one\n");
    ASSERT_TRUE(made);
    EXPECT_TRUE(has_errors(made.value().rules.findings));
    EXPECT_TRUE(made.value().block.empty());
}

TEST_F(Ready, WithoutRulesThereIsATextAndNoBlock) {
    const auto made = ready("# nothing yet\n");
    ASSERT_TRUE(made);
    EXPECT_TRUE(made.value().is_empty());
    EXPECT_TRUE(made.value().block.empty());
    EXPECT_EQ(files_in(made.value().text.bytes).value().files[0].text, "# nothing yet\n");
}

} // namespace
} // namespace mk::policy
