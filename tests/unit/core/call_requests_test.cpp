// SPDX-License-Identifier: GPL-2.0-only
// For whom a load is: which request of the kernel led to it, and on whose account it goes.
#include <thread>

#include "calls_fixture.hpp"
#include "core/limits.hpp"

namespace {

TEST_F(Calls, HelperOfTheKernelIsLinkedToTheRequest) {
    mk_core_request_made("net-pf-10", true, 42);
    fake::set_boottime(2000);
    fake::set_command(std::string("/sbin/modprobe\0-q\0--\0net-pf-10\0", 31));
    fake::set_origin({1500, 3, "kworker/u4:1", true});
    mk_module module = module_named("ipv6");
    begin_load("");
    load(module);
    return_with(0);
    auto records = read_all();
    ASSERT_EQ(records.size(), 3u);
    const auto &request = records[0].as<modkeeper_record_request>();
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_REQUEST);
    EXPECT_EQ(records[0].text(request.alias), "net-pf-10");
    EXPECT_EQ(records[0].text(request.caller), "symbol_42+0x1/0x2");
    EXPECT_EQ(request.waits, 1u);
    EXPECT_EQ(records[1].body.link, static_cast<__u32>(MODKEEPER_LINK_CERTAIN));
    EXPECT_EQ(records[1].body.request_sequence, 1u);
    EXPECT_EQ(records[1].body.request_uid, 1000u);
    EXPECT_STREQ(records[1].body.request_comm, "fake-task");
    EXPECT_EQ(records[1].text(records[1].body.alias), "net-pf-10");
}

