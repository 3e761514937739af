// SPDX-License-Identifier: GPL-2.0-only
// What deny, allow and revoke take, refuse and tell.
#include "policy/local_deny.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/text_file.hpp"
#include "fixtures/fake_policy.hpp"
#include "fixtures/module_tree.hpp"
#include "policy/kept_text.hpp"
#include "policy/policy_files.hpp"

namespace mk::policy {
namespace {

using Lines = std::vector<std::string>;

class Denying : public testing::Test {
  protected:
    Denying() {
        tree_.add_linked("base", {"name=base"}, {});
        tree_.add_linked("user", {"name=user", "depends=base"}, {"base"});
        tree_.build_in("built");
        tree_.index();
        tree_.root().write("proc/sys/kernel/osrelease", "6.1.0-test\n");
        for (const auto *folder : {"etc", "run", "var/lib"})
            std::filesystem::create_directories(tree_.root() / folder);
        driver_.reply = {driver::PolicyMode::Enforce, driver::PolicyVerdict::Denied, "deny", "x"};
    }

    std::string text() const {
        return read_text(tree_.root() / "etc/modkeeper/policy.d/30-local.rules").value_or("");
    }
    void apply() {
        driver_.policy.is_there = true;
        driver_.policy.digest =
            kept_text_of(read_policy(tree_.root().path(), 0).sources).value().digest;
    }
    static NewRule rule(std::vector<std::string> names, Verdict verdict = Verdict::Deny) {
        const auto made = new_rule({std::move(names), "why", {}}, verdict);
        EXPECT_TRUE(made) << made.error().message;
        return made ? made.value() : NewRule{};
    }
    std::variant<PutRule, NotChanged> put(const NewRule &rule) {
        auto done = put_rule(driver_, places_, rule);
        apply();
        return done;
    }

    test::ModuleTree tree_;
    ConfigurationPlaces places_{tree_.root().path()};
    test::FakePolicy driver_;
};

TEST_F(Denying, NamesAreInTheKernelsSpellingEachOnce) {
    EXPECT_EQ(rule({"snd-dummy", "snd_dummy", "usb_*"}).names, (Lines{"snd_dummy", "usb_*"}));
}

TEST_F(Denying, WhatCannotStandInARuleIsRefused) {
    const std::string long_one(reason_max + 1, 'x');
    const std::vector<RuleWish> wrong = {
        {{}, "why", {}},
        {{"a"}, "", {}},
        {{"a"}, long_one, {}},
        {{"a"}, "one\nallow load *", {}},
        {{"a"}, "\x1b[31m", {}},
        {{"a", ""}, "why", {}},
        {{"a b"}, "why", {}},
        {{"../a"}, "why", {}},
        {{"a\nallow"}, "why", {}},
        {{"a#b"}, "why", {}},
        {{"@devices"}, "why", {}},
        {{"file:x"}, "why", {}},
        {{"a\"b"}, "why", {}},
        {{"if"}, "why", {}},
        {{"except"}, "why", {}},
        {{std::string(56, 'a')}, "why", {}},
        {{"a"}, "why", "tomorrow"},
        {{"a"}, "why", "2099-02-30"},
        {{"a"}, "why", "2099-12-31 alone"},
        {{"a"}, "why", "2099-12-31\nallow load *"},
    };
    for (const auto &wish : wrong) {
        const auto made = new_rule(wish, Verdict::Deny);
        ASSERT_FALSE(made) << (wish.names.empty() ? "" : wish.names.front()) << wish.until;
        EXPECT_EQ(made.error().code, ErrorCode::InvalidArgument) << made.error().message;
    }
    EXPECT_TRUE(new_rule({{"a"}, "a \"quoted\" \\ # reason", "2099-12-31"}, Verdict::Deny));
    EXPECT_TRUE(new_rule({{"a"}, std::string(reason_max, 'x'), {}}, Verdict::Deny));
}

TEST_F(Denying, ARuleIsToldWithWhatItMeans) {
    const auto done = put(rule({"base"}));
    ASSERT_TRUE(std::holds_alternative<PutRule>(done));
    const auto &[change, sentences] = std::get<PutRule>(done);
    EXPECT_EQ(change.changed.id, "deny-base");
    EXPECT_EQ(change.generation, 1U);
    EXPECT_EQ(sentences, Lines{"base is needed by user, which cannot be loaded without it"});
    EXPECT_NE(text().find("deny load base id=deny-base reason \"why\"\n"), std::string::npos);
}

TEST_F(Denying, WhatIsBuiltInStays) {
    const auto done = put(rule({"base", "built"}));
    ASSERT_TRUE(std::holds_alternative<NotChanged>(done));
    EXPECT_EQ(std::get<NotChanged>(done).error.code, ErrorCode::BuiltIn);
    EXPECT_EQ(text(), "");
    EXPECT_TRUE(driver_.installed_ones.empty());
    EXPECT_TRUE(std::holds_alternative<PutRule>(put(rule({"built"}, Verdict::Allow))));
}

TEST_F(Denying, WhatAnotherRuleDecidesIsNotAsAsked) {
    EXPECT_TRUE(standing_of(driver_, rule({"base"})).is_as_asked);
    driver_.reply = {driver::PolicyMode::Enforce, driver::PolicyVerdict::Allowed, "allow", "site",
                     "we need it"};
    const auto standing = standing_of(driver_, rule({"base"}));
    EXPECT_FALSE(standing.is_as_asked);
    EXPECT_EQ(standing.sentences,
              Lines{"base is not denied by it: site decides before: we need it"});
    EXPECT_TRUE(standing_of(driver_, rule({"base"}, Verdict::Allow)).is_as_asked);
    driver_.reply.mode = driver::PolicyMode::Audit;
    const auto audit = standing_of(driver_, rule({"base", "user"}));
    EXPECT_TRUE(audit.is_as_asked);
    ASSERT_EQ(audit.sentences.size(), 1U);
    EXPECT_TRUE(audit.sentences.front().starts_with("nothing is refused yet: the mode of loads is "
                                                    "audit"));
}

TEST_F(Denying, AllIsRevokedOrNothing) {
    put(rule({"base"}));
    put(rule({"user"}));
    const auto before = text();
    const auto none = take_rules(driver_, places_, {"base", "other"});
    ASSERT_TRUE(std::holds_alternative<NotChanged>(none));
    EXPECT_EQ(std::get<NotChanged>(none).error.code, ErrorCode::NotFound);
    EXPECT_EQ(text(), before);
    const auto both = take_rules(driver_, places_, {"user", "deny-base"});
    ASSERT_TRUE(std::holds_alternative<RuleChange>(both));
    EXPECT_EQ(std::get<RuleChange>(both).changed.taken, (Lines{"deny-base", "user"}));
    EXPECT_EQ(text(), "");
}

} // namespace
} // namespace mk::policy
