// SPDX-License-Identifier: GPL-2.0-only
// System calls that load and unload modules, over a made-up kernel.
#include "calls_fixture.hpp"
#include "core/syscalls.hpp"

namespace {

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
    fake::set_file_place({1ULL << 40, 259, 3, true, false});
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
        EXPECT_TRUE(body.details & MODKEEPER_DETAIL_OTHER_ROOT);
    }
    const auto &unseen = records[3].body;
    EXPECT_EQ(unseen.file_inode | unseen.file_major | unseen.file_minor, 0u);
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
        EXPECT_EQ(record.text(record.as<modkeeper_record_refusal>().module), name);
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
    EXPECT_EQ(record.text(record.as<modkeeper_record_refusal>().module), "dummy");
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
    mk_task_work *earlier = mk_core_call_returned(-19);
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
    fake::set_boottime(1000 + mk::Calls::settling_ns);
    load(two);
    EXPECT_EQ(stats().probes_missed, 1u);
    EXPECT_EQ(features(), 0u);
    begin_load();
    load(three);
    return_with(0);
    EXPECT_EQ(features(), seen);
    EXPECT_EQ(stats().probes_missed, 1u);
}

TEST_F(Calls, LongTextsAreCutAndMarked) {
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
