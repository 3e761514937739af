// SPDX-License-Identifier: GPL-2.0-only
// System calls that load and unload modules, as probes tell of them, over a made-up kernel.
#include <algorithm>
#include <atomic>
#include <barrier>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "core/calls.hpp"
#include "core/limits.hpp"
#include "driver_fixture.hpp"

namespace {

class Calls : public DriverTest {
  protected:
    static constexpr __u64 second = 1000000000;

    void SetUp() override {
        DriverTest::SetUp();
        start();
        fake::set_command(std::string("insmod\0./bad.ko\0debug=1\0", 24));
        fake::set_origin({500, 12, "bash", false});
        fake::set_boottime(1000);
    }

    mk_user user_text(const char *text) {
        mk_user at = user + room - 4096;
        EXPECT_EQ(mk_case_user_write(at, text, std::strlen(text) + 1), 0);
        return at;
    }
    void begin_load(const char *args = "debug=1") {
        mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user_text(args));
    }
    void read_file(const char *path, long bytes) {
        mk_core_call_file(reinterpret_cast<const mk_file *>(path));
        mk_core_call_read(nullptr, bytes);
    }
    // By a task that may not load modules.
    static void request(const char *alias) {
        fake::set_trusted(false);
        mk_core_request_made(alias, true, 42);
        fake::set_trusted(true);
    }
    // What the kernel starts for it.
    void begin_helper(const char *alias, __u64 started = 1000) {
        fake::set_command(std::string("/sbin/modprobe\0-q\0--\0", 21) + alias + '\0');
        fake::set_origin({started, 3, "kworker/u4:1", true});
        begin_load("");
    }
    static std::size_t of_kind(const std::vector<ReadRecord> &records, modkeeper_record_kind kind) {
        return std::count_if(records.begin(), records.end(),
                             [kind](auto &record) { return record.header.kind == kind; });
    }
    static void return_with(long result) {
        if (mk_deferred *deferred = mk_core_call_returned(result))
            mk_core_call_finish(deferred);
    }
    ReadRecord only_record() {
        auto records = read_all();
        EXPECT_EQ(records.size(), 1u);
        return records.empty() ? ReadRecord{} : records[0];
    }
};