// A module whose init finds no hardware comes again with every request.
TEST_F(Calls, LoadsThatFailForAnOrdinaryUserPushOutNothing) {
    mk_module early = module_named("early"), wanted = module_named("padlock_aes");
    load(early);
    fake::set_command(std::string("modprobe\0-q\0--\0aes\0", 20));
    for (__u32 round = 0; round < 20000; round++) {
        fake::set_trusted(false);
        fake::set_boottime(second * (round + 1));
        mk_core_request_made("aes", true, 42);
        fake::set_trusted(true);
        fake::set_origin({second * (round + 1) + 1, 3, "kworker/u4:1", true});
        begin_load("");
        fail_in_init(wanted);
        mk_core_request_returned();
    }
    auto records = read_all();
    EXPECT_EQ(stats().overwritten, stats().anybody_overwritten);
    EXPECT_GT(stats().anybody_overwritten, 0u);
    EXPECT_EQ(records.at(1).name, "early");
    EXPECT_EQ(records.back().header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(records.back().header.flags, MODKEEPER_RECORD_ANYBODY);
}

// A thread of the kernel works for anybody, such as the one that tests what a user asks the crypto
// API for.
TEST_F(Calls, LoadsThatFailForAThreadOfTheKernelPushOutNothing) {
    mk_module early = module_named("early"), wanted = module_named("padlock_aes");
    load(early);
    constexpr unsigned rounds = 5000;
    __u64 now = second;
    for (unsigned round = 0; round < rounds; round++) {
        fake::set_boottime(now += 10);
        fake::set_kernel_thread(true);
        mk_core_request_made("aes", true, 42);
        fake::set_kernel_thread(false);
        begin_helper("aes", now);
        fail_in_init(wanted);
        mk_core_request_returned();
    }
    auto records = read_all();
    EXPECT_EQ(records.at(1).name, "early");
    EXPECT_LE(records.size(), 2 + mk::Limits::of_a_user.burst);
    EXPECT_EQ(records.size() - 2 + stats().suppressed, 3u * rounds);
    EXPECT_EQ(records.back().header.flags, MODKEEPER_RECORD_ANYBODY);
    // One that goes live is told of, where it stays.
    fake::set_kernel_thread(true);
    mk_core_request_made("aes", true, 42);
    fake::set_kernel_thread(false);
    begin_helper("aes", now);
    load(wanted);
    return_with(0);
    ReadRecord live = only_record();
    EXPECT_EQ(live.header.kind, MODKEEPER_RECORD_LOAD_LIVE);
    EXPECT_EQ(live.header.flags, 0u);
    mk_core_later();
    for (const ReadRecord &record : read_all())
        EXPECT_EQ(record.as<modkeeper_record_suppressed>().uid, MODKEEPER_SUPPRESSED_OTHERS);
}

// The init of a module asks for more of them: whoever asked for the first one did.
TEST_F(Calls, RequestsOfAHelperAreOfWhoItWorksFor) {
    __u64 now = second;
    for (bool trusted : {false, true}) {
        now += second;
        fake::set_boottime(now);
        fake::set_origin({500, 12, "bash", false});
        fake::set_trusted(trusted);
        mk_core_request_made("outer", true, 42);
        fake::set_trusted(true);
        begin_helper("outer", now);
        mk_core_request_made("inner", true, 42);
        std::thread([&] {
            begin_helper("inner", now);
            return_with(-19);
        }).join();
        EXPECT_EQ(read_all().back().header.flags, trusted ? 0u : MODKEEPER_RECORD_ANYBODY);
        mk_core_request_returned();
        return_with(-19);
        EXPECT_EQ(read_all().back().header.flags, trusted ? 0u : MODKEEPER_RECORD_ANYBODY);
        mk_core_request_returned();
    }
    // Nor does it get away from that when its parent ends.
    fake::set_boottime(now += second);
    fake::set_origin({500, 12, "bash", false});
    fake::set_trusted(false);
    mk_core_request_made("outer", true, 42);
    fake::set_trusted(true);
    begin_helper("outer", now);
    fake::set_origin({now, 1, "systemd", false});
    mk_parameter_write in_its_load = {"m", "p", 0444, {MK_VALUE_SIGNED, {1}}, 1, "2"};
    mk_core_parameter_written(&in_its_load, 1);
    EXPECT_EQ(read_all().back().header.flags, MODKEEPER_RECORD_ANYBODY);
    return_with(-19);
    read_all();
    fake::set_origin({now, 3, "kworker/u4:1", true});
    // Outside a load nobody knows for whom it works.
    mk_parameter_write write = {"m", "p", 0444, {MK_VALUE_SIGNED, {1}}, 1, "2"};
    mk_core_parameter_written(&write, 1);
    EXPECT_EQ(only_record().header.flags, MODKEEPER_RECORD_ANYBODY);
}

// The return of a request was missed: it is not for ever that a load of its alias may be for it.
TEST_F(Calls, RequestOfADeadTaskServesNobody) {
    fake::set_boottime(second);
    std::thread([] { mk_core_request_made("aes", true, 42); }).join();
    fake::set_boottime(2 * second);
    request("aes");
    begin_helper("aes", 2 * second);
    return_with(-19);
    ReadRecord failed = read_all().back();
    EXPECT_EQ(failed.body.link, static_cast<__u32>(MODKEEPER_LINK_CERTAIN));
    EXPECT_EQ(failed.header.flags, MODKEEPER_RECORD_ANYBODY);
    // And with none but the dead one, nobody knows.
    mk_core_request_returned();
    fake::set_boottime(3 * second);
    std::thread([] { mk_core_request_made("aes", true, 42); }).join();
    begin_helper("aes", 3 * second);
    return_with(-19);
    failed = read_all().back();
    EXPECT_EQ(failed.body.link, static_cast<__u32>(MODKEEPER_LINK_NONE));
    EXPECT_EQ(failed.header.flags, MODKEEPER_RECORD_ANYBODY);
}

// Where it is not certain for whom a load is, it is for whoever may least.
TEST_F(Calls, LoadThatMayBeForAnOrdinaryUserIsOfTheirs) {
    Others others;
    for (bool trusted : {false, true}) {
        fake::set_trusted(trusted);
        others.add([] { mk_core_request_made("aes", true, 42); }, [] {});
    }
    fake::set_boottime(2000);
    fake::set_command(std::string("modprobe\0-q\0--\0aes\0", 20));
    fake::set_origin({1500, 3, "kworker/u4:1", true});
    begin_load("");
    return_with(-19);
    auto records = read_all();
    EXPECT_EQ(records.back().body.link, static_cast<__u32>(MODKEEPER_LINK_UNCERTAIN));
    EXPECT_EQ(records.back().header.flags, MODKEEPER_RECORD_ANYBODY);
}

// What is live can be told of with all that matters, however much users cause after it.
TEST_F(Calls, LoadThatSucceedsForAnOrdinaryUserIsKept) {
    fake::set_file_place({77, 259, 3, false, false});
    mk_module module = module_named("ipv6");
    module.args = "disable=1";
    request("net-pf-10");
    begin_helper("net-pf-10");
    read_file("/lib/ipv6.ko", 100);
    load(module);
    return_with(0);
    fake::set_trusted(false);
    for (__u64 round = 0; round < 5000; round++) {
        fake::set_boottime(second * (round + 10));
        mk_core_request_made("net-pf-11", true, 42);
        mk_core_request_returned();
    }
    auto records = read_all();
    ASSERT_GT(records.size(), 2u);
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_LOST);
    const ReadRecord &live = records[1];
    EXPECT_EQ(live.header.kind, MODKEEPER_RECORD_LOAD_LIVE);
    EXPECT_EQ(live.header.flags, 0u);
    EXPECT_EQ(live.args, "disable=1");
    EXPECT_EQ(live.text(live.body.file), "/lib/ipv6.ko");
    EXPECT_EQ(live.body.file_bytes, 100u);
    EXPECT_EQ(live.body.file_inode, 77u);
    EXPECT_EQ(live.body.request_uid, 1000u);
    EXPECT_EQ(live.body.load_sequence, 2u);
}

