// SPDX-License-Identifier: GPL-2.0-only
// What the kernel prints during a call: in the record of that call, and in no other.
#include "calls_fixture.hpp"

namespace {

class Lines : public Calls {
  protected:
    void SetUp() override {
        Calls::SetUp();
        mk_core_add_features(MODKEEPER_FEATURE_CALLS | MODKEEPER_FEATURE_KERNEL_LINES);
    }

    static void print(const std::string &text) { mk_core_printed(text.data(), text.size()); }
    // Of a module's record; "-": it was not listened to.
    static std::string lines_of(const ReadRecord &record) {
        return record.body.kernel_lines.offset ? record.text(record.body.kernel_lines) : "-";
    }
    static std::string lines_of_refusal(const ReadRecord &record) {
        const auto &body = record.as<modkeeper_record_refusal>();
        return body.kernel_lines.offset ? record.text(body.kernel_lines) : "-";
    }
    static __u64 features() {
        modkeeper_info info;
        mk_core_info(&info);
        return info.features;
    }
    ReadRecord fail(const std::function<void()> &during) {
        begin_load();
        during();
        return_with(-8);
        return only_record();
    }
};

TEST_F(Lines, FailedLoadHasThem) {
    const auto record = fail([] {
        print("bad: disagrees about version of symbol module_layout");
        print("bad: and more");
    });
    EXPECT_EQ(record.header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(lines_of(record), "bad: disagrees about version of symbol module_layout\n"
                                "bad: and more");
    EXPECT_FALSE(record.header.flags & MODKEEPER_RECORD_TRUNCATED);
}

TEST_F(Lines, ModuleThatGoesLiveHasThoseOfItsInit) {
    mk_module module = module_named("dummy");
    begin_load();
    module.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&module);
    print("dummy: unknown parameter 'colour' ignored");
    module.state = MODKEEPER_STATE_LIVE;
    mk_core_module_live(&module);
    print("too late");
    return_with(0);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(lines_of(records[0]), "-");
    EXPECT_EQ(lines_of(records[1]), "dummy: unknown parameter 'colour' ignored");
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text("dummy"));
    print("dummy: bye");
    unload(module);
    return_with(0);
    EXPECT_EQ(lines_of(only_record()), "dummy: bye");
}

TEST_F(Lines, RefusedUnloadHasThem) {
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text("dummy"));
    print("dummy: I stay");
    return_with(-11);
    EXPECT_EQ(lines_of_refusal(only_record()), "dummy: I stay");
}

TEST_F(Lines, NoneAreTold) {
    const auto record = fail([] {});
    EXPECT_EQ(lines_of(record), "");
    EXPECT_NE(record.body.kernel_lines.offset, 0u);
    EXPECT_EQ(record.body.kernel_lines.length, 0u);
}

TEST_F(Lines, OfACallBeforeAreNotInTheNext) {
    fail([] { print("first"); });
    print("between");
    EXPECT_EQ(lines_of(fail([] { print("second"); })), "second");
}

// Loads side by side, each with the task that it belongs to.
TEST_F(Lines, OfOtherTasksAreNotIn) {
    Others others;
    begin_load();
    print("mine");
    others.add(
        [this] {
            begin_load();
            print("theirs");
        },
        [] {
            print("theirs too");
            return_with(-2);
        });
    others.add([] { print("of no load"); }, [] {});
    print("mine too");
    others.end();
    return_with(-8);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(lines_of(records[0]), "theirs\ntheirs too");
    EXPECT_EQ(lines_of(records[1]), "mine\nmine too");
}

TEST_F(Lines, OfInterruptsAreNotIn) {
    const auto record = fail([] {
        fake::set_in_interrupt(true);
        print("a disk is slow");
        fake::set_in_interrupt(false);
    });
    EXPECT_EQ(lines_of(record), "");
}

TEST_F(Lines, TooManyAreMarked) {
    const auto record = fail([] {
        for (int i = 0; i < 12; i++)
            print("line " + std::to_string(i));
    });
    EXPECT_EQ(lines_of(record), "line 0\nline 1\nline 2\nline 3\n"
                                "line 8\nline 9\nline 10\nline 11");
    EXPECT_TRUE(record.header.flags & MODKEEPER_RECORD_TRUNCATED);
}

// The parameters, which LOAD_BEGIN has too, get the room that is left.
TEST_F(Lines, AreNotCutByLongParameters) {
    mk_module module = module_named("dummy");
    module.args = std::string(4000, 'p');
    const std::string line(MODKEEPER_LINES_BYTES, 'l');
    begin_load();
    module.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&module);
    print(line);
    module.state = MODKEEPER_STATE_LIVE;
    mk_core_module_live(&module);
    return_with(0);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(lines_of(records[1]), line);
    EXPECT_GT(records[1].args.size(), 1000u);
}

// The kernel says no before it prints anything of its own.
TEST_F(Lines, OfUntrustedTasksAreNotKept) {
    fake::set_trusted(false);
    begin_load();
    print("for nobody");
    EXPECT_EQ(lines_of(only_record()), "-");
}

TEST_F(Lines, GoWithTheCallsThatTheyBelongTo) {
    EXPECT_TRUE(features() & MODKEEPER_FEATURE_KERNEL_LINES);
    stop();
    start();
    mk_core_add_features(MODKEEPER_FEATURE_KERNEL_LINES);
    EXPECT_FALSE(features() & MODKEEPER_FEATURE_KERNEL_LINES);
    const auto record = fail([] { print("unheard"); });
    EXPECT_EQ(lines_of(record), "-");
}

} // namespace