TEST_F(Calls, LoadThatNeverBeganIsTold) {
    begin_load();
    read_file("/tmp/bad-one.ko.xz", 4711);
    mk_core_call_signature(0);
    mk_core_call_step(MK_STEP_LAYOUT);
    fake::set_boottime(3500);
    return_with(-2);
    ReadRecord record = only_record();
    EXPECT_EQ(record.header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(record.name, "bad_one");
    EXPECT_EQ(record.body.details, MODKEEPER_DETAIL_NAME_OF_FILE);
    EXPECT_EQ(record.args, "debug=1");
    EXPECT_EQ(record.text(record.body.file), "/tmp/bad-one.ko.xz");
    EXPECT_EQ(record.text(record.body.command), "insmod ./bad.ko debug=1");
    EXPECT_EQ(record.body.file_bytes, 4711u);
    EXPECT_EQ(record.body.duration_ns, 2500u);
    EXPECT_EQ(record.body.error, 2);
    EXPECT_EQ(record.body.stage, static_cast<__u32>(MODKEEPER_STAGE_SYMBOLS));
    EXPECT_EQ(record.body.call, static_cast<__u32>(MODKEEPER_CALL_FINIT_MODULE));
    EXPECT_EQ(record.body.load_sequence, 0u);
    EXPECT_EQ(record.body.parent_pid, 12u);
    EXPECT_STREQ(record.body.parent_comm, "bash");
}

TEST_F(Calls, WhichFileItWasIsToldWhateverItsPath) {
    fake::set_file_place({1ULL << 40, 259, 3, 4026532000, true});
    mk_module module = module_named("dummy");
    begin_load();
    read_file("/lib/dummy.ko", 100);
    mk_core_module_coming(&module);
    mk_core_module_live(&module);
    return_with(0);
    begin_load();
    const std::string long_path(300, 'd');
    read_file(long_path.c_str(), 100);
    return_with(-2);
    begin_load();
    return_with(-2);
    auto records = read_all();
    ASSERT_EQ(records.size(), 4u);
    for (int seen : {0, 1, 2}) {
        const auto &body = records[seen].body;
        EXPECT_EQ(body.file_inode, 1ULL << 40);
        EXPECT_EQ(body.file_major, 259u);
        EXPECT_EQ(body.file_minor, 3u);
        EXPECT_EQ(body.mount_namespace, 4026532000u);
        EXPECT_TRUE(body.details & MODKEEPER_DETAIL_OTHER_ROOT);
    }
    const auto &unseen = records[3].body;
    EXPECT_EQ(unseen.file_inode | unseen.file_major | unseen.file_minor | unseen.mount_namespace,
              0u);
    EXPECT_FALSE(unseen.details & MODKEEPER_DETAIL_OTHER_ROOT);
}

TEST_F(Calls, FailedInitIsToldOnceWithItsErrorWhenTheCallReturns) {
    mk_module module = module_named("bad");
    module.version = "1.2";
    begin_load();
    module.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&module);
    mk_core_call_step(MK_STEP_PARAMETERS);
    mk_core_call_step(MK_STEP_SYSFS);
    fake::set_boottime(2000);
    mk_core_call_step(MK_STEP_INIT);
    fake::set_boottime(2700);
    unload(module);
    EXPECT_EQ(read_all().size(), 1u);
    EXPECT_EQ(query("bad").image.state, static_cast<__u32>(MODKEEPER_STATE_GONE));
    fake::set_boottime(3000);
    return_with(-19);
    ReadRecord record = only_record();
    EXPECT_EQ(record.header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(record.name, "bad");
    EXPECT_EQ(record.text(record.body.version), "1.2");
    EXPECT_EQ(record.body.error, 19);
    EXPECT_EQ(record.body.stage, static_cast<__u32>(MODKEEPER_STAGE_INIT));
    EXPECT_EQ(record.body.init_ns, 700u);
    EXPECT_EQ(record.body.duration_ns, 2000u);
    EXPECT_EQ(record.body.load_sequence, 1u);
    EXPECT_EQ(record.body.core_bytes, 4096u + 2048 + 1024 + 512);
    ListedModule gone = query("bad");
    EXPECT_EQ(gone.image.last_sequence, 2u);
    EXPECT_EQ(gone.image.last_kind, static_cast<__u32>(MODKEEPER_RECORD_LOAD_FAILED));
}

TEST_F(Calls, LoadTellsOfItsCallAndOfInitAlone) {
    mk_module module = module_named("good");
    begin_load();
    read_file("/lib/good.ko", 100);
    module.state = MODKEEPER_STATE_COMING;
    fake::set_boottime(1500);
    mk_core_module_coming(&module);
    fake::set_boottime(2000);
    mk_core_call_step(MK_STEP_INIT);
    fake::set_boottime(2300);
    module.state = MODKEEPER_STATE_LIVE;
    mk_core_module_live(&module);
    return_with(0);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].text(records[0].body.file), "/lib/good.ko");
    EXPECT_EQ(records[0].text(records[0].body.command), "insmod ./bad.ko debug=1");
    EXPECT_EQ(records[1].body.duration_ns, 1300u);
    EXPECT_EQ(records[1].body.init_ns, 300u);
    EXPECT_EQ(query("good").image.init_ns, 300u);
}

// One call must not be seen in the next one of the same task.
TEST_F(Calls, NothingOfACallIsLeft) {
    begin_load();
    read_file("/tmp/first.ko", 1);
    return_with(0);
    fake::set_command("");
    begin_load("");
    return_with(-1);
    ReadRecord record = only_record();
    EXPECT_EQ(record.body.file.offset, 0u);
    EXPECT_EQ(record.body.command.offset, 0u);
    EXPECT_EQ(record.name, "");
    EXPECT_EQ(record.body.stage, static_cast<__u32>(MODKEEPER_STAGE_PERMISSION));
}

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
        wanted.state = MODKEEPER_STATE_COMING;
        mk_core_module_coming(&wanted);
        mk_core_module_going(&wanted);
        return_with(-19);
        mk_core_request_returned();
    }
    auto records = read_all();
    EXPECT_EQ(stats().overwritten, stats().anybody_overwritten);
    EXPECT_GT(stats().anybody_overwritten, 0u);
    EXPECT_EQ(records.at(1).name, "early");
    EXPECT_EQ(records.back().header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(records.back().header.flags, MODKEEPER_RECORD_ANYBODY);
}

