// SPDX-License-Identifier: GPL-2.0-only
#include "explain/explain_record.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace mk {
namespace {

using driver::Stage;

driver::Event failure(Stage stage, int error, bool began = false) {
    driver::Event event;
    event.kind = driver::EventKind::LoadFailed;
    event.comm = "insmod";
    event.tgid = 7;
    event.uid = 1000;
    driver::ModuleEvent change;
    change.module = "mk_one";
    change.stage = stage;
    change.error = error;
    change.load_sequence = began ? 3 : 0;
    event.body = change;
    return event;
}

Error explained(Stage stage, int error, bool began = false) {
    KernelState kernel;
    kernel.release = "6.1.0";
    return explain_failure(failure(stage, error, began), Audience::RecordReaders, kernel);
}

void expect(const Error &error, ErrorCode code, std::string_view words) {
    EXPECT_EQ(error_name(error.code), error_name(code)) << error.message;
    EXPECT_NE(error.message.find(words), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("insmod (pid 7, uid 1000)"), std::string::npos) << error.message;
}

TEST(ExplainRecord, TheStageDecides) {
    expect(explained(Stage::Symbols, ENOENT), ErrorCode::UnknownSymbol, "symbol");
    expect(explained(Stage::Signature, EKEYREJECTED), ErrorCode::BadSignature, "signature");
    expect(explained(Stage::Elf, ENOEXEC), ErrorCode::BadFormat, "damaged");
    expect(explained(Stage::Format, ENOEXEC), ErrorCode::BadFormat, "another kernel");
    expect(explained(Stage::Blacklist, EPERM), ErrorCode::DeniedByKernel, "module_blacklist=");
    expect(explained(Stage::Permission, EPERM), ErrorCode::DeniedByKernel, "CAP_SYS_MODULE");
    expect(explained(Stage::Permission, EACCES), ErrorCode::DeniedByKernel, "audit log");
    expect(explained(Stage::Duplicate, EEXIST), ErrorCode::AlreadyLoaded,
           "is loaded or being loaded");
    expect(explained(Stage::Memory, ENOMEM), ErrorCode::Failed, "memory");
    expect(explained(Stage::Parameters, EINVAL, true), ErrorCode::BadParameter, "parameters");
    expect(explained(Stage::Veto, EPERM), ErrorCode::DeniedByKernel, "refused it");
    expect(explained(Stage::Policy, EACCES), ErrorCode::DeniedByKernel, "a rule of the policy");
    expect(explained(Stage::Init, ENODEV, true), ErrorCode::InitFailed, "hardware");
}

TEST(ExplainRecord, TheRuleThatDeniedItIsNamed) {
    auto event = failure(Stage::Policy, EACCES);
    auto &change = std::get<driver::ModuleEvent>(event.body);
    change.rule = "10-cve.rules:2";
    change.rule_reason = "no fix yet";
    const auto told = explain_failure(event, Audience::Everybody, {});
    EXPECT_EQ(told.facts.cause, Cause::DeniedByPolicy);
    EXPECT_NE(told.message.find("rule 10-cve.rules:2 of the policy denied it: \"no fix yet\""),
              std::string::npos)
        << told.message;
    const auto remedy = [&] { return explain_failure(event, Audience::Everybody, {}).message; };
    EXPECT_NE(remedy().find("policy allow"), std::string::npos) << remedy();
    change.rule = "mask-" + change.module;
    EXPECT_NE(remedy().find("\"modkeeper unmask "), std::string::npos) << remedy();
}

TEST(ExplainRecord, WhereItWasIsToldToReadersOfTheRecordOnly) {
    auto event = failure(Stage::Permission, EPERM);
    auto &change = std::get<driver::ModuleEvent>(event.body);
    change.capability = driver::Capability::OwnNamespace;
    change.cgroup = "/lxc.payload.web";
    const auto told = explain_failure(event, Audience::RecordReaders, {});
    EXPECT_NE(told.message.find("insmod (pid 7, uid 1000) in the LXC container web tried to load"),
              std::string::npos)
        << told.message;
    EXPECT_EQ(told.facts.cause, Cause::UserNamespace);
    const auto everybody = explain_failure(event, Audience::Everybody, {});
    EXPECT_EQ(everybody.message.find("web"), std::string::npos) << everybody.message;
    EXPECT_EQ(everybody.facts.cause, Cause::UserNamespace);
}

TEST(ExplainRecord, ARefusedUnloadTellsTheCapability) {
    driver::Event event;
    event.kind = driver::EventKind::UnloadRefused;
    driver::RefusedUnload refused;
    refused.module = "mk_one";
    refused.error = EPERM;
    refused.reason = driver::RefusalReason::Permission;
    const auto cause = [&](driver::Capability capability) {
        refused.capability = capability;
        event.body = refused;
        return diagnose_record(event, {}).cause;
    };
    EXPECT_EQ(cause(driver::Capability::Missing), Cause::NotPrivileged);
    EXPECT_EQ(cause(driver::Capability::OwnNamespace), Cause::UserNamespace);
    EXPECT_EQ(cause(driver::Capability::Unknown), Cause::NotPrivileged);
    KernelState locked;
    locked.modules_disabled = true;
    EXPECT_EQ(diagnose_record(event, locked).cause, Cause::ModulesDisabled);
}

TEST(ExplainRecord, WithoutAStageTheErrnoDecides) {
    expect(explained(Stage::Unknown, ENOKEY), ErrorCode::BadSignature, "not signed");
    expect(explained(Stage::Unknown, 0, true), ErrorCode::InitFailed, "or in its init");
    EXPECT_EQ(explained(Stage::Unknown, 0, true).message.find("the kernel answered"),
              std::string::npos);
}

// The kernel's own words decide, and stand behind the sentence.
TEST(ExplainRecord, WhatTheKernelPrintedDecides) {
    auto event = failure(Stage::Symbols, ENOEXEC);
    auto &change = std::get<driver::ModuleEvent>(event.body);
    change.kernel_lines = "other: loading out-of-tree module taints kernel.\n"
                          "other: disagrees about version of symbol module_layout";
    const auto told = explain_failure(event, Audience::RecordReaders);
    expect(told, ErrorCode::BadFormat,
           "kernel log: other: disagrees about version of symbol module_layout");
    EXPECT_EQ(told.message.find("taints"), std::string::npos) << told.message;
    change.kernel_lines = "mk_one: the cable is not plugged in\nmk_one: secret=hunter2";
    change.stage = Stage::Init;
    expect(explain_failure(event, Audience::RecordReaders), ErrorCode::InitFailed,
           "kernel log: mk_one: the cable is not plugged in | mk_one: secret=hunter2");
}

TEST(ExplainRecord, EverybodyIsNotToldWhatTheKernelPrinted) {
    auto event = failure(Stage::Init, ENODEV, true);
    std::get<driver::ModuleEvent>(event.body).kernel_lines = "mk_one: secret=hunter2";
    const auto load = explain_failure(event, Audience::Everybody);
    EXPECT_EQ(load.message.find("hunter2"), std::string::npos) << load.message;
    event.kind = driver::EventKind::UnloadRefused;
    driver::RefusedUnload refused;
    refused.module = "mk_one";
    refused.error = EAGAIN;
    refused.kernel_lines = "mk_one: secret=hunter2";
    event.body = refused;
    const auto unload = explain_refusal(event, Audience::Everybody);
    EXPECT_EQ(unload.message.find("hunter2"), std::string::npos) << unload.message;
    const auto told = explain_refusal(event, Audience::RecordReaders);
    EXPECT_NE(told.message.find("kernel log: mk_one: secret=hunter2"), std::string::npos)
        << told.message;
}

TEST(ExplainRecord, OnlyTellingLinesAreEvidence) {
    auto event = failure(Stage::Init, ENODEV, true);
    EXPECT_TRUE(telling_lines(event).empty());
    std::get<driver::ModuleEvent>(event.body).kernel_lines =
        "mk_one: module verification failed: signature and/or required key missing - tainting "
        "kernel\nmk_one: hello";
    EXPECT_EQ(telling_lines(event), std::vector<std::string>{"mk_one: hello"});
}

TEST(ExplainRecord, EverybodyIsNotToldWhoItWas) {
    const auto load = explain_failure(failure(Stage::Init, ENODEV, true), Audience::Everybody);
    EXPECT_EQ(load.message.find("insmod"), std::string::npos) << load.message;
    EXPECT_EQ(load.message.find("1000"), std::string::npos) << load.message;
    auto event = failure(Stage::Unknown, 0);
    event.kind = driver::EventKind::UnloadRefused;
    event.body = driver::RefusedUnload{};
    const auto unload = explain_refusal(event, Audience::Everybody);
    EXPECT_EQ(unload.message.find("insmod"), std::string::npos) << unload.message;
}

TEST(ExplainRecord, ARefusedUnloadSaysWhoHolds) {
    driver::Event event;
    event.kind = driver::EventKind::UnloadRefused;
    event.comm = "insmod";
    event.tgid = 7;
    event.uid = 1000;
    driver::RefusedUnload refused;
    refused.module = "udp_tunnel";
    refused.error = EAGAIN;
    refused.reason = driver::RefusalReason::Referenced;
    refused.used_by = {"wireguard", "vxlan"};
    event.body = refused;
    expect(explain_refusal(event, Audience::RecordReaders), ErrorCode::InUse, "wireguard, vxlan");
    refused.used_by = {};
    refused.references = 2;
    refused.reason = driver::RefusalReason::InUse;
    event.body = refused;
    expect(explain_refusal(event, Audience::RecordReaders), ErrorCode::InUse,
           "2 references to it are held");
    refused.reason = driver::RefusalReason::NotLoaded;
    refused.error = ENOENT;
    event.body = refused;
    expect(explain_refusal(event, Audience::RecordReaders), ErrorCode::NotLoaded, "not loaded");
    refused.reason = driver::RefusalReason::NoExit;
    refused.error = EBUSY;
    event.body = refused;
    expect(explain_refusal(event, Audience::RecordReaders), ErrorCode::InUse, "no exit");
    refused.reason = driver::RefusalReason::Busy;
    event.body = refused;
    expect(explain_refusal(event, Audience::RecordReaders), ErrorCode::InUse, "try again");
}

} // namespace
} // namespace mk
