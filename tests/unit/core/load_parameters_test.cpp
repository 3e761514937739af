// SPDX-License-Identifier: GPL-2.0-only
// Loads on a kernel that shows a module's parameters to nobody.
#include "calls_fixture.hpp"

namespace {

class LoadParameters : public Calls {
  protected:
    mk_module module = silent();

    static mk_module silent() {
        mk_module module = module_named("m");
        module.args = "not told";
        module.tells_args = false;
        return module;
    }
    // COMING and LIVE of one load.
    std::vector<ReadRecord> records_of_load() {
        load(module);
        return_with(0);
        auto records = read_all();
        EXPECT_EQ(records.size(), 2u);
        records.resize(2);
        unload(module);
        read_all();
        return records;
    }
    void expect_both(const std::string &args, __u16 flags) {
        for (const ReadRecord &record : records_of_load()) {
            EXPECT_EQ(record.args, args) << record.header.kind;
            EXPECT_EQ(record.header.flags, flags) << record.header.kind;
        }
    }
};

TEST_F(LoadParameters, AreWholeInTheMemoryOfTheCaller) {
    std::string words = "a=" + std::string(3000, 'x');
    begin_load(words.c_str());
    expect_both(words, 0);
    begin_load("");
    expect_both("", 0);
}

TEST_F(LoadParameters, AreCutToTheRecord) {
    mk_user at = user + room - 8192;
    std::string words(6000, 'x');
    ASSERT_EQ(mk_case_user_write(at, words.c_str(), words.size() + 1), 0);
    mk_core_call_began(MK_CALL_FINIT_MODULE, 0, at);
    load(module);
    return_with(0);
    for (const ReadRecord &record : read_all()) {
        EXPECT_EQ(record.header.flags, MODKEEPER_RECORD_TRUNCATED);
        EXPECT_EQ(record.header.size, static_cast<unsigned>(MODKEEPER_RECORD_MAX));
    }
}

TEST_F(LoadParameters, AreFoundWithoutProbes) {
    fake::set_load_parameters(user_text("b=2"));
    expect_both("b=2", 0);
}

TEST_F(LoadParameters, ThatCannotBeReadAreMarked) {
    expect_both("", MODKEEPER_RECORD_TRUNCATED);
    begin_load("c=3");
    fake::set_texts_not_resident(true);
    expect_both("c=3", MODKEEPER_RECORD_TRUNCATED);
    // nothing was there at the beginning, either
    begin_load("d=4");
    expect_both("", MODKEEPER_RECORD_TRUNCATED);
}

TEST_F(LoadParameters, ThatHaveChangedAreMarked) {
    begin_load("c=3");
    user_text("c=4");
    expect_both("c=3", MODKEEPER_RECORD_TRUNCATED);
    begin_load("c=3");
    user_text("c=33");
    expect_both("c=3", MODKEEPER_RECORD_TRUNCATED);
    std::string words(500, 'y');
    begin_load(words.c_str());
    user_text("y");
    expect_both(std::string(127, 'y'), MODKEEPER_RECORD_TRUNCATED);
}

TEST_F(LoadParameters, WithoutMemoryAreMarked) {
    begin_load("c=3");
    module.state = MODKEEPER_STATE_COMING;
    fake::fail_allocation(1);
    mk_core_module_coming(&module);
    fake::fail_allocation(0);
    return_with(-5);
    ReadRecord begin = read_all().at(0);
    EXPECT_EQ(begin.args, "c=3");
    EXPECT_EQ(begin.header.flags, MODKEEPER_RECORD_TRUNCATED);
}

} // namespace
