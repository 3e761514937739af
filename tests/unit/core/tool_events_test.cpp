// SPDX-License-Identifier: GPL-2.0-only
// Tools that end with an error before they ask the kernel.
#include "calls_fixture.hpp"

namespace {

class ToolEvents : public Calls {
  protected:
    void SetUp() override {
        Calls::SetUp();
        fake::set_comm("insmod");
        fake::set_directory("/home/eva/driver");
    }
    std::vector<ReadRecord> ended(unsigned int status, unsigned int signal = 0,
                                  bool filters_calls = false) {
        mk_core_process_ends(status, signal, filters_calls);
        return read_all();
    }
};

TEST_F(ToolEvents, OneThatGivesUpIsRecorded) {
    fake::set_cgroup("/system.slice/load.service");
    const auto records = ended(1);
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_TOOL_FAILED);
    const auto &body = records[0].as<modkeeper_record_tool>();
    EXPECT_EQ(records[0].text(body.command), "insmod ./bad.ko debug=1");
    EXPECT_EQ(records[0].text(body.directory), "/home/eva/driver");
    EXPECT_EQ(records[0].text(body.cgroup), "/system.slice/load.service");
    EXPECT_EQ(body.exit_status, 1u);
    EXPECT_EQ(body.signal, 0u);
    EXPECT_EQ(body.filters_calls, 0u);
    EXPECT_EQ(body.parent_pid, 12u);
    EXPECT_STREQ(body.parent_comm, "bash");
    EXPECT_EQ(body.capability, static_cast<unsigned>(MODKEEPER_CAPABILITY_HELD));
    EXPECT_EQ(records[0].header.flags & MODKEEPER_RECORD_ANYBODY, 0);
}

TEST_F(ToolEvents, ASignalAndAFilterAreSaid) {
    const auto records = ended(0, 31, true);
    ASSERT_EQ(records.size(), 1u);
    const auto &body = records[0].as<modkeeper_record_tool>();
    EXPECT_EQ(body.signal, 31u);
    EXPECT_EQ(body.filters_calls, 1u);
}

TEST_F(ToolEvents, OtherProgramsAreNot) {
    for (const char *name : {"bash", "insmod2", "modprob", "lsmod", ""}) {
        fake::set_comm(name);
        EXPECT_TRUE(ended(1).empty()) << name;
    }
    __u64 started = 600;
    for (const char *name : {"modprobe", "rmmod", "kmod"}) {
        fake::set_origin({started++, 12, "bash", false});
        fake::set_comm(name);
        EXPECT_EQ(ended(1).size(), 1u) << name;
        EXPECT_TRUE(ended(1).empty()) << "one process has one record";
    }
}

// Whose call failed has its record already.
TEST_F(ToolEvents, WhatAFailedCallExplainsIsNotSaidTwice) {
    begin_load();
    read_file("./bad.ko", -8);
    return_with(-8);
    EXPECT_EQ(of_kind(read_all(), MODKEEPER_RECORD_LOAD_FAILED), 1u);
    EXPECT_TRUE(ended(1).empty());
    // of another process with the same number
    fake::set_origin({900, 12, "bash", false});
    EXPECT_EQ(ended(1).size(), 1u);
}

TEST_F(ToolEvents, NeitherIsARefusedUnload) {
    fake::set_comm("rmmod");
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text("dummy"));
    return_with(-11);
    EXPECT_EQ(of_kind(read_all(), MODKEEPER_RECORD_UNLOAD_REFUSED), 1u);
    EXPECT_TRUE(ended(1).empty());
}

// A call that went well explains no failure.
TEST_F(ToolEvents, AGoodCallExplainsNothing) {
    fake::set_comm("modprobe");
    begin_load();
    return_with(0);
    read_all();
    EXPECT_EQ(ended(1).size(), 1u);
}

TEST_F(ToolEvents, HelpersOfTheKernelAreLeftOut) {
    fake::set_comm("modprobe");
    fake::set_origin({500, 2, "kworker/u4:1", true});
    EXPECT_TRUE(ended(1).empty());
}

TEST_F(ToolEvents, WithoutTheTextsItIsRecordedAllTheSame) {
    fake::set_texts_not_resident(true);
    fake::set_directory("");
    const auto records = ended(1);
    ASSERT_EQ(records.size(), 1u);
    const auto &body = records[0].as<modkeeper_record_tool>();
    EXPECT_EQ(body.command.offset, 0u);
    EXPECT_EQ(body.directory.offset, 0u);
    EXPECT_EQ(records[0].header.flags & MODKEEPER_RECORD_TRUNCATED, MODKEEPER_RECORD_TRUNCATED);
}

// Half a path would lead elsewhere.
TEST_F(ToolEvents, ALongDirectoryIsNotCut) {
    fake::set_directory("/" + std::string(300, 'd'));
    const auto records = ended(1);
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].as<modkeeper_record_tool>().directory.offset, 0u);
}

TEST_F(ToolEvents, AUserPaysForThem) {
    fake::set_trusted(false);
    fake::set_owner(1000);
    for (unsigned i = 0; i < 300; i++) {
        fake::set_origin({1000 + i, 12, "bash", false});
        mk_core_process_ends(1, 0, false);
    }
    const auto records = read_all();
    EXPECT_EQ(of_kind(records, MODKEEPER_RECORD_TOOL_FAILED), 100u);
    EXPECT_TRUE(records.front().header.flags & MODKEEPER_RECORD_ANYBODY);
}

} // namespace
