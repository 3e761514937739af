// SPDX-License-Identifier: GPL-2.0-only
// Loads whose call was not seen, as one that had no place: what that says of the probes, and whose
// the records are.
#include "calls_fixture.hpp"
#include "core/limits.hpp"
#include "core/syscalls.hpp"

namespace {

class Unseen : public Calls {
  protected:
    static bool claims_calls() {
        modkeeper_info info;
        mk_core_info(&info);
        return info.features & MODKEEPER_FEATURE_CALLS;
    }
    void refuse_places(Others &others) {
        for (unsigned i = 0; i < mk_core_calls_max(); i++)
            others.add([&] { mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user + room - 4096); },
                       [] { mk_core_call_returned(0); });
    }
};

// The probe has told of it: it is counted once, and nobody has switched the probes off.
TEST_F(Unseen, CallWithoutAPlaceIsNoSilence) {
    mk_core_add_features(MODKEEPER_FEATURE_CALLS);
    fake::set_boottime(1000 + mk::Calls::settling_ns);
    Others others;
    refuse_places(others);
    mk_module module = module_named("dummy"), next = module_named("next");
    EXPECT_FALSE(mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user_text("")));
    load(module);
    EXPECT_EQ(stats().probes_missed, 1u);
    EXPECT_TRUE(claims_calls());
    // Of the next one it has not.
    load(next);
    EXPECT_EQ(stats().probes_missed, 2u);
    EXPECT_FALSE(claims_calls());
}

TEST_F(Unseen, CallThatBeganBeforeTheProbesIsNoSilence) {
    fake::replace_current_task();
    fake::set_boottime(1000);
    mk_core_add_features(MODKEEPER_FEATURE_CALLS);
    mk_module module = module_named("dummy"), next = module_named("next");
    load(module);
    EXPECT_EQ(stats().probes_missed, 0u);
    EXPECT_TRUE(claims_calls());
    fake::set_boottime(1000 + mk::Calls::settling_ns);
    load(next);
    EXPECT_EQ(stats().probes_missed, 1u);
    EXPECT_FALSE(claims_calls());
    begin_load();
    EXPECT_TRUE(claims_calls());
}

TEST_F(Unseen, TaskThatIsYoungerThanTheProbesIsJudgedAtOnce) {
    fake::set_boottime(1);
    mk_core_add_features(MODKEEPER_FEATURE_CALLS);
    fake::replace_current_task();
    mk_module module = module_named("dummy");
    load(module);
    EXPECT_EQ(stats().probes_missed, 1u);
    EXPECT_FALSE(claims_calls());
}

// That of a helper is anybody's all the same, and its beginning and end are told both or neither.
TEST_F(Unseen, LoadsOfHelpersHaveABudget) {
    mk_module early = module_named("early"), wanted = module_named("padlock_aes");
    load(early);
    fake::set_origin({1000, 3, "kworker/u4:1", true});
    constexpr unsigned rounds = 5000;
    for (unsigned round = 0; round < rounds; round++) {
        wanted.state = MODKEEPER_STATE_COMING;
        mk_core_module_coming(&wanted);
        unload(wanted);
    }
    auto records = read_all();
    EXPECT_EQ(records.at(0).name, "early");
    EXPECT_EQ(records.size(), 2 + mk::Limits::of_a_user.burst);
    EXPECT_EQ(of_kind(records, MODKEEPER_RECORD_LOAD_FAILED), mk::Limits::of_a_user.burst / 2);
    EXPECT_EQ(records.back().header.flags, MODKEEPER_RECORD_ANYBODY);
    EXPECT_EQ(records.size() - 2 + stats().suppressed, 2u * rounds);
    load(wanted);
    EXPECT_EQ(only_record().header.kind, MODKEEPER_RECORD_LOAD_LIVE);
    unload(wanted);
    EXPECT_EQ(only_record().header.kind, MODKEEPER_RECORD_UNLOAD);
}

} // namespace
