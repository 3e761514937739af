// SPDX-License-Identifier: GPL-2.0-only
// What tasks that may not load modules can do to the record: little, and it is counted.
#include <map>

#include "core/limits.hpp"
#include "driver_fixture.hpp"

namespace {

class Limits : public DriverTest {
  protected:
    static constexpr __u64 second = 1000000000;
    static constexpr unsigned burst = mk::Limits::of_a_user.burst;

    void SetUp() override {
        DriverTest::SetUp();
        start();
        fake::set_trusted(false);
        fake::set_boottime(second);
        fake::set_command(std::string("rmmod\0x\0", 8));
        mk_case_user_write(text(), "dummy", 6);
    }

    mk_user text() const { return user + room - 4096; }
    // A call of a task that may not; the probe does not see it return.
    void call(mk_call_kind kind) { EXPECT_FALSE(mk_core_call_began(kind, 0, text())); }
    void calls(int count, mk_call_kind kind = MK_CALL_DELETE_MODULE) {
        while (count--)
            call(kind);
    }
    // By uid and kind.
    static std::map<std::pair<__u32, __u32>, __u64>
    suppressed(const std::vector<ReadRecord> &records) {
        std::map<std::pair<__u32, __u32>, __u64> all;
        for (const ReadRecord &record : records) {
            if (record.header.kind != MODKEEPER_RECORD_SUPPRESSED)
                continue;
            const auto &body = record.as<modkeeper_record_suppressed>();
            all[{body.uid, body.kind}] += body.count;
        }
        return all;
    }
};

TEST_F(Limits, RefusedCallIsTold) {
    fake::set_origin({500, 12, "bash", false});
    call(MK_CALL_DELETE_MODULE);
    call(MK_CALL_FINIT_MODULE);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    const auto &refusal = records[0].as<modkeeper_record_refusal>();
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_UNLOAD_REFUSED);
    EXPECT_EQ(records[0].header.flags, MODKEEPER_RECORD_ANYBODY);
    EXPECT_EQ(records[0].text(refusal.module), "dummy");
    EXPECT_EQ(records[0].text(refusal.command), "rmmod x");
    EXPECT_EQ(refusal.error, 1);
    EXPECT_EQ(refusal.reason, static_cast<__u32>(MODKEEPER_REFUSAL_PERMISSION));
    EXPECT_EQ(records[1].header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(records[1].header.flags, MODKEEPER_RECORD_ANYBODY);
    EXPECT_EQ(records[1].body.error, 1);
    EXPECT_EQ(records[1].body.stage, static_cast<__u32>(MODKEEPER_STAGE_PERMISSION));
    EXPECT_EQ(records[1].body.parent_pid, 12u);
    EXPECT_EQ(records[1].args, "dummy");
}

// What nobody may do leaves no trace on the module that it names.
TEST_F(Limits, RefusedCallChangesNoModule) {
    mk_module module = module_named("dummy");
    load(module);
    auto before = query("dummy").image.last_sequence;
    auto generation = stats().generation;
    calls(10);
    EXPECT_EQ(query("dummy").image.last_sequence, before);
    EXPECT_EQ(query("dummy").image.last_kind, static_cast<__u32>(MODKEEPER_RECORD_LOAD_LIVE));
    EXPECT_EQ(stats().generation, generation);
}

// However long it goes on, nothing of who may is lost, and what is left out is counted.
TEST_F(Limits, FloodErasesNothing) {
    fake::set_trusted(true);
    mk_module early = module_named("early"), late = module_named("late");
    load(early);
    fake::set_trusted(false);
    for (__u64 at = 1; at <= 3600; at++) {
        fake::set_boottime(at * second);
        calls(200);
        mk_core_later();
    }
    load(late);
    auto records = read_all();
    std::string names;
    for (const ReadRecord &record : records) {
        if (record.header.kind == MODKEEPER_RECORD_LOAD_LIVE)
            names += record.name + " ";
        if (record.header.kind == MODKEEPER_RECORD_LOST) {
            EXPECT_EQ(record.header.flags, MODKEEPER_RECORD_ANYBODY);
        }
    }
    EXPECT_EQ(names, "early late ");
    EXPECT_EQ(stats().overwritten, stats().anybody_overwritten);
    EXPECT_EQ(stats().anybody_produced + 4, stats().produced);
    // A hundred, and ten a second.
    EXPECT_EQ(stats().suppressed, 3600u * 200 - (100 + 3599u * 10));
}

TEST_F(Limits, WhatIsLeftOutReadsNoClock) {
    calls(burst);
    int before = fake::clock_readings();
    calls(1000);
    EXPECT_EQ(fake::clock_readings(), before);
    EXPECT_EQ(stats().suppressed, 1000u);
}

TEST_F(Limits, WhatIsLeftOutIsToldASecondLater) {
    calls(burst + 7);
    calls(3, MK_CALL_FINIT_MODULE);
    EXPECT_EQ(read_all().size(), burst);
    EXPECT_EQ(fake::asked_later(), 1);
    mk_core_later();
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(suppressed(records), (std::map<std::pair<__u32, __u32>, __u64>{
                                       {{1000, MODKEEPER_RECORD_UNLOAD_REFUSED}, 7},
                                       {{1000, MODKEEPER_RECORD_LOAD_FAILED}, 3}}));
    for (const ReadRecord &record : records) {
        EXPECT_EQ(record.header.flags, MODKEEPER_RECORD_ANYBODY);
        EXPECT_EQ(record.header.uid, 1000u);
        EXPECT_EQ(record.header.pid + record.header.tgid, 0u);
        EXPECT_EQ(record.as<modkeeper_record_suppressed>().since_boottime_ns, second);
    }
    mk_core_later();
    EXPECT_TRUE(read_all().empty());
    EXPECT_EQ(stats().suppressed, 10u);
    // The next second has its own.
    fake::set_boottime(2 * second);
    calls(12);
    EXPECT_EQ(read_all().size(), 10u);
    EXPECT_EQ(fake::asked_later(), 2);
    mk_core_later();
    records = read_all();
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].as<modkeeper_record_suppressed>().count, 2u);
    EXPECT_EQ(records[0].as<modkeeper_record_suppressed>().since_boottime_ns, 2 * second);
}