// Where it is not certain for whom a load is, it is for whoever may least.
TEST_F(Calls, LoadThatMayBeForAnOrdinaryUserIsOfTheirs) {
    for (bool trusted : {false, true}) {
        fake::set_trusted(trusted);
        mk_core_request_made("aes", true, 42);
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
    fake::set_file_place({77, 259, 3, 4026532000, false});
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
    EXPECT_EQ(live.body.mount_namespace, 4026532000u);
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
    EXPECT_LE(records.size(), mk::Limits::burst);
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

TEST_F(Calls, UnloadTellsOfItsCall) {
    mk_module module = module_named("dummy");
    load(module);
    read_all();
    fake::set_command(std::string("rmmod\0dummy\0", 12));
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0x800, user_text("dummy"));
    fake::set_boottime(1800);
    unload(module);
    return_with(0);
    ReadRecord record = only_record();
    EXPECT_EQ(record.header.kind, MODKEEPER_RECORD_UNLOAD);
    EXPECT_EQ(record.body.duration_ns, 800u);
    EXPECT_EQ(record.body.call_flags, 0x800u);
    EXPECT_EQ(record.text(record.body.command), "rmmod dummy");
}

class Refusals : public Calls {
  protected:
    ReadRecord refuse(const char *name, long error) {
        read_all();
        mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text(name));
        fake::set_boottime(1200);
        return_with(-error);
        ReadRecord record = only_record();
        EXPECT_EQ(record.header.kind, MODKEEPER_RECORD_UNLOAD_REFUSED);
        EXPECT_EQ(record.text(record.as<modkeeper_record_refusal>().name), name);
        EXPECT_EQ(record.as<modkeeper_record_refusal>().error, error);
        return record;
    }
    void expect_reason(const char *name, long error, modkeeper_refusal reason) {
        EXPECT_EQ(refuse(name, error).as<modkeeper_record_refusal>().reason,
                  static_cast<__u32>(reason))
            << name;
    }
};

TEST_F(Refusals, ReasonsAreToldApart) {
    mk_module base = module_named("base"), used = module_named("used-by", {&base});
    used.name = "used_by";
    used.references = 3;
    mk_module stuck = module_named("stuck");
    stuck.no_exit = true;
    load(base);
    load(used);
    load(stuck);
    expect_reason("nosuch", 2, MODKEEPER_REFUSAL_NOT_LOADED);
    expect_reason("base", 11, MODKEEPER_REFUSAL_REFERENCED);
    expect_reason("used_by", 11, MODKEEPER_REFUSAL_IN_USE);
    expect_reason("stuck", 16, MODKEEPER_REFUSAL_NO_EXIT);
    expect_reason("base", 16, MODKEEPER_REFUSAL_BUSY);
    expect_reason("base", 1, MODKEEPER_REFUSAL_PERMISSION);
    expect_reason("base", 4, MODKEEPER_REFUSAL_UNKNOWN);
    expect_reason("", 14, MODKEEPER_REFUSAL_UNKNOWN);
}

// To the kernel they are two names.
TEST_F(Refusals, NameWithADashIsNotTheModuleWithoutIt) {
    mk_module module = module_named("used_by");
    module.references = 3;
    load(module);
    ReadRecord record = refuse("used-by", 2);
    EXPECT_EQ(record.as<modkeeper_record_refusal>().references, 0u);
    EXPECT_EQ(record.as<modkeeper_record_refusal>().reason,
              static_cast<__u32>(MODKEEPER_REFUSAL_NOT_LOADED));
    EXPECT_EQ(query("used_by").image.last_kind, static_cast<__u32>(MODKEEPER_RECORD_LOAD_LIVE));
}

// Half a name would be another module's.
TEST_F(Refusals, UsersAreCutBetweenNames) {
    mk_module base = module_named("base");
    load(base);
    std::vector<mk_module> users;
    for (int i = 0; i < 40; i++)
        users.push_back(module_named("user_number_" + std::to_string(1000 + i), {&base}));
    for (mk_module &user : users)
        load(user);
    ReadRecord record = refuse("base", 11);
    EXPECT_EQ(record.header.flags, MODKEEPER_RECORD_TRUNCATED);
    std::string list = record.text(record.as<modkeeper_record_refusal>().used_by);
    EXPECT_EQ((list.size() + 1) % 17, 0u) << list;
    EXPECT_GT(list.size(), 480u);
}

