// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/event_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <initializer_list>

namespace mk::cli {
namespace {

driver::Event failed_load() {
    driver::Event event{};
    event.kind = driver::EventKind::LoadFailed;
    event.sequence = 17;
    event.realtime_ns = 1'700'000'000'123'456'789;
    event.tgid = 412;
    event.comm = "modprobe";
    driver::ModuleEvent change;
    change.module = "floppy";
    change.duration_ns = 1'230'000;
    change.error = 19;
    change.stage = driver::Stage::Init;
    change.file = "/lib/floppy.ko";
    event.body = change;
    return event;
}

driver::ModuleEvent &change_of(driver::Event &event) {
    return std::get<driver::ModuleEvent>(event.body);
}

template <typename Body> driver::Event event_with(driver::EventKind kind, Body body) {
    driver::Event event;
    event.kind = kind;
    event.comm = "rmmod";
    event.body = std::move(body);
    return event;
}

void expect(const driver::Event &event, std::initializer_list<const char *> parts) {
    const std::string line = event_line(event);
    for (const char *part : parts)
        EXPECT_NE(line.find(part), std::string::npos) << part << " in " << line;
}

TEST(EventText, LineTellsWhoWhatAndHowItEnded) {
    const std::string line = event_line(failed_load());
    for (const char *part : {".123456", "17", "failed", "floppy", "1.23 ms", "modprobe[412] uid 0",
                             "init: ENODEV (No such device)", "/lib/floppy.ko"})
        EXPECT_NE(line.find(part), std::string::npos) << part << " in " << line;
}

TEST(EventText, DecisionsOfThePolicyAndItsChangesAreTold) {
    driver::PolicyDecision decision;
    decision.module = "rxrpc";
    decision.outcome = driver::PolicyVerdict::Denied;
    decision.rule = "10-cve.rules:2";
    decision.rule_reason = "Copy Fail";
    decision.link = driver::Link::Certain;
    decision.alias = "net-pf-33";
    decision.request_comm = "exploit";
    decision.request_pid = 811;
    expect(event_with(driver::EventKind::PolicyDecision, decision),
           {"denied", "rxrpc", "by 10-cve.rules:2", "\"Copy Fail\"",
            "for \"net-pf-33\" of exploit[811]"});
    decision.link = driver::Link::None;
    decision.client_uid = 1000;
    decision.client_pid = 812;
    decision.client_comm = "busctl";
    expect(event_with(driver::EventKind::PolicyDecision, decision), {"for busctl[812] uid 1000"});
    decision.outcome = driver::PolicyVerdict::WouldDeny;
    expect(event_with(driver::EventKind::PolicyDecision, decision), {"warned", "would deny by"});
    decision.outcome = driver::PolicyVerdict::Allowed;
    decision.permission = 3;
    expect(event_with(driver::EventKind::PolicyDecision, decision),
           {"permitted", "allowed by temporary permission 3, though denied by 10-cve.rules:2"});
    driver::PolicyDecision request;
    request.gate = driver::PolicyGate::Request;
    request.outcome = driver::PolicyVerdict::Denied;
    request.alias = "net-pf-33";
    request.rule = "10-net.rules:1";
    expect(event_with(driver::EventKind::PolicyDecision, request),
           {"denied", "by 10-net.rules:1 the request for \"net-pf-33\""});
    driver::PolicyChange permitted;
    permitted.policy_change = driver::PolicyChangeKind::Expired;
    permitted.permission = 3;
    permitted.permission_name = "rxrpc";
    expect(event_with(driver::EventKind::PolicyChange, permitted),
           {"policy", "expired temporary permission 3 rxrpc"});
    driver::PolicyChange change;
    change.policy_change = driver::PolicyChangeKind::Set;
    change.policy_generation = 7;
    change.rule_count = 12;
    change.load_mode = driver::PolicyMode::Audit;
    expect(event_with(driver::EventKind::PolicyChange, change),
           {"policy", "set generation 7 12 rules load audit, request off"});
    change.policy_change = driver::PolicyChangeKind::Cleared;
    expect(event_with(driver::EventKind::PolicyChange, change), {"cleared generation 7"});
    auto failed = failed_load();
    change_of(failed).stage = driver::Stage::Policy;
    change_of(failed).error = 13;
    change_of(failed).rule = "10-cve.rules:2";
    expect(failed, {"policy 10-cve.rules:2: EACCES (Permission denied)"});
}

TEST(EventText, AContainerIsTold) {
    auto event = failed_load();
    change_of(event).cgroup = "/lxc.payload.web/system.slice/foo.service";
    expect(event, {"/lib/floppy.ko in the LXC container web"});
    change_of(event).cgroup = "/system.slice/foo.service";
    EXPECT_EQ(event_line(event).find("foo.service"), std::string::npos);
    driver::RefusedUnload refused;
    refused.cgroup = "/lxc.payload.web";
    expect(event_with(driver::EventKind::UnloadRefused, refused), {"in the LXC container web"});
    driver::ModuleRequest request;
    request.cgroup = "/lxc.payload.web";
    expect(event_with(driver::EventKind::Request, request), {"in the LXC container web"});
}

TEST(EventText, ColumnsStandBelowTheirTitles) {
    const std::string titles = event_titles();
    const std::string line = event_line(failed_load());
    EXPECT_EQ(titles.find("MODULE"), line.find("floppy"));
    EXPECT_EQ(titles.find("BY"), line.find("modprobe["));
    EXPECT_EQ(titles.find("DETAILS"), line.find("init: ENODEV"));
}

TEST(EventText, WhatOthersChoseCannotDriveTheTerminal) {
    driver::Event event = failed_load();
    event.kind = driver::EventKind::LoadBegin;
    event.comm = "\033[2Jx";
    change_of(event).args = "a=\r\n";
    const std::string line = event_line(event);
    EXPECT_EQ(line.find('\033'), std::string::npos);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_NE(line.find("\\x1b[2Jx"), std::string::npos);
}

TEST(EventText, AFileBelowAnotherRootSaysSo) {
    driver::Event event = failed_load();
    EXPECT_EQ(event_line(event).find("root"), std::string::npos);
    change_of(event).other_root = true;
    expect(event, {"/lib/floppy.ko below another root"});
}

TEST(EventText, EveryKindSaysItsOwn) {
    driver::RefusedUnload refused;
    refused.module = "udp_tunnel";
    refused.error = 11;
    refused.reason = driver::RefusalReason::Referenced;
    refused.used_by = {"wireguard"};
    expect(event_with(driver::EventKind::UnloadRefused, refused),
           {"refused", "udp_tunnel", "rmmod[0]", "referenced by wireguard", "EAGAIN"});
    refused.reason = driver::RefusalReason::NotLoaded;
    expect(event_with(driver::EventKind::UnloadRefused, refused), {"not loaded"});
    driver::ModuleRequest request{"net-pf-9", "__sock_create+0x1/0x2", false};
    expect(event_with(driver::EventKind::Request, request),
           {"request", "\"net-pf-9\" in __sock_create+0x1/0x2", "does not wait"});
    driver::ParameterWrite write{"dummy", "debug", std::nullopt, "7", 0};
    expect(event_with(driver::EventKind::Parameter, write), {"parameter", "debug: ? -> 7"});
    write.error = 22;
    expect(event_with(driver::EventKind::Parameter, write), {"refused: EINVAL"});
    write = {"dummy", "key", std::nullopt, std::nullopt, 0};
    expect(event_with(driver::EventKind::Parameter, write), {"key: values not told"});
    driver::ReferenceChange reference{"dummy", "x+1/2", true, 3};
    expect(event_with(driver::EventKind::Reference, reference), {"taken, 3 now", "in x+1/2"});
    expect(event_with(driver::EventKind::Mark, driver::Mark{"deployed"}), {"mark", "deployed"});
    driver::Event left_out = event_with(driver::EventKind::Suppressed,
                                        driver::Suppressed{7, 5, driver::EventKind::UnloadRefused});
    left_out.uid = 1000;
    expect(left_out, {"left out", "7 more \"unload-refused\" of user 1000 were not recorded"});
    left_out.uid = driver::no_uid;
    expect(left_out, {"of several users"});
}

TEST(EventText, AnUncertainLinkSaysSo) {
    driver::Event event = failed_load();
    change_of(event).link = driver::Link::Certain;
    change_of(event).alias = "fs-x";
    change_of(event).request_comm = "mount";
    change_of(event).request_pid = 9;
    EXPECT_NE(event_line(event).find("for \"fs-x\" of mount[9]"), std::string::npos);
    EXPECT_EQ(event_line(event).find("or another"), std::string::npos);
    change_of(event).link = driver::Link::Uncertain;
    EXPECT_NE(event_line(event).find("or another that asked"), std::string::npos);
}

TEST(EventText, TheClientOfTheDaemonIsNamed) {
    driver::Event event = failed_load();
    EXPECT_EQ(event_line(event).find("for "), std::string::npos);
    change_of(event).client_pid = 812;
    change_of(event).client_uid = 1000;
    change_of(event).client_comm = "busctl";
    for (const auto kind :
         {driver::EventKind::LoadBegin, driver::EventKind::LoadFailed, driver::EventKind::Unload}) {
        event.kind = kind;
        expect(event, {"for busctl[812] uid 1000"});
    }
    driver::RefusedUnload refused;
    refused.client_pid = 812;
    refused.client_comm = "x y";
    expect(event_with(driver::EventKind::UnloadRefused, refused), {"for \"x y\"[812] uid 0"});
}

TEST(EventText, LostTellsHowMany) {
    driver::Event event{};
    event.kind = driver::EventKind::Lost;
    event.body = driver::Lost{12};
    EXPECT_NE(event_line(event).find("12 records were overwritten"), std::string::npos);
    const auto json = nlohmann::json::parse(event_json(event));
    EXPECT_EQ(json["kind"], "lost");
    EXPECT_EQ(json["lost"], 12);
    EXPECT_TRUE(json["module"].is_null());
}

TEST(EventText, JsonHasEveryKeyInEveryEvent) {
    const auto failed = nlohmann::json::parse(event_json(failed_load()));
    EXPECT_EQ(failed["kind"], "load-failed");
    EXPECT_EQ(failed["errno"], 19);
    EXPECT_EQ(failed["error"], "InitFailed");
    EXPECT_EQ(failed["errno_name"], "ENODEV");
    EXPECT_EQ(failed["stage"], "init");
    EXPECT_TRUE(failed["loginuid"].is_null());
    driver::Event event{};
    event.kind = driver::EventKind::Present;
    event.body = driver::ModuleEvent{};
    std::vector<std::string> keys;
    std::vector<std::string> others;
    const auto present = nlohmann::json::parse(event_json(event));
    for (const auto &[key, value] : present.items())
        keys.push_back(key);
    for (const auto &[key, value] : failed.items())
        others.push_back(key);
    EXPECT_EQ(keys, others);
}

TEST(EventText, JsonTakesBytesThatAreNoText) {
    driver::Event event = failed_load();
    event.comm = "\xff\xfe";
    EXPECT_NE(event_json(event).find("\\ufffd"), std::string::npos);
}

} // namespace
} // namespace mk::cli
