// SPDX-License-Identifier: GPL-2.0-only
// Calls of many tasks at a time: places for them, tasks that die, and what waits to be told.
#include <atomic>
#include <barrier>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "calls_fixture.hpp"
#include "core/syscalls.hpp"

namespace {

// As many as udev starts at a time, and more: all are seen. Those beyond are counted, and not mixed
// up.
TEST_F(Calls, CallsWithoutAPlaceAreCounted) {
    unsigned places = mk_core_calls_max();
    EXPECT_GE(places, 2 * 1 + 16u);
    Others others;
    for (unsigned i = 0; i < places; i++)
        others.add([&] { mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user + room - 4096); },
                   [] { return_with(-1); });
    EXPECT_FALSE(mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user_text("")));
    EXPECT_EQ(mk_core_call_returned(-1), nullptr);
    EXPECT_EQ(stats().probes_missed, 1u);
    others.end();
    EXPECT_EQ(read_all().size(), places);
    begin_load();
    return_with(-1);
    EXPECT_EQ(read_all().size(), 1u);
}

// A user can have the kernel start helpers and hold them up: what others do is seen all the same.
TEST_F(Calls, HelpersLeaveHalfOfThePlaces) {
    mk_core_add_features(MODKEEPER_FEATURE_CALLS);
    unsigned places = mk_core_calls_max();
    // Those that the kernel waits for have theirs.
    EXPECT_GE(places / 2, 50u);
    Others helpers, others;
    std::atomic<unsigned> seen = 0;
    auto begin = [&] { seen += mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user + room - 4096); };
    fake::set_origin({1000, 3, "kworker/u4:1", true});
    fake::set_command(std::string("modprobe\0-q\0--\0aes\0", 20));
    for (unsigned i = 0; i < places; i++)
        helpers.add(begin, [] { mk_core_call_returned(0); });
    EXPECT_EQ(seen, places / 2);
    EXPECT_EQ(stats().probes_missed, places - seen);
    fake::set_origin({500, 12, "bash", false});
    for (unsigned i = 0; i < places / 2; i++)
        others.add(begin, [] { mk_core_call_returned(0); });
    EXPECT_EQ(seen, places);
    others.end();
    begin_load();
    return_with(-8);
    EXPECT_EQ(only_record().body.error, 8);
    helpers.end();
    // Each that ended has made room for another one.
    fake::set_origin({1000, 3, "kworker/u4:1", true});
    Others again;
    seen = 0;
    for (unsigned i = 0; i < places / 2; i++)
        again.add(begin, [] { mk_core_call_returned(0); });
    EXPECT_EQ(seen, places / 2);
}

TEST_F(Calls, HelpersThatWaitToBeToldLeaveHalfOfThat) {
    Others helpers, others;
    std::atomic<unsigned> deferred = 0;
    auto one = [&](Others &of) {
        auto mine = std::make_shared<mk_task_work *>();
        of.add(
            [=, this, &deferred] {
                mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user + room - 4096);
                *mine = mk_core_call_returned(-8);
                deferred += *mine != nullptr;
            },
            [=] {
                if (*mine)
                    mk_core_call_finish(*mine);
            });
    };
    fake::set_origin({1000, 3, "kworker/u4:1", true});
    for (unsigned i = 0; i < mk::Calls::waiting_max; i++)
        one(helpers);
    EXPECT_EQ(deferred, mk::Calls::waiting_max / 2);
    fake::set_origin({500, 12, "bash", false});
    for (unsigned i = 0; i < mk::Calls::waiting_max; i++)
        one(others);
    EXPECT_EQ(deferred, mk::Calls::waiting_max);
}