TEST_F(Refusals, TellWhoHoldsTheModule) {
    mk_module base = module_named("base"), one = module_named("one", {&base}),
              two = module_named("two", {&base});
    load(base);
    load(one);
    load(two);
    base.references = 2;
    ReadRecord record = refuse("base", 11);
    const auto &body = record.as<modkeeper_record_refusal>();
    EXPECT_EQ(record.text(body.used_by), "two,one");
    EXPECT_EQ(body.references, 2u);
    EXPECT_EQ(body.duration_ns, 200u);
    EXPECT_EQ(query("base").image.last_kind, static_cast<__u32>(MODKEEPER_RECORD_UNLOAD_REFUSED));
}

// Tasks that each have a call of their own, as far as a test lets them go.
class Others {
  public:
    ~Others() { end(); }

    // One more task, which does @first, and @last when it ends.
    void add(const std::function<void()> &first, const std::function<void()> &last) {
        int before = ready_;
        tasks_.emplace_back([this, first, last] {
            first();
            ready_++;
            while (!go_)
                std::this_thread::yield();
            last();
        });
        while (ready_ == before)
            std::this_thread::yield();
    }
    void end() {
        go_ = true;
        for (auto &task : tasks_)
            task.join();
        tasks_.clear();
    }

  private:
    std::vector<std::thread> tasks_;
    std::atomic<int> ready_ = 0;
    std::atomic<bool> go_ = false;
};

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

// Failed calls whose tasks wait for a processor leave room for others, and none of them is lost.
TEST_F(Calls, CallsThatWaitToBeToldHoldNobodyUp) {
    Others others;
    std::atomic<unsigned> deferred = 0;
    for (unsigned i = 0; i < 2 * mk_core_calls_max(); i++) {
        auto mine = std::make_shared<mk_deferred *>();
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

// The kernel starts such a call again; what it comes to is told then.
TEST_F(Calls, CallThatStartsAgainHasNotFailed) {
    for (long again : {512, 513, 514, 516}) {
        begin_load();
        return_with(-again);
    }
    EXPECT_TRUE(read_all().empty());
    EXPECT_EQ(stats().probes_missed, 0u);
    begin_load();
    return_with(-511);
    begin_load();
    return_with(-517);
    EXPECT_EQ(read_all().size(), 2u);
}

TEST_F(Calls, TextsThatAreNotThereAreReadLater) {
    fake::set_texts_not_resident(true);
    begin_load("debug=7");
    return_with(-1);
    ReadRecord record = only_record();
    EXPECT_EQ(record.args, "debug=7");
    EXPECT_EQ(record.text(record.body.command), "insmod ./bad.ko debug=1");
    EXPECT_EQ(record.header.flags, 0);
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text("dummy"));
    return_with(-11);
    record = only_record();
    EXPECT_EQ(record.text(record.as<modkeeper_record_refusal>().name), "dummy");
    EXPECT_EQ(record.header.flags, 0);
}

TEST_F(Calls, TextsThatCannotBeReadAreMarked) {
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, mk_case_user_fault());
    return_with(-14);
    EXPECT_EQ(only_record().header.flags, MODKEEPER_RECORD_TRUNCATED);
    mk_core_call_began(MK_CALL_FINIT_MODULE, 0, mk_case_user_fault());
    return_with(-14);
    EXPECT_EQ(only_record().header.flags, MODKEEPER_RECORD_TRUNCATED);
    // One that succeeds is told of before they can be read.
    fake::set_texts_not_resident(true);
    begin_load();
    mk_module module = module_named("good");
    load(module);
    return_with(0);
    EXPECT_EQ(read_all().at(0).header.flags, MODKEEPER_RECORD_TRUNCATED);
}

// Loads of one name that overlap: each failure has the number of its own beginning.
TEST_F(Calls, FailureNamesItsOwnBeginning) {
    mk_module first = module_named("twin"), second = module_named("twin");
    first.version = "1";
    second.version = "2";
    begin_load();
    first.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&first);
    unload(first);
    mk_deferred *earlier = mk_core_call_returned(-19);
    std::thread([&] {
        mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user + room - 4096);
        second.state = MODKEEPER_STATE_COMING;
        mk_core_module_coming(&second);
        unload(second);
        return_with(-5);
    }).join();
    mk_core_call_finish(earlier);
    auto records = read_all();
    ASSERT_EQ(records.size(), 4u);
    EXPECT_EQ(records[2].body.error, 5);
    EXPECT_EQ(records[2].body.load_sequence, 2u);
    EXPECT_EQ(records[3].body.error, 19);
    EXPECT_EQ(records[3].body.load_sequence, 1u);
    EXPECT_EQ(records[3].text(records[3].body.version), "");
    // Neither is the earlier one the last that is known of it.
    EXPECT_EQ(query("twin").image.last_sequence, 3u);
}