TEST_F(Limits, UsersHaveBudgetsOfTheirOwn) {
    calls(2 * burst);
    read_all();
    fake::set_uid(1001);
    calls(2 * burst);
    EXPECT_EQ(read_all().size(), burst);
    mk_core_later();
    EXPECT_EQ(suppressed(read_all()).size(), 2u);
}

// However many users there are, what one of them did a second ago is there.
TEST_F(Limits, AllUsersOverwriteLittleInASecond) {
    fake::set_command(std::string(300, 'c'));
    mk_case_user_write(text(), std::string(200, 'a').c_str(), 201);
    fake::set_uid(1);
    calls(burst, MK_CALL_FINIT_MODULE);
    auto first = stats().produced;
    for (__u32 uid = 2; uid < 60; uid++) {
        fake::set_uid(uid);
        calls(2 * burst, MK_CALL_FINIT_MODULE);
    }
    for (__u64 at = 0; at < 100; at++) {
        fake::set_boottime(second + at * second / 100);
        fake::set_uid(2 + at % 58);
        calls(burst, MK_CALL_FINIT_MODULE);
    }
    mk_core_later();
    EXPECT_EQ(first, burst);
    EXPECT_GT(stats().produced, mk::Limits::of_all.burst + 40);
    EXPECT_EQ(stats().anybody_overwritten, 0u);
}

// A user with subordinate ones is one user.
TEST_F(Limits, WhoAnswersForATaskPays) {
    fake::set_owner(1000);
    for (__u32 uid = 100000; uid < 100064; uid++) {
        fake::set_uid(uid);
        calls(burst);
    }
    EXPECT_EQ(stats().produced, burst);
    fake::set_owner(1234);
    calls(burst);
    EXPECT_EQ(stats().produced, 2 * burst);
    mk_core_later();
    EXPECT_EQ(suppressed(read_all()), (std::map<std::pair<__u32, __u32>, __u64>{
                                          {{1000, MODKEEPER_RECORD_UNLOAD_REFUSED}, 63u * burst}}));
}

// References are taken where no task is, and by threads of the kernel.
TEST_F(Limits, ThreadsOfTheKernelShareABudget) {
    mk_module module = module_named("loop");
    fake::set_trusted(true);
    fake::set_kernel_thread(true);
    for (unsigned i = 0; i < 3 * burst; i++)
        mk_core_reference(&module, 7, true);
    EXPECT_EQ(stats().produced, burst);
    mk_core_later();
    EXPECT_EQ(suppressed(read_all()),
              (std::map<std::pair<__u32, __u32>, __u64>{
                  {{MODKEEPER_SUPPRESSED_OTHERS, MODKEEPER_RECORD_REFERENCE}, 2 * burst}}));
}

