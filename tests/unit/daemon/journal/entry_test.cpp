// SPDX-License-Identifier: GPL-2.0-only
#include "journal/entry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "driver_client/event_codec.hpp"
#include "journal/message_ids.hpp"

namespace mk::journal {
namespace {

using driver::EventKind;

driver::Event event_of(EventKind kind) {
    driver::Event event;
    event.kind = kind;
    event.sequence = 12;
    event.boottime_ns = 34;
    event.comm = "modprobe";
    event.tgid = 41;
    event.body = driver::body_of(kind);
    if (auto *change = std::get_if<driver::ModuleEvent>(&event.body)) {
        change->module = "dummy";
        change->duration_ns = 12'340'000;
    }
    return event;
}

std::map<std::string, std::string> journal_fields_of(const driver::Event &event) {
    std::map<std::string, std::string> fields;
    for (const auto &field : entry_of(event, {})) {
        const auto equals = field.find('=');
        EXPECT_TRUE(fields.emplace(field.substr(0, equals), field.substr(equals + 1)).second)
            << field << " is there twice";
    }
    return fields;
}

TEST(JournalEntry, HasTheKernelAndTheBuild) {
    KernelState kernel;
    kernel.release = "6.1.0-54-amd64";
    const auto entry = entry_of(event_of(EventKind::LoadLive), kernel);
    EXPECT_EQ(entry.back(), "MODKEEPER_KERNEL_RELEASE=6.1.0-54-amd64");
    EXPECT_EQ(fields_of(BuildId{"1f2e", "ABC"}), Fields{"MODKEEPER_BUILD_ID=1f2e"});
    EXPECT_EQ(fields_of(BuildId{"", "ABC"}), Fields{}) << "the event has the srcversion";
}

TEST(JournalEntry, OfALoad) {
    auto event = event_of(EventKind::LoadLive);
    auto &change = std::get<driver::ModuleEvent>(event.body);
    change.link = driver::Link::Certain;
    change.alias = "rtnl-link-dummy";
    change.request_comm = "ip";
    change.request_pid = 39;
    auto fields = journal_fields_of(event);
    EXPECT_EQ(fields["MESSAGE_ID"], loaded_id);
    EXPECT_EQ(fields["MESSAGE"], "module dummy was loaded by modprobe[41] in 12.3 ms, because "
                                 "ip[39] needed \"rtnl-link-dummy\"");
    EXPECT_EQ(fields["PRIORITY"], "6");
    EXPECT_EQ(fields["MODKEEPER_MODULE"], "dummy");
    EXPECT_EQ(fields["MODKEEPER_SEQUENCE"], "12");
    EXPECT_EQ(fields["MODKEEPER_BOOTTIME_NS"], "34");
    EXPECT_EQ(fields["MODKEEPER_ALIAS"], "rtnl-link-dummy");
    EXPECT_EQ(fields["MODKEEPER_REQUEST_COMM"], "ip");
    EXPECT_FALSE(fields.contains("ERRNO"));
}

TEST(JournalEntry, OfAPlaceThatTells) {
    auto event = event_of(EventKind::LoadLive);
    auto &change = std::get<driver::ModuleEvent>(event.body);
    change.cgroup = "/system.slice/foo.service";
    change.capability = driver::Capability::Held;
    auto fields = journal_fields_of(event);
    EXPECT_EQ(fields["MESSAGE"],
              "module dummy was loaded by modprobe[41] (foo.service) in 12.3 ms");
    EXPECT_EQ(fields["MODKEEPER_CGROUP"], "/system.slice/foo.service");
    EXPECT_EQ(fields["MODKEEPER_CAPABILITY"], "held");
    change.cgroup = "/lxc.payload.web";
    EXPECT_EQ(journal_fields_of(event)["MESSAGE"],
              "module dummy was loaded by modprobe[41] (the LXC container web) in 12.3 ms");
    change.cgroup = "/system.slice/modkeeperd.service";
    EXPECT_EQ(journal_fields_of(event)["MESSAGE"],
              "module dummy was loaded by modprobe[41] in 12.3 ms");
}

TEST(JournalEntry, OfAFailure) {
    auto event = event_of(EventKind::LoadFailed);
    auto &change = std::get<driver::ModuleEvent>(event.body);
    change.stage = driver::Stage::Symbols;
    change.error = ENOENT;
    auto fields = journal_fields_of(event);
    EXPECT_EQ(fields["MESSAGE_ID"], load_failed_id);
    EXPECT_EQ(fields["PRIORITY"], "3");
    EXPECT_EQ(fields["ERRNO"], "2");
    EXPECT_EQ(fields["MODKEEPER_ERRNO_NAME"], "ENOENT");
    EXPECT_EQ(fields["MODKEEPER_ERROR"], "UnknownSymbol");
    EXPECT_EQ(fields["MODKEEPER_CAUSE"], "missing-symbol");
    EXPECT_EQ(fields["MODKEEPER_STAGE"], "symbols");
    EXPECT_NE(fields["MESSAGE"].find("symbol"), std::string::npos);
    // a driver that finds no hardware breaks nothing
    change.stage = driver::Stage::Init;
    change.error = ENODEV;
    EXPECT_EQ(journal_fields_of(event)["PRIORITY"], "5");
}

TEST(JournalEntry, OfALoadThatThePolicyDenied) {
    auto event = event_of(EventKind::LoadFailed);
    auto &change = std::get<driver::ModuleEvent>(event.body);
    change.stage = driver::Stage::Policy;
    change.error = EACCES;
    change.rule = "10-cve.rules:2";
    change.rule_reason = "Copy Fail";
    change.decision_sequence = 11;
    auto fields = journal_fields_of(event);
    EXPECT_EQ(fields["MESSAGE_ID"], load_failed_id);
    EXPECT_EQ(fields["PRIORITY"], "4") << "it is what the administrator wanted";
    EXPECT_EQ(fields["MODKEEPER_STAGE"], "policy");
    EXPECT_EQ(fields["MODKEEPER_RULE"], "10-cve.rules:2");
    EXPECT_EQ(fields["MODKEEPER_RULE_REASON"], "Copy Fail");
    EXPECT_EQ(fields["MODKEEPER_DECISION_SEQUENCE"], "11");
}

TEST(JournalEntry, OfUnloads) {
    EXPECT_EQ(journal_fields_of(event_of(EventKind::Unload))["MESSAGE_ID"], unloaded_id);
    auto refused = event_of(EventKind::UnloadRefused);
    std::get<driver::RefusedUnload>(refused.body) = {.module = "dummy", .error = EAGAIN};
    auto fields = journal_fields_of(refused);
    EXPECT_EQ(fields["MESSAGE_ID"], unload_refused_id);
    EXPECT_EQ(fields["PRIORITY"], "4");
}

TEST(JournalEntry, OfToolsThatGiveUp) {
    auto event = event_of(EventKind::ToolFailed);
    event.comm = "modprobe";
    event.tgid = 41;
    driver::ToolFailure tool;
    tool.command = "modprobe nosuch-module";
    tool.exit_status = 1;
    event.body = tool;
    ASSERT_TRUE(is_entered(event));
    auto fields = journal_fields_of(event);
    EXPECT_EQ(fields["MESSAGE_ID"], tool_failed_id);
    EXPECT_EQ(fields["PRIORITY"], "5");
    EXPECT_EQ(fields["MESSAGE"],
              "module nosuch_module was not loaded by modprobe[41]: it gave up with status 1");
    EXPECT_EQ(fields["MODKEEPER_MODULE"], "nosuch_module");
    EXPECT_EQ(fields["MODKEEPER_EXIT_STATUS"], "1");
    EXPECT_EQ(event_of_entry(fields)->as<driver::ToolFailure>()->command, tool.command);
    tool = {};
    tool.command = "rmmod a b";
    tool.signal = 31;
    event.comm = "rmmod";
    event.body = tool;
    const auto several = entry_of(event, {});
    EXPECT_EQ(several.front(), "MESSAGE=rmmod[41] failed: signal 31 ended it: \"rmmod a b\"");
    // It is not known which of them failed.
    for (const char *field : {"MODKEEPER_TARGET=a", "MODKEEPER_TARGET=b"})
        EXPECT_NE(std::find(several.begin(), several.end(), field), several.end()) << field;
    tool.command = "rmmod nf_conn";
    event.body = tool;
    event.truncated = true;
    EXPECT_FALSE(journal_fields_of(event).contains("MODKEEPER_MODULE")) << "the name was cut";
    // Anybody can run it.
    event.anybody = true;
    EXPECT_FALSE(is_entered(event));
}

TEST(JournalEntry, OnlyOfWhatSomebodyDid) {
    EXPECT_FALSE(is_entered(event_of(EventKind::Present)));
    EXPECT_FALSE(is_entered(event_of(EventKind::LoadBegin)));
    EXPECT_FALSE(is_entered(event_of(EventKind::Reference)));
}

TEST(JournalEntry, LeadsBackToTheEvent) {
    for (const auto kind : {EventKind::LoadLive, EventKind::LoadFailed, EventKind::Unload,
                            EventKind::UnloadRefused}) {
        auto event = event_of(kind);
        if (auto *change = std::get_if<driver::ModuleEvent>(&event.body))
            change->kernel_lines = "one\ntwo";
        auto fields = journal_fields_of(event);
        fields["_BOOT_ID"] = "x";
        const auto back = event_of_entry(fields);
        ASSERT_TRUE(back);
        EXPECT_EQ(driver::fields_of(*back).size(), driver::fields_of(event).size());
        EXPECT_EQ(back->sequence, 12U);
        fields["MODKEEPER_KIND"] = "present";
        EXPECT_FALSE(event_of_entry(fields));
    }
    EXPECT_FALSE(event_of_entry({{"MESSAGE", "hello"}}));
}

TEST(JournalEntry, NobodyPutsControlCharactersIntoTheMessage) {
    driver::Event event;
    event.kind = driver::EventKind::LoadLive;
    event.comm = "modprobe";
    driver::ModuleEvent change;
    change.module = "dummy";
    change.link = driver::Link::Certain;
    change.request_comm = "x\n\x1b[2J\xe2\x80\xae";
    change.alias = "net-pf-9";
    event.body = change;
    const auto message = entry_of(event, {}).front();
    EXPECT_NE(message.find("x\\x0a\\x1b[2J\\xe2\\x80\\xae"), std::string::npos) << message;
}

// A name that any user gives to the kernel, or to a process of its own.
TEST(JournalEntry, NothingOfOthersLooksLikeOurWords) {
    driver::Event refused;
    refused.kind = driver::EventKind::UnloadRefused;
    refused.comm = "a (pid 1, uid 0";
    driver::RefusedUnload refusal;
    refusal.module = "x is not loaded; root";
    refusal.error = EPERM;
    refused.body = refusal;
    auto message = entry_of(refused, {}).front();
    EXPECT_NE(message.find("module \"x is not loaded; root\" was not"), std::string::npos)
        << message;
    EXPECT_NE(message.find("; \"a (pid 1, uid 0\" (pid "), std::string::npos) << message;
    driver::Event loaded;
    loaded.kind = driver::EventKind::LoadLive;
    loaded.comm = "mod probe";
    driver::ModuleEvent change;
    change.module = "a b";
    change.link = driver::Link::Certain;
    change.request_comm = "c d";
    change.alias = "e\" f";
    loaded.body = change;
    message = entry_of(loaded, {}).front();
    EXPECT_NE(message.find("module \"a b\" was loaded by \"mod probe\"["), std::string::npos)
        << message;
    EXPECT_NE(message.find("because \"c d\"[0] needed \"e\\\" f\""), std::string::npos) << message;
}

TEST(JournalEntry, SaysWhatTheDriverDidNotRecord) {
    driver::Event event;
    event.kind = driver::EventKind::Suppressed;
    event.uid = 1000;
    event.body = driver::Suppressed{17, 5, driver::EventKind::Request};
    ASSERT_TRUE(is_entered(event));
    EXPECT_NE(entry_of(event, {}).front().find(
                  "events not recorded: 17 of kind request caused by user 1000"),
              std::string::npos)
        << entry_of(event, {}).front();
}

} // namespace
} // namespace mk::journal