// Probes can be switched off behind our back: what is claimed is what is seen.
TEST_F(Calls, LoadWithoutACallLowersTheFeature) {
    constexpr __u64 seen = MODKEEPER_FEATURE_CALLS | MODKEEPER_FEATURE_FILES;
    auto features = [] {
        modkeeper_info info;
        mk_core_info(&info);
        return info.features & seen;
    };
    mk_module one = module_named("one"), two = module_named("two"), three = module_named("three");
    load(one); // nothing is claimed yet
    EXPECT_EQ(stats().probes_missed, 0u);
    mk_core_add_features(seen);
    load(two);
    EXPECT_EQ(stats().probes_missed, 1u);
    EXPECT_EQ(features(), 0u);
    begin_load();
    load(three);
    return_with(0);
    EXPECT_EQ(features(), seen);
    EXPECT_EQ(stats().probes_missed, 1u);
}

TEST_F(Calls, DroppedCallIsCounted) {
    begin_load();
    mk_core_call_dropped(mk_core_call_returned(-1));
    EXPECT_EQ(stats().probes_missed, 1u);
    EXPECT_TRUE(read_all().empty());
}

using Sightings = Calls;

TEST_F(Sightings, ParameterTellsOldAndNew) {
    mk_parameter_write write = {"scsi_debug", "delay", 0644, {MK_VALUE_SIGNED, 1}, 2, "5\n"};
    mk_core_parameter_written(&write, 2);
    mk_core_parameter_written(&write, -22);
    write.old.kind = MK_VALUE_UNKNOWN;
    write.new_bytes = 300;
    std::fill(std::begin(write.new_value), std::end(write.new_value), 'v');
    mk_core_parameter_written(&write, 2);
    auto records = read_all();
    ASSERT_EQ(records.size(), 3u);
    const auto &body = records[0].as<modkeeper_record_parameter>();
    EXPECT_EQ(records[0].text(body.module), "scsi_debug");
    EXPECT_EQ(records[0].text(body.parameter), "delay");
    EXPECT_EQ(records[0].text(body.old_value), "1");
    EXPECT_EQ(records[0].text(body.new_value), "5");
    EXPECT_EQ(body.error, 0);
    EXPECT_EQ(records[1].as<modkeeper_record_parameter>().error, 22);
    EXPECT_EQ(records[2].as<modkeeper_record_parameter>().old_value.offset, 0u);
    EXPECT_EQ(records[2].text(records[2].as<modkeeper_record_parameter>().new_value),
              std::string(255, 'v'));
    EXPECT_EQ(records[2].header.flags, MODKEEPER_RECORD_TRUNCATED);
}

// As the kernel prints a value of each kind: %i, %lu, %#08x, Y or N.
TEST_F(Sightings, OldValuesAreShownAsTheKernelDoes) {
    auto shown = [this](mk_value_kind kind, __u64 number) {
        mk_parameter_write write = {"m", "p", 0444, {kind, number}, 1, "1"};
        mk_core_parameter_written(&write, 1);
        ReadRecord record = read_all().at(0);
        return record.text(record.as<modkeeper_record_parameter>().old_value);
    };
    EXPECT_EQ(shown(MK_VALUE_SIGNED, 0), "0");
    EXPECT_EQ(shown(MK_VALUE_SIGNED, static_cast<__u64>(-17)), "-17");
    EXPECT_EQ(shown(MK_VALUE_SIGNED, 1ull << 63), "-9223372036854775808");
    EXPECT_EQ(shown(MK_VALUE_UNSIGNED, ~0ull), "18446744073709551615");
    EXPECT_EQ(shown(MK_VALUE_HEX, 0), "0x000000");
    EXPECT_EQ(shown(MK_VALUE_HEX, 0xff), "0x0000ff");
    EXPECT_EQ(shown(MK_VALUE_HEX, 0xdeadbeef), "0xdeadbeef");
    EXPECT_EQ(shown(MK_VALUE_BOOL, 1), "Y");
    EXPECT_EQ(shown(MK_VALUE_BOOL, 0), "N");
}

