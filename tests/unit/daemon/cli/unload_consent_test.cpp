// SPDX-License-Identifier: GPL-2.0-only
#include "cli/unload_consent.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk::cli {
namespace {

UnloadPreview preview_of(std::vector<LossFact> facts) {
    return {{names({"top", "e1000"}), {}, true},
            {{"e1000", LossKind::Interface, "eth0", std::move(facts)}}};
}

// The tests have no terminal.
std::optional<Failure> refused(const UnloadPreview &preview, bool is_given) {
    const Invocation invocation;
    return without_consent(invocation, {"unload", {"e1000"}, "--with-dependents ", is_given},
                           preview);
}

TEST(UnloadConsent, IsNotNeededForWhatNobodyUses) {
    EXPECT_FALSE(refused(preview_of({}), false));
    EXPECT_FALSE(refused(preview_of({{LossUse::Address, "192.0.2.1/24"}}), false));
}

TEST(UnloadConsent, IsGivenByAnOptionWhereNobodyCanBeAsked) {
    const auto preview = preview_of({{LossUse::Up, ""}, {LossUse::DefaultRoute, ""}});
    EXPECT_FALSE(refused(preview, true));
    const auto failure = refused(preview, false);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->error.message,
              "nothing was unloaded, because what is in use would go away: network interface eth0 "
              "(is up and carries the default route); --yes says that it may");
    EXPECT_EQ(failure->error.code, ErrorCode::InUse);
    EXPECT_EQ(failure->error.facts.cause, Cause::TakesAway);
    EXPECT_EQ(failure->hint, "modkeeper unload --yes --with-dependents e1000");
}

TEST(UnloadConsent, LossesAreThoseOfTheModulesThatWent) {
    const auto preview = preview_of({});
    EXPECT_EQ(losses_with(preview, names({"top"})).size(), 0U);
    EXPECT_EQ(losses_with(preview, names({"top", "e1000"})).size(), 1U);
}

} // namespace
} // namespace mk::cli