// The module's own history says no more than before to those who only may ask for it.
TEST_F(Calls, ParametersOfALoadAreNotToldOfTheModule) {
    mk_module module = module_named("secret");
    module.args = "key=hidden";
    load(module);
    mk_module plain = module_named("public");
    load(plain);
    EXPECT_EQ(query("secret").image.size, query("public").image.size);
}

// Whoever asked was killed before the kernel came to start the helper, or did not wait for it.
TEST_F(Calls, HelperWithoutARequestIsForAnybody) {
    fake::set_boottime(second);
    request("aes");
    fake::set_trusted(false);
    mk_core_request_returned();
    fake::set_trusted(true);
    fake::set_boottime(2 * second);
    begin_helper("aes", 2 * second);
    return_with(-19);
    ReadRecord failed = read_all().back();
    EXPECT_EQ(failed.header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(failed.body.link, static_cast<__u32>(MODKEEPER_LINK_NONE));
    EXPECT_EQ(failed.header.flags, MODKEEPER_RECORD_ANYBODY);
}

// Neither the beginning nor the end of a load is told without the other, and both are counted.
TEST_F(Calls, LoadsOfAUserHaveABudget) {
    constexpr unsigned rounds = 1000;
    mk_module wanted = module_named("padlock_aes");
    __u64 now = second;
    auto helper_of = [&](__u32 uid) {
        mk_core_request_returned();
        fake::set_uid(uid);
        fake::set_boottime(now += 10);
        request("aes");
        begin_helper("aes", now);
    };
    for (unsigned round = 0; round < rounds; round++) {
        helper_of(1000);
        wanted.state = MODKEEPER_STATE_COMING;
        mk_core_module_coming(&wanted);
        unload(wanted);
        return_with(-19);
    }
    auto records = read_all();
    EXPECT_EQ(of_kind(records, MODKEEPER_RECORD_LOAD_BEGIN),
              of_kind(records, MODKEEPER_RECORD_LOAD_FAILED));
    EXPECT_GT(of_kind(records, MODKEEPER_RECORD_LOAD_BEGIN), 30u);
    EXPECT_LE(records.size(), mk::Limits::of_a_user.burst);
    EXPECT_EQ(records.size() + stats().suppressed, 3u * rounds);
    EXPECT_EQ(query("padlock_aes").image.last_kind,
              static_cast<__u32>(MODKEEPER_RECORD_LOAD_FAILED));
    // Another user's is told.
    helper_of(1001);
    return_with(-19);
    EXPECT_EQ(read_all().back().header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    // What goes live is told of, whatever the budget.
    helper_of(1000);
    load(wanted);
    return_with(0);
    ReadRecord live = only_record();
    EXPECT_EQ(live.header.kind, MODKEEPER_RECORD_LOAD_LIVE);
    EXPECT_EQ(live.body.load_sequence, 0u);
    // An end is not told alone, though there is room again by then.
    helper_of(1000);
    wanted.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&wanted);
    unload(wanted);
    fake::set_boottime(now += second);
    return_with(-19);
    EXPECT_TRUE(read_all().empty());
    mk_core_later();
    for (const ReadRecord &record : read_all())
        EXPECT_EQ(record.as<modkeeper_record_suppressed>().uid, 1000u);
}

TEST_F(Calls, ProcessOfAUserIsNotLinked) {
    mk_core_request_made("net-pf-10", true, 42);
    fake::set_command(std::string("modprobe\0net-pf-10\0", 19));
    fake::set_origin({1500, 3, "bash", false});
    mk_module module = module_named("ipv6");
    begin_load("");
    load(module);
    return_with(0);
    EXPECT_EQ(read_all().at(1).body.link, static_cast<__u32>(MODKEEPER_LINK_NONE));
}

} // namespace
