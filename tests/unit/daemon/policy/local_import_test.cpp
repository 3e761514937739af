// SPDX-License-Identifier: GPL-2.0-only
// Which lines of modprobe.d become rules, which do not, and why.
#include "policy/local_import.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/text_file.hpp"
#include "fixtures/fake_policy.hpp"
#include "fixtures/module_tree.hpp"
#include "policy/kept_text.hpp"
#include "policy/policy_files.hpp"

namespace mk::policy {
namespace {

using Lines = std::vector<std::string>;

constexpr const char *file = "etc/modkeeper/policy.d/20-imported.rules";

class Importing : public testing::Test {
  protected:
    Importing() {
        tree_.add("rds", {"name=rds", "alias=net-pf-21"});
        tree_.add("loop", {"name=loop"});
        tree_.build_in("built");
        tree_.index();
        tree_.root().write("proc/sys/kernel/osrelease", "6.1.0-test\n");
        for (const auto *folder : {"etc", "run", "var/lib"})
            std::filesystem::create_directories(tree_.root() / folder);
    }

    std::string conf(const std::string &name, const std::string &text) {
        return tree_.root().write("etc/modprobe.d/" + name, text);
    }
    std::string text() const { return read_text(tree_.root() / file).value_or(""); }
    // "NAME ID" each
    static Lines rules(const Import &import) {
        Lines all;
        for (const auto &one : import.rules)
            all.push_back(one.rule.names.front() + " " + one.rule.id);
        return all;
    }
    static Lines left(const Import &import) {
        Lines all;
        for (const auto &one : import.left)
            all.push_back(one.name + ": " + one.why);
        return all;
    }
    Import lines(bool with_blacklists = false) const {
        return import_lines(places_, with_blacklists);
    }
    std::variant<RuleChange, NotChanged> put(const Import &import) {
        auto done = put_import(driver_, places_, import);
        driver_.policy.digest =
            kept_text_of(read_policy(tree_.root().path(), 0).sources).value().digest;
        return done;
    }

    test::ModuleTree tree_;
    ConfigurationPlaces places_{tree_.root().path()};
    test::FakePolicy driver_;
};

TEST_F(Importing, InstallLinesThatLoadNothingBecomeRules) {
    const auto path = conf("cis.conf", "install rds /bin/false\n"
                                       "install snd-dummy /bin/true\n"
                                       "install firewire_* /usr/bin/false\n"
                                       "install loop /sbin/modprobe --ignore-install loop\n"
                                       "install rds /bin/true\n"
                                       "options loop max_loop=1\n");
    const auto import = lines();
    EXPECT_EQ(rules(import), (Lines{"rds import-rds", "snd_dummy import-snd_dummy",
                                    "firewire_* import-firewire__"}));
    EXPECT_TRUE(import.left.empty());
    EXPECT_TRUE(import.blacklists.empty());
    EXPECT_NE(import.text().find("deny load rds id=import-rds reason \"install line of "),
              std::string::npos)
        << import.text();
    EXPECT_TRUE(import.rules.front().rule.reason.ends_with("cis.conf:1"));
    EXPECT_LE(import.rules.front().rule.reason.size(), reason_max);
}

TEST_F(Importing, BlacklistLinesOnlyIfTheyAreWanted) {
    conf("b.conf", "blacklist rds\nblacklist loop\ninstall loop /bin/false\n");
    const auto import = lines();
    EXPECT_EQ(rules(import), Lines{"loop import-loop"});
    ASSERT_EQ(import.blacklists.size(), 1U) << "loop has a rule";
    EXPECT_EQ(import.blacklists.front().name, "rds");
    const auto wanted = lines(true);
    EXPECT_EQ(rules(wanted), (Lines{"loop import-loop", "rds import-rds"}));
    EXPECT_TRUE(wanted.blacklists.empty());
    EXPECT_TRUE(wanted.rules.back().rule.reason.starts_with("blacklist line of "));
}

TEST_F(Importing, WhatARuleCannotSayIsLeft) {
    conf("a.conf", "install loop /bin/logger loop\n");
    conf("b.conf", "install loop /bin/false\n"
                   "install built /bin/false\n"
                   "install net-pf-21 /bin/false\n");
    const auto secret = conf("c.conf", "install secret /bin/false\n");
    ASSERT_EQ(chmod(secret.c_str(), 0600), 0);
    conf("modkeeper.conf", "install rds /bin/false\n");
    const auto import = lines();
    EXPECT_TRUE(import.rules.empty()) << import.text();
    const auto all = left(import);
    ASSERT_EQ(all.size(), 5U) << join(all, "\n");
    EXPECT_TRUE(all[0].starts_with("loop: ") && all[0].ends_with("a.conf:1 comes first, and "
                                                                 "modprobe runs that"))
        << all[0];
    EXPECT_EQ(all[1], "built: built is built into this kernel, and no rule keeps it out");
    EXPECT_EQ(all[2], "net_pf_21: it is an alias, of rds; a rule of loads names modules: "
                      "\"modkeeper policy deny rds\"");
    EXPECT_EQ(all[3], "secret: not every user may read it, and rules are for everybody to read");
    EXPECT_EQ(all[4], "rds: \"modkeeper mask rds\" writes a rule of its own");
}

TEST_F(Importing, TheNextOneReplacesTheFile) {
    conf("a.conf", "install rds /bin/false\n");
    ASSERT_TRUE(std::holds_alternative<RuleChange>(put(lines())));
    EXPECT_EQ(text(), lines().text());
    driver_.policy.is_there = true;
    const auto again = put(lines());
    ASSERT_TRUE(std::holds_alternative<RuleChange>(again));
    EXPECT_EQ(std::get<RuleChange>(again).generation, 0U) << "it is there already";
    conf("a.conf", "install loop /bin/false\n");
    ASSERT_TRUE(std::holds_alternative<RuleChange>(put(lines())));
    EXPECT_EQ(text().find("rds"), std::string::npos);
    conf("a.conf", "");
    ASSERT_TRUE(std::holds_alternative<RuleChange>(put(lines())));
    EXPECT_FALSE(std::filesystem::exists(tree_.root() / file));
}

TEST_F(Importing, WhatAnImportDidNotWriteStays) {
    conf("a.conf", "install rds /bin/false\n");
    const auto import = lines();
    for (const auto &theirs : {std::string("deny load x\n"), import.text() + "deny load x\n",
                               import.text() + "# why\n", import.text() + "x"}) {
        tree_.root().write(file, theirs);
        driver_.policy.is_there = true;
        driver_.policy.digest =
            kept_text_of(read_policy(tree_.root().path(), 0).sources).value().digest;
        const auto done = put_import(driver_, places_, import);
        ASSERT_TRUE(std::holds_alternative<NotChanged>(done)) << theirs;
        EXPECT_EQ(text(), theirs);
    }
}

} // namespace
} // namespace mk::policy
