// SPDX-License-Identifier: GPL-2.0-only
#include "explain/configured_refusal.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "fixtures/module_tree.hpp"

namespace mk {
namespace {

class ConfiguredRefusal : public testing::Test {
  protected:
    ConfiguredRefusal() {
        tree_.add("one", {"license=GPL"});
        tree_.index();
    }
    Diagnoses refusals(const std::string &module) {
        auto catalog = Catalog::create(tree_.places());
        EXPECT_TRUE(catalog);
        return configured_refusals(catalog.value(), module);
    }

    test::ModuleTree tree_;
};

TEST_F(ConfiguredRefusal, NothingKeepsAModuleThatNoLineNames) {
    tree_.configure("x.conf", "blacklist two\noptions one a=1\ninstall one /sbin/modprobe two\n");
    EXPECT_TRUE(refusals("one").empty());
}

TEST_F(ConfiguredRefusal, TheLineIsNamed) {
    tree_.configure("x.conf", "# comment\nblacklist one\ninstall one /bin/false\n");
    const auto found = refusals("one");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].cause, Cause::ReplacedByCommand);
    EXPECT_NE(found[0].reason.find("x.conf:3 puts the command \"/bin/false\""), std::string::npos)
        << found[0].reason;
    EXPECT_EQ(found[1].cause, Cause::Blacklisted);
    EXPECT_NE(found[1].reason.find("x.conf:2 blacklists it"), std::string::npos) << found[1].reason;
    EXPECT_EQ(found[1].subject, "one");
}

} // namespace
} // namespace mk
