// SPDX-License-Identifier: GPL-2.0-only
#include "policy/policy_files.hpp"

#include <gtest/gtest.h>

#include "fixtures/temporary_folder.hpp"

namespace mk::policy {
namespace {

TEST(PolicyFiles, AreReadInTheOrderOfTheirNamesWhereverTheyStand) {
    test::TemporaryFolder root;
    root.write("etc/modkeeper/policy.d/50-b.rules", "deny load b\n");
    root.write("usr/lib/modkeeper/policy.d/10-a.rules", "deny load a\n");
    root.write("usr/lib/modkeeper/policy.d/50-b.rules", "deny load hidden\n");
    root.write("run/modkeeper/policy.d/90-c.rules", "default load deny\n");
    root.write("etc/modkeeper/policy.d/20.conf", "no rules\n");
    const auto found = read_policy(root.path(), 0);
    EXPECT_TRUE(found.findings.empty());
    ASSERT_EQ(found.policy.rules.size(), 3U);
    EXPECT_EQ(found.policy.rules[0].name(), "10-a.rules:1");
    EXPECT_EQ(found.policy.rules[1].what[0].text, "b");
    EXPECT_TRUE(found.policy.rules[2].is_default);
    ASSERT_EQ(found.files.size(), 3U);
    EXPECT_TRUE(found.files[1].ends_with("/etc/modkeeper/policy.d/50-b.rules"));
}

TEST(PolicyFiles, NoneIsAnEmptyPolicy) {
    test::TemporaryFolder root;
    const auto found = read_policy(root.path(), 0);
    EXPECT_TRUE(found.findings.empty());
    EXPECT_TRUE(found.policy.rules.empty());
}

TEST(PolicyFiles, SetsReachOverFilesAndFindingsAreInOrder) {
    test::TemporaryFolder root;
    root.write("a.rules", "deny load @usb\ndeny load uas\nwarm load x\n");
    root.write("b.rules", "set @usb = uas\ndefault load deny\ndefault load warn\n");
    const auto found = read_policy_files({root / "a.rules", root / "b.rules", root / "none"}, 0);
    ASSERT_EQ(found.findings.size(), 4U);
    EXPECT_EQ(found.findings[0].text().substr(root.path().size() + 1),
              "a.rules:2:11: warning: this has no effect: a.rules:1 decides it before");
    EXPECT_EQ(found.findings[1].place.line, 3U);
    EXPECT_EQ(found.findings[2].place.line, 3U);
    EXPECT_NE(found.findings[3].text().find("none"), std::string::npos);
    EXPECT_NE(found.findings[3].text().find("No such file"), std::string::npos);
}

} // namespace
} // namespace mk::policy