// Who has many users shares what is left over for those without a place.
TEST_F(Limits, ManyUsersShareABudget) {
    for (__u32 uid = 100000; uid < 102000; uid++) {
        fake::set_uid(uid);
        calls(burst);
    }
    auto told = stats().produced;
    EXPECT_EQ(told, mk::Limits::of_all.burst);
    EXPECT_EQ(told + stats().suppressed, 2000u * burst);
    std::map<std::pair<__u32, __u32>, __u64> left_out;
    read_all();
    for (int i = 0; i < 10; i++) {
        mk_core_later();
        auto records = read_all();
        EXPECT_LE(records.size(), 2 * mk::Limits::told_at_once);
        for (auto [key, count] : suppressed(records))
            left_out[key] += count;
    }
    // Those without a place are counted together, and none is counted twice.
    EXPECT_EQ(left_out.size(), 62u + 1);
    EXPECT_GT((left_out[{MODKEEPER_SUPPRESSED_OTHERS, MODKEEPER_RECORD_UNLOAD_REFUSED}]),
              1900u * burst);
    __u64 sum = 0;
    for (auto [key, count] : left_out)
        sum += count;
    EXPECT_EQ(sum, stats().suppressed);
    EXPECT_EQ(stats().anybody_overwritten, 0u);
    // Those that were quiet for a while make room for others.
    fake::set_boottime(60 * second);
    fake::set_uid(500000);
    calls(burst);
    EXPECT_EQ(read_all().size(), burst);
}

TEST_F(Limits, WhoMayIsNeverHeldBack) {
    fake::set_trusted(true);
    mk_module module = module_named("loop");
    mk_parameter_write write = {"m", "p", 0444, {MK_VALUE_SIGNED, {1}}, 1, "2"};
    for (unsigned i = 0; i < 3 * burst; i++) {
        mk_core_request_made("net-pf-10", true, 1);
        mk_core_reference(&module, 7, true);
        mk_core_parameter_written(&write, 1);
    }
    EXPECT_EQ(stats().suppressed, 0u);
    EXPECT_EQ(stats().produced, 9u * burst);
    EXPECT_EQ(stats().anybody_produced, 6u * burst);
}

TEST_F(Limits, ParameterIsOfWhoWritesIt) {
    mk_parameter_write write = {"m", "p", 0666, {MK_VALUE_SIGNED, {1}}, 1, "2"};
    for (bool trusted : {false, true}) {
        fake::set_trusted(trusted);
        mk_core_parameter_written(&write, 1);
    }
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].header.flags, MODKEEPER_RECORD_ANYBODY);
    EXPECT_EQ(records[1].header.flags, 0u);
}

TEST_F(Limits, RequestsReferencesAndParametersOfUsersAreHeldBack) {
    mk_module module = module_named("loop");
    mk_parameter_write write = {"m", "p", 0444, {MK_VALUE_SIGNED, {1}}, 1, "2"};
    calls(burst);
    mk_core_request_made("net-pf-10", true, 1);
    mk_core_reference(&module, 7, true);
    mk_core_parameter_written(&write, 1);
    EXPECT_EQ(stats().anybody_produced, burst);
    EXPECT_EQ(stats().suppressed, 3u);
}

// A load that such a request causes still says who asked for it.
TEST_F(Limits, RequestThatIsLeftOutIsLinked) {
    calls(burst);
    fake::set_uid(1000);
    mk_core_request_made("net-pf-10", true, 42);
    read_all();
    fake::set_trusted(true);
    fake::set_uid(0);
    fake::set_boottime(2 * second);
    fake::set_command(std::string("/sbin/modprobe\0-q\0--\0net-pf-10\0", 31));
    fake::set_origin({second + 5, 3, "kworker/u4:1", true});
    mk_module module = module_named("ipv6");
    EXPECT_TRUE(mk_core_call_began(MK_CALL_FINIT_MODULE, 0, text()));
    load(module);
    mk_core_call_returned(0);
    ReadRecord begin = read_all().at(0);
    EXPECT_EQ(begin.body.link, static_cast<__u32>(MODKEEPER_LINK_CERTAIN));
    EXPECT_EQ(begin.body.request_sequence, 0u);
    EXPECT_EQ(begin.body.request_uid, 1000u);
    EXPECT_EQ(begin.text(begin.body.alias), "net-pf-10");
}

} // namespace