// The record reaches more people than root: a value does only where its file may be read by all.
TEST_F(Sightings, ValuesThatNotAllMayReadAreNotTold) {
    using Body = modkeeper_record_parameter;
    for (__u32 mode : {0600u, 0400u, 0200u, 0640u, 0660u, 0222u, 0u}) {
        mk_parameter_write write = {"m", "secret", mode, {MK_VALUE_SIGNED, 1}, 300, "key"};
        mk_core_parameter_written(&write, -22);
        ReadRecord record = read_all().at(0);
        const auto &body = record.as<Body>();
        EXPECT_EQ(record.text(body.parameter), "secret") << std::oct << mode;
        EXPECT_EQ(body.old_value.offset, 0u) << std::oct << mode;
        EXPECT_EQ(body.new_value.offset, 0u) << std::oct << mode;
        EXPECT_EQ(record.header.size, sizeof(modkeeper_record) + sizeof(Body) + 16)
            << std::oct << mode;
        EXPECT_EQ(record.header.flags, 0u) << std::oct << mode;
        EXPECT_EQ(body.error, 22) << std::oct << mode;
    }
    for (__u32 mode : {0644u, 0604u, 0666u}) {
        mk_parameter_write write = {"m", "open", mode, {MK_VALUE_SIGNED, 1}, 1, "2"};
        mk_core_parameter_written(&write, 1);
        ReadRecord record = read_all().at(0);
        EXPECT_EQ(record.text(record.as<Body>().old_value), "1") << std::oct << mode;
        EXPECT_EQ(record.text(record.as<Body>().new_value), "2") << std::oct << mode;
    }
}

TEST_F(Sightings, ReferencesTellWhoTookThem) {
    mk_module module = module_named("loop");
    module.references = 2;
    mk_core_reference(&module, 7, true);
    auto record = only_record();
    const auto &body = record.as<modkeeper_record_reference>();
    EXPECT_EQ(record.text(body.module), "loop");
    EXPECT_EQ(record.text(body.caller), "symbol_7+0x1/0x2");
    EXPECT_EQ(body.got, 1u);
    EXPECT_EQ(body.references, 2u);
}

// Code of another module may lie there when one has come.
TEST_F(Sightings, CallersAreLookedUpOnceUntilAModuleComes) {
    mk_module module = module_named("loop"), other = module_named("dummy");
    auto asked = fake::symbols_asked();
    for (int i = 0; i < 3; i++)
        mk_core_reference(&module, 8, true);
    mk_core_request_made("dummy", true, 8);
    EXPECT_EQ(fake::symbols_asked(), asked + 1);
    mk_core_reference(&module, 12, true);
    EXPECT_EQ(fake::symbols_asked(), asked + 2);
    // Another address of the same place in the table.
    mk_core_reference(&module, 8 + 32, true);
    mk_core_reference(&module, 8, true);
    EXPECT_EQ(fake::symbols_asked(), asked + 4);
    auto records = read_all();
    EXPECT_EQ(records[5].text(records[5].as<modkeeper_record_reference>().caller),
              "symbol_40+0x1/0x2");
    EXPECT_EQ(records[6].text(records[6].as<modkeeper_record_reference>().caller),
              "symbol_8+0x1/0x2");

    load(other);
    mk_core_reference(&module, 8, true);
    EXPECT_EQ(fake::symbols_asked(), asked + 5);
}

TEST_F(Sightings, LongTextsAreCutAndMarked) {
    std::string path = "/" + std::string(600, 'p') + ".ko";
    fake::set_command(std::string(300, 'c'));
    begin_load(std::string(200, 'a').c_str());
    read_file(path.c_str(), 10);
    return_with(-2);
    ReadRecord record = only_record();
    EXPECT_EQ(record.header.flags, MODKEEPER_RECORD_TRUNCATED);
    EXPECT_EQ(record.text(record.body.command), std::string(255, 'c'));
    EXPECT_EQ(record.args, std::string(127, 'a'));
    EXPECT_EQ(record.body.file.offset, 0u);
}

} // namespace