// Failed calls whose tasks wait for a processor leave room for others, and none of them is lost.
TEST_F(Calls, CallsThatWaitToBeToldHoldNobodyUp) {
    stop();
    start(131072);
    Others others;
    std::atomic<unsigned> deferred = 0;
    for (unsigned i = 0; i < 2 * mk_core_calls_max(); i++) {
        auto mine = std::make_shared<mk_task_work *>();
        others.add(
            [=, this, &deferred] {
                EXPECT_TRUE(mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user + room - 4096));
                mk_core_call_file(reinterpret_cast<const mk_file *>("/lib/x.ko"));
                *mine = mk_core_call_returned(-8);
                deferred += *mine != nullptr;
            },
            [=] {
                if (*mine)
                    mk_core_call_finish(*mine);
            });
    }
    EXPECT_EQ(deferred, mk::Calls::waiting_max);
    // What had no room to wait was told at once, without the path.
    auto told = read_all();
    EXPECT_EQ(told.size(), 2 * mk_core_calls_max() - deferred);
    EXPECT_EQ(told.at(0).header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(told.at(0).body.error, 8);
    EXPECT_EQ(told.at(0).header.flags, MODKEEPER_RECORD_TRUNCATED);
    begin_load();
    mk_core_call_signature(-126);
    return_with(-126);
    EXPECT_EQ(only_record().body.stage, static_cast<__u32>(MODKEEPER_STAGE_SIGNATURE));
    others.end();
    EXPECT_EQ(read_all().size(), deferred);
    EXPECT_EQ(stats().probes_missed, 0u);
}

// A task that dies in a module's init leaves its call behind; the next task with its memory is
// another one.
TEST_F(Calls, CallOfADeadTaskIsNotTakenForAnothers) {
    fake::set_origin({500, 111, "attacker", false});
    begin_load();
    mk_module evil = module_named("evil");
    evil.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&evil);
    mk_core_call_step(MK_STEP_INIT);
    fake::replace_current_task();
    read_all();
    mk_module good = module_named("good");
    load(good);
    auto uncalled = read_all();
    ASSERT_EQ(uncalled.size(), 2u);
    EXPECT_EQ(uncalled[0].body.parent_pid, 0u);

    fake::set_command(std::string("modprobe\0late\0", 14));
    fake::set_origin({900, 222, "admin", false});
    begin_load();
    mk_module late = module_named("late");
    load(late);
    return_with(0);
    for (const ReadRecord &record : read_all()) {
        EXPECT_EQ(record.text(record.body.command), "modprobe late");
        EXPECT_STREQ(record.body.parent_comm, "admin");
    }
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text("nosuch"));
    return_with(-2);
    EXPECT_EQ(only_record().header.kind, MODKEEPER_RECORD_UNLOAD_REFUSED);
    evil.state = MODKEEPER_STATE_GOING;
    mk_core_module_going(&evil);
}

// None of their places is taken over by another task in the same memory.
TEST_F(Calls, PlacesOfTasksThatDiedTogetherAreFreed) {
    std::barrier all_have_begun(mk_core_calls_max());
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < mk_core_calls_max(); i++)
        threads.emplace_back([&] {
            mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user + room - 4096);
            all_have_begun.arrive_and_wait();
        });
    for (std::thread &thread : threads)
        thread.join();
    begin_load();
    return_with(-1);
    EXPECT_EQ(stats().probes_missed, 0u);
    EXPECT_EQ(only_record().header.kind, MODKEEPER_RECORD_LOAD_FAILED);
}

TEST_F(Calls, PlacesOfDeadTasksAreFreed) {
    for (unsigned i = 0; i < mk_core_calls_max(); i++)
        std::thread([&] {
            mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user + room - 4096);
            mk_core_call_file(reinterpret_cast<const mk_file *>("/lib/x.ko"));
        }).join();
    for (unsigned i = 0; i < mk_core_calls_max() / 2; i++)
        std::thread([&] {
            mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user + room - 4096);
            return_with(-1);
        }).join();
    EXPECT_EQ(stats().probes_missed, 0u);
    EXPECT_EQ(read_all().size(), mk_core_calls_max() / 2);
}

TEST_F(Calls, DroppedCallIsCounted) {
    begin_load();
    mk_core_call_dropped(mk_core_call_returned(-1));
    EXPECT_EQ(stats().probes_missed, 1u);
    EXPECT_TRUE(read_all().empty());
}

} // namespace
