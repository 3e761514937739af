// SPDX-License-Identifier: GPL-2.0-only
#include "policy/sighting.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk::policy {
namespace {

using driver::EventKind;

driver::Event load_of(const std::string &module, std::uint64_t sequence) {
    driver::ModuleEvent load;
    load.module = module;
    load.command = "modprobe " + module;
    load.signature = driver::Signature::Valid;
    driver::Event event;
    event.kind = EventKind::LoadLive;
    event.sequence = sequence;
    event.boottime_ns = sequence * 10;
    event.realtime_ns = sequence * 100;
    event.comm = "modprobe";
    event.uid = 0;
    event.body = load;
    return event;
}

driver::Event decision_of(const std::string &module, std::uint64_t sequence) {
    driver::PolicyDecision decision;
    decision.module = module;
    decision.gate = driver::PolicyGate::Load;
    decision.outcome = driver::PolicyVerdict::WouldDeny;
    decision.rule = "learning";
    auto event = load_of(module, sequence);
    event.kind = EventKind::PolicyDecision;
    event.body = decision;
    return event;
}

// Who asked the daemon.
JobCaller ansible() {
    JobCaller caller;
    caller.comm = "ansible";
    caller.uid = 1000;
    return caller;
}

driver::ModuleEvent &body(driver::Event &event) {
    return std::get<driver::ModuleEvent>(event.body);
}

TEST(Sighting, OfALoadByAProgram) {
    const auto seen = sightings_of({{load_of("dummy", 1), ""}});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].way, Sighting::Way::Load);
    EXPECT_EQ(seen[0].module, "dummy");
    EXPECT_EQ(seen[0].trigger, Trigger::Command);
    EXPECT_EQ(seen[0].who, "modprobe");
    EXPECT_EQ(seen[0].command, "modprobe dummy");
    EXPECT_EQ(seen[0].is_signed, true);
    EXPECT_EQ(seen[0].realtime_ns, 100U);
}

TEST(Sighting, OfARequestNamesWhoNeededIt) {
    auto event = load_of("vfat", 1);
    body(event).link = driver::Link::Certain;
    body(event).request_comm = "mount";
    body(event).request_uid = 1000;
    body(event).alias = "fs-vfat";
    body(event).signature = driver::Signature::None;
    const auto seen = sightings_of({{event, ""}});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].trigger, Trigger::Request);
    EXPECT_EQ(seen[0].who, "mount");
    EXPECT_EQ(seen[0].uid, 1000U);
    EXPECT_EQ(seen[0].alias, "fs-vfat");
    EXPECT_EQ(seen[0].is_signed, false);
}

TEST(Sighting, OfAJobNamesWhoAskedTheDaemon) {
    auto event = load_of("dummy", 1);
    event.comm = "modkeeperd-job";
    const auto seen = sightings_of({{event, "", ansible()}});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].trigger, Trigger::Daemon);
    EXPECT_EQ(seen[0].who, "ansible");
    EXPECT_EQ(seen[0].uid, 1000U);
}

TEST(Sighting, WhatRecordAndJournalBothHaveIsOne) {
    EXPECT_EQ(sightings_of({{load_of("a", 1), ""}, {load_of("a", 1), ""}}).size(), 1U);
    EXPECT_EQ(sightings_of({{load_of("a", 1), ""}, {load_of("a", 1), "other"}}).size(), 2U)
        << "of two boots";
}

TEST(Sighting, ALoadThatWouldHaveBeenDeniedIsOne) {
    auto load = load_of("a", 3);
    body(load).decision_sequence = 2;
    body(load).rule = "learning";
    auto seen = sightings_of({{decision_of("a", 2), ""}, {load, ""}});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].way, Sighting::Way::Load);
    EXPECT_EQ(seen[0].rule, "learning");
    seen = sightings_of({{decision_of("a", 2), "other"}, {load, ""}});
    EXPECT_EQ(seen.size(), 2U) << "a number of another boot";
}

TEST(Sighting, WhatWouldHaveBeenDeniedAndFailedLater) {
    const auto seen = sightings_of({{decision_of("a", 2), ""}});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].way, Sighting::Way::WouldDeny);
    EXPECT_EQ(seen[0].rule, "learning");
}

TEST(Sighting, WhatTheDaemonWouldHaveBeenDeniedNamesWhoAsked) {
    auto event = decision_of("a", 2);
    event.comm = "modkeeperd-job";
    auto &decision = std::get<driver::PolicyDecision>(event.body);
    decision.client_uid = 1000;
    decision.client_pid = 812;
    const auto seen = sightings_of({{event, "", ansible()}});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].trigger, Trigger::Daemon);
    EXPECT_EQ(seen[0].who, "ansible");
    EXPECT_EQ(seen[0].uid, 1000U);
}

TEST(Sighting, OfARequestThatWouldHaveBeenDenied) {
    auto event = decision_of("", 2);
    auto &decision = std::get<driver::PolicyDecision>(event.body);
    decision.gate = driver::PolicyGate::Request;
    decision.alias = "net-pf-33";
    event.comm = "exploit";
    event.uid = 1000;
    const auto seen = sightings_of({{event, ""}});
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].module, "");
    EXPECT_EQ(seen[0].alias, "net-pf-33");
    EXPECT_EQ(seen[0].who, "exploit");
    EXPECT_EQ(seen[0].uid, 1000U);
}

TEST(Sighting, OfWhatWasDenied) {
    auto load = load_of("a", 1);
    load.kind = EventKind::LoadFailed;
    body(load).stage = driver::Stage::Policy;
    body(load).rule = "default";
    auto request = decision_of("", 2);
    std::get<driver::PolicyDecision>(request.body).outcome = driver::PolicyVerdict::Denied;
    std::get<driver::PolicyDecision>(request.body).gate = driver::PolicyGate::Request;
    std::get<driver::PolicyDecision>(request.body).alias = "net-pf-33";
    const auto seen = sightings_of({{load, ""}, {request, ""}});
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].way, Sighting::Way::Denied);
    EXPECT_EQ(seen[0].rule, "default");
    EXPECT_EQ(seen[1].way, Sighting::Way::Denied);
    EXPECT_EQ(seen[1].alias, "net-pf-33");
}

TEST(Sighting, NothingElseIsOne) {
    auto failed = load_of("a", 1);
    failed.kind = EventKind::LoadFailed;
    auto denied = decision_of("b", 2);
    std::get<driver::PolicyDecision>(denied.body).outcome = driver::PolicyVerdict::Denied;
    auto unload = load_of("c", 3);
    unload.kind = EventKind::Unload;
    EXPECT_TRUE(sightings_of({{failed, ""}, {denied, ""}, {unload, ""}}).empty());
}

TEST(Sighting, OfWhatIsLoadedNow) {
    LoadedModule signed_one, other, coming;
    signed_one.name = "ext4"_module;
    other.name = "mydriver"_module;
    other.taints = "OE";
    coming.name = "slow"_module;
    coming.state = LoadState::Coming;
    auto seen = sightings_of({signed_one, other, coming}, true);
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].way, Sighting::Way::Present);
    EXPECT_EQ(seen[0].is_signed, true);
    EXPECT_EQ(seen[1].is_signed, false);
    EXPECT_EQ(sightings_of({signed_one}, false)[0].is_signed, std::nullopt);
}

} // namespace
} // namespace mk::policy
