// SPDX-License-Identifier: GPL-2.0-only
#include "explain/failed_tool.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/kernel_files.hpp"
#include "fixtures/module_tree.hpp"

namespace mk {
namespace {

using driver::Event;

std::uint64_t our_mounts() {
    struct stat status {};
    stat("/proc/self/ns/mnt", &status);
    return status.st_ino;
}

Event gave_up(const std::string &command, const std::string &directory = "") {
    Event event;
    event.kind = driver::EventKind::ToolFailed;
    driver::ToolFailure tool;
    tool.command = command;
    tool.directory = directory;
    tool.exit_status = 1;
    tool.mount_namespace = our_mounts();
    event.body = tool;
    return event;
}

driver::ToolFailure &body(Event &event) {
    return std::get<driver::ToolFailure>(event.body);
}

class FailedToolTest : public testing::Test {
  protected:
    FailedToolTest() {
        path_ = tree_.add("plain", {"license=GPL"});
        tree_.index();
    }
    Diagnosis explain(const Event &event) {
        auto catalog = Catalog::create(tree_.places());
        return explain_tool(event, {}, catalog, true).diagnosis;
    }

    test::ModuleTree tree_;
    std::string path_;
    test::TemporaryFolder folder_;
};

TEST_F(FailedToolTest, AFileThatIsNotThere) {
    const auto found = explain(gave_up("insmod " + folder_.path() + "/none.ko"));
    EXPECT_EQ(found.cause, Cause::NoSuchModule) << found.reason;
    EXPECT_NE(found.reason.find("none.ko"), std::string::npos);
    EXPECT_EQ(found.subject, "none");
    EXPECT_FALSE(found.remedies.empty());
    EXPECT_TRUE(found.evidence.empty()) << "the kernel was not asked";
}

TEST_F(FailedToolTest, AFileInTheFolderOfTheTool) {
    folder_.write("empty.ko", "");
    EXPECT_EQ(explain(gave_up("insmod ./empty.ko", folder_.path())).cause, Cause::DamagedFile);
    EXPECT_EQ(explain(gave_up("insmod ./empty.ko")).cause, Cause::Unknown) << "which one?";
}

// The daemon answers for others, who may not see what is there.
TEST_F(FailedToolTest, WhoMayOpenNoFileIsToldOfNone) {
    auto catalog = Catalog::create(tree_.places());
    for (const char *tool : {"insmod ", "modprobe "})
        for (const std::string &path : {folder_.path() + "/none.ko", path_}) {
            const auto found = explain_tool(gave_up(tool + path), {}, catalog, false).diagnosis;
            EXPECT_EQ(found.cause, Cause::Unknown) << tool << path << ": " << found.reason;
        }
}

TEST_F(FailedToolTest, AFileThatIsPackedAndCut) {
    auto packed = test::packed_with_gzip("module");
    const auto path = folder_.write("cut.ko.gz", packed.substr(0, packed.size() / 2));
    EXPECT_EQ(explain(gave_up("insmod " + path)).cause, Cause::DamagedFile);
}

TEST_F(FailedToolTest, ANameThatNobodyHas) {
    const auto found = explain(gave_up("modprobe plian"));
    EXPECT_EQ(found.cause, Cause::NoSuchModule) << found.reason;
    EXPECT_EQ(found.subject, "plian");
}

TEST_F(FailedToolTest, ALineOfModprobeD) {
    tree_.configure("x.conf", "install plain /bin/false\nblacklist plain\n");
    EXPECT_EQ(explain(gave_up("modprobe plain")).cause, Cause::ReplacedByCommand);
    tree_.configure("x.conf", "blacklist plain\n");
    EXPECT_NE(explain(gave_up("modprobe plain")).cause, Cause::Blacklisted)
        << "modprobe heeds no blacklist for a name";
}

TEST_F(FailedToolTest, AFilterOfSystemCalls) {
    auto event = gave_up("insmod " + path_);
    body(event).signal = SIGSYS;
    auto found = explain(event);
    EXPECT_EQ(found.cause, Cause::FilteredCall);
    EXPECT_EQ(found.certainty, Certainty::Seen);
    body(event).signal = 0;
    body(event).filters_calls = true;
    body(event).cgroup = "/system.slice/backup.service";
    body(event).mount_namespace = 1;
    found = explain(event);
    EXPECT_EQ(found.cause, Cause::FilteredCall);
    EXPECT_EQ(found.certainty, Certainty::Inferred);
    EXPECT_NE(found.remedies.front().find("backup.service"), std::string::npos);
}

TEST_F(FailedToolTest, ASignal) {
    auto event = gave_up("modprobe plain");
    body(event).signal = SIGKILL;
    const auto found = explain(event);
    EXPECT_EQ(found.cause, Cause::Interrupted);
    EXPECT_NE(found.reason.find("SIGKILL"), std::string::npos);
}

TEST_F(FailedToolTest, MountsOfItsOwn) {
    auto event = gave_up("insmod /tmp/x.ko");
    body(event).mount_namespace = 1;
    const auto found = explain(event);
    EXPECT_EQ(found.cause, Cause::UnreadableFile);
    EXPECT_EQ(found.certainty, Certainty::Inferred);
}

TEST_F(FailedToolTest, AnUnloadOfWhatIsNotLoaded) {
    const auto found = explain(gave_up("rmmod mk_nowhere"));
    EXPECT_EQ(found.cause, Cause::NotLoaded);
    EXPECT_EQ(found.outcome, "module mk_nowhere is not loaded");
}

TEST(LastFailedTool, IsOfThatModuleAndOfRoot) {
    std::vector<Event> events = {gave_up("insmod ./mk-one.ko", "/root"), gave_up("modprobe other")};
    EXPECT_EQ(last_failed_tool(events, ModuleName("mk_one"), "mk_one"), &events[0]);
    EXPECT_EQ(last_failed_tool(events, ModuleName(""), "/root/mk-one.ko"), &events[0]);
    EXPECT_EQ(last_failed_tool(events, ModuleName("third"), "third"), nullptr);
    events[0].uid = 1000;
    EXPECT_EQ(last_failed_tool(events, ModuleName("mk_one"), "mk_one"), nullptr);
    EXPECT_EQ(last_failed_tool(events, ModuleName("mk_one"), "mk_one", true), &events[0]);
}

TEST(LastFailedTool, WhatCameAfterItCounts) {
    std::vector<Event> events = {gave_up("modprobe mk_one"), {}};
    events[1].kind = driver::EventKind::LoadLive;
    driver::ModuleEvent live;
    live.module = "mk_one";
    events[1].body = live;
    EXPECT_EQ(last_failed_tool(events, ModuleName("mk_one"), "mk_one"), nullptr);
    std::swap(events[0], events[1]);
    EXPECT_EQ(last_failed_tool(events, ModuleName("mk_one"), "mk_one"), &events[1]);
}

} // namespace
} // namespace mk
