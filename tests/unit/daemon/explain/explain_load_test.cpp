// SPDX-License-Identifier: GPL-2.0-only
#include "explain/explain_load.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

LoadRefusal refusal(int error, std::vector<std::string> log = {}) {
    LoadRefusal result;
    result.target = "mk_one";
    result.module = "mk_one"_module;
    result.vermagic = "6.1.0-9-amd64 SMP mod_unload modversions";
    result.error = error;
    result.log = std::move(log);
    result.kernel.release = "6.1.0-9-amd64";
    return result;
}

Error explain_load(const LoadRefusal &facts, std::optional<bool> began = std::nullopt,
                   LogLines log = LogLines::Shown) {
    return error_of(diagnose_load(facts, began), log);
}

void expect(const Error &error, ErrorCode code, std::string_view words) {
    EXPECT_EQ(error_name(error.code), error_name(code)) << error.message;
    EXPECT_NE(error.message.find(words), std::string::npos) << error.message;
}

TEST(ExplainLoad, TheKernelsLogDecides) {
    expect(explain_load(refusal(ENOENT, {"mk_one: Unknown symbol foo (err -2)"})),
           ErrorCode::UnknownSymbol, "kernel log: mk_one: Unknown symbol foo (err -2)");
    expect(explain_load(refusal(EINVAL, {"mk_one: disagrees about version of symbol module_layout",
                                         "mk_one: Unknown symbol module_layout (err -22)"})),
           ErrorCode::BadFormat, "another kernel configuration");
    expect(explain_load(refusal(ENOENT, {"mk_one: Unknown symbol bar (err -2)",
                                         "mk_one: GPL-incompatible module mk_one uses GPL-only "
                                         "symbol 'bar'"})),
           ErrorCode::UnknownSymbol, "licence");
    expect(explain_load(refusal(EINVAL, {"mk_one: `x' invalid for parameter `count'"}), true),
           ErrorCode::BadParameter, "parameter `count'");
    expect(explain_load(refusal(EPERM, {"Lockdown: modkeeperd: unsigned module loading is "
                                        "restricted; see man kernel_lockdown.7"})),
           ErrorCode::DeniedByKernel, "locked down");
}

// It is asked for before anything else: what else would have refused it was not the reason.
TEST(ExplainLoad, WithoutTheCapabilityNothingElseWasTheReason) {
    for (const auto stage : {driver::Stage::Permission, driver::Stage::Unknown}) {
        auto missing = refusal(EPERM);
        missing.stage = stage;
        missing.kernel.modules_disabled = true;
        missing.kernel.lockdown = "integrity";
        missing.checks = {failure(Cause::Unsigned, {}, "it is not signed")};
        missing.checks.front().stage = stage;
        missing.capability = driver::Capability::Missing;
        auto found = diagnose_load(missing);
        EXPECT_EQ(found.cause, Cause::NotPrivileged);
        EXPECT_EQ(found.certainty, Certainty::Seen);
        missing.capability = driver::Capability::OwnNamespace;
        found = diagnose_load(missing);
        EXPECT_EQ(found.cause, Cause::UserNamespace);
        EXPECT_EQ(found.certainty, Certainty::Seen);
        expect(error_of(found), ErrorCode::DeniedByKernel, "in a user namespace of its own");
        missing.capability = driver::Capability::Held;
        EXPECT_EQ(diagnose_load(missing).cause,
                  stage == driver::Stage::Permission ? Cause::Unsigned : Cause::ModulesDisabled);
    }
}

TEST(ExplainLoad, WithTheCapabilityItIsNotBlamed) {
    auto held = refusal(EPERM);
    held.stage = driver::Stage::Permission;
    held.capability = driver::Capability::Held;
    auto found = diagnose_load(held);
    EXPECT_EQ(found.cause, Cause::SecurityModule);
    EXPECT_EQ(found.certainty, Certainty::Inferred);
    held.kernel.modules_disabled = true;
    EXPECT_EQ(diagnose_load(held).cause, Cause::ModulesDisabled);
    // its init may return what it likes
    held.error = ENODEV;
    held.capability = driver::Capability::Missing;
    EXPECT_NE(diagnose_load(held, true).cause, Cause::NotPrivileged);
}

TEST(ExplainLoad, PermissionHasManyReasons) {
    auto disabled = refusal(EPERM);
    disabled.kernel.modules_disabled = true;
    expect(explain_load(disabled), ErrorCode::DeniedByKernel, "modules_disabled");
    auto enforced = refusal(EPERM);
    enforced.kernel.signatures_enforced = true;
    expect(explain_load(enforced), ErrorCode::BadSignature, "sig_enforce");
    auto locked = refusal(EPERM);
    locked.kernel.lockdown = "integrity";
    expect(explain_load(locked), ErrorCode::DeniedByKernel, "(integrity)");
    auto booted = refusal(EPERM);
    booted.kernel.command_line = "module_blacklist=mk_one";
    expect(explain_load(booted), ErrorCode::DeniedByKernel, "module_blacklist=");
    expect(explain_load(refusal(EPERM), false), ErrorCode::DeniedByKernel, "CAP_SYS_MODULE");
    expect(explain_load(refusal(EPERM), true), ErrorCode::InitFailed, "init");
}

TEST(ExplainLoad, AnotherKernelsBuildIsNamed) {
    auto other = refusal(ENOEXEC);
    other.kernel.release = "6.1.0-10-amd64";
    expect(explain_load(other), ErrorCode::BadFormat,
           "built for kernel 6.1.0-9-amd64, but 6.1.0-10-amd64 is running");
    expect(explain_load(refusal(ENOEXEC)), ErrorCode::BadFormat, "ENOEXEC");
}

TEST(ExplainLoad, TheDriversRecordTellsInitFromWhatWasBefore) {
    expect(explain_load(refusal(EINVAL), true), ErrorCode::InitFailed, "its init failed");
    expect(explain_load(refusal(EINVAL), false), ErrorCode::Failed, "before it began");
    expect(explain_load(refusal(EINVAL)), ErrorCode::InitFailed, "or the kernel just before");
    expect(explain_load(refusal(ENOENT), true), ErrorCode::InitFailed, "its init failed");
    expect(explain_load(refusal(ENOENT), false), ErrorCode::UnknownSymbol, "symbol");
    expect(explain_load(refusal(ENODEV), true), ErrorCode::InitFailed, "hardware");
    expect(explain_load(refusal(ENOMEM), true), ErrorCode::InitFailed, "memory");
    expect(explain_load(refusal(ENOMEM)), ErrorCode::Failed, "memory");
}

TEST(ExplainLoad, OtherErrnosHaveNamesToo) {
    expect(explain_load(refusal(ENOKEY)), ErrorCode::BadSignature, "ENOKEY");
    expect(explain_load(refusal(EKEYREJECTED)), ErrorCode::BadSignature, "signature");
    expect(explain_load(refusal(EACCES)), ErrorCode::DeniedByKernel, "audit");
    expect(explain_load(refusal(ENOSYS)), ErrorCode::Failed, "cannot load modules");
    expect(explain_load(refusal(EEXIST), false), ErrorCode::BadFormat, "exists already");
    expect(explain_load(refusal(EINTR)), ErrorCode::Canceled, "interrupted");
}

// The kernel has few reasons of its own for these; nobody saw whether the module's code ran.
TEST(ExplainLoad, WithoutTheDriverAnInitIsTheLikelyCause) {
    for (int error : {EPERM, EEXIST, EIO, EBUSY, EOPNOTSUPP, ENODEV}) {
        const auto found = diagnose_load(refusal(error));
        EXPECT_EQ(error_name(found.code()), "InitFailed") << error;
        EXPECT_EQ(found.certainty, Certainty::Inferred) << error;
    }
    EXPECT_EQ(diagnose_load(refusal(EIO), false).cause, Cause::DamagedFile);
    EXPECT_EQ(diagnose_load(refusal(EBUSY), false).cause, Cause::BeingLoaded);
}

TEST(ExplainLoad, AModuleWithoutATrustedSignatureNeedsAdviceForThisMachine) {
    auto facts = refusal(EKEYREJECTED, {"Loading of unsigned module is rejected"});
    facts.kernel.lockdown = "integrity";
    facts.kernel.has_efi = true;
    expect(explain_load(facts), ErrorCode::BadSignature, "mokutil --import");
    facts.kernel.has_efi = false;
    expect(explain_load(facts), ErrorCode::BadSignature, "no other key can be enrolled");
}

TEST(ExplainLoad, ADependencyIsToldFromWhatWasAskedFor) {
    auto dependency = refusal(ENODEV);
    dependency.module = "mk_two"_module;
    expect(explain_load(dependency), ErrorCode::InitFailed,
           "mk_one was not loaded: module mk_two was refused");
}

TEST(ExplainLoad, TheLogIsLeftOutForThoseWhoMayNotReadIt) {
    auto facts = refusal(EINVAL);
    facts.log = {"mk_one: a secret of the kernel"};
    EXPECT_NE(explain_load(facts).message.find("secret"), std::string::npos);
    auto open = explain_load(facts, std::nullopt, LogLines::LeftOut);
    EXPECT_EQ(open.message.find("secret"), std::string::npos) << open.message;
    EXPECT_EQ(open.code, explain_load(facts).code);
}

// It may repeat a value that only root can read in modprobe.d.
TEST(ExplainLoad, ALogThatIsWithheldIsSpokenOf) {
    const auto facts = refusal(EINVAL, {"mk_one: key 'hunter2' invalid for parameter key"});
    EXPECT_NE(explain_load(facts).message.find("hunter2"), std::string::npos);
    const auto error = explain_load(facts, std::nullopt, LogLines::Withheld);
    EXPECT_EQ(error.message.find("hunter2"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("root only"), std::string::npos) << error.message;
    EXPECT_EQ(error.code, ErrorCode::BadParameter);
}

Diagnosis check(driver::Stage stage, Cause cause, std::string reason) {
    return {Severity::Fails, stage, cause, std::move(reason), {"build it again"}};
}

// The kernel says ENOEXEC to many things; the file shows which it was.
TEST(ExplainLoad, TheFileSaysMoreThanTheKernel) {
    using driver::Stage;
    auto facts = refusal(ENOEXEC);
    facts.checks = {check(Stage::Parameters, Cause::BadParameter, "a value is no number"),
                    check(Stage::Symbols, Cause::SymbolVersion, "module_layout differs")};
    auto found = diagnose_load(facts);
    EXPECT_EQ(found.cause, Cause::SymbolVersion);
    EXPECT_EQ(sentence_of(found), "module mk_one was not loaded: module_layout differs; build it "
                                  "again; the kernel answered Exec format error (ENOEXEC)");

    facts = refusal(ENOENT, {"mk_one: Unknown symbol bar (err -2)"});
    facts.checks = {check(Stage::Symbols, Cause::ProviderNotLoaded, "bar is of module two")};
    found = diagnose_load(facts);
    EXPECT_EQ(found.cause, Cause::ProviderNotLoaded);
    ASSERT_NE(found.evidence_of<KernelLines>(), nullptr);
    EXPECT_EQ(found.evidence_of<KernelLines>()->lines,
              std::vector<std::string>{"mk_one: Unknown symbol bar (err -2)"});
}

// What is wrong with the file need not be what stopped the kernel.
TEST(ExplainLoad, TheFileIsNotBlamedForWhatHappenedElsewhere) {
    using driver::Stage;
    const auto symbols = check(Stage::Symbols, Cause::MissingSymbol, "bar is nowhere");
    auto facts = refusal(EINVAL);
    facts.checks = {symbols};
    facts.stage = Stage::Parameters;
    EXPECT_EQ(diagnose_load(facts, true).cause, Cause::BadParameter);
    facts = refusal(ENODEV);
    facts.checks = {symbols};
    EXPECT_EQ(diagnose_load(facts).cause, Cause::NoDevice);
    facts = refusal(ENOENT);
    facts.checks = {symbols};
    facts.checks.front().severity = Severity::Warning;
    facts.checks.front().cause = Cause::SymbolNamespace;
    EXPECT_EQ(diagnose_load(facts, false).cause, Cause::MissingSymbol);
    facts = refusal(EPERM);
    facts.kernel.modules_disabled = true;
    facts.checks = {symbols};
    EXPECT_EQ(diagnose_load(facts).cause, Cause::ModulesDisabled);
    // its init ran and said ENOENT itself
    facts = refusal(ENOENT);
    facts.stage = Stage::Init;
    facts.checks = {symbols};
    EXPECT_EQ(diagnose_load(facts, true).cause, Cause::InitFailed);
    // nobody told the stage, and it began
    facts.stage = Stage::Unknown;
    EXPECT_EQ(diagnose_load(facts, true).cause, Cause::InitFailed);
}

// EKEYREJECTED is the answer to a signature that does not fit and, where signatures are demanded,
// to a key that is not there.
TEST(ExplainLoad, ASignatureThatDoesNotFitIsToldFromAKeyThatIsNotThere) {
    auto facts = refusal(EKEYREJECTED);
    facts.stage = driver::Stage::Signature;
    EXPECT_EQ(diagnose_load(facts).cause, Cause::DamagedSignature);
    facts.kernel.signatures_enforced = true;
    EXPECT_EQ(diagnose_load(facts).cause, Cause::UntrustedKey);
    facts.kernel.signatures_enforced = false;
    facts.kernel.lockdown = "integrity";
    EXPECT_EQ(diagnose_load(facts).cause, Cause::UntrustedKey);
}

// What is empty is EINVAL, a number that is too large ERANGE, a long text ENOSPC.
TEST(ExplainLoad, TheFileTellsWhateverTheErrnoIs) {
    using driver::Stage;
    auto facts = refusal(EINVAL);
    facts.checks = {check(Stage::Elf, Cause::DamagedFile, "it is empty")};
    EXPECT_EQ(diagnose_load(facts, false).cause, Cause::DamagedFile);
    EXPECT_EQ(diagnose_load(facts, true).cause, Cause::InitFailed) << "it was read";
    facts.checks = {check(Stage::Parameters, Cause::BadParameter, "count is too large")};
    for (int error : {EINVAL, ERANGE, ENOSPC}) {
        facts.error = error;
        facts.stage = Stage::Unknown;
        EXPECT_EQ(diagnose_load(facts, true).cause, Cause::BadParameter) << error;
        facts.stage = Stage::Parameters;
        EXPECT_EQ(sentence_of(diagnose_load(facts, true)).find("mk_one was not loaded: count is"),
                  7U)
            << error;
        facts.stage = Stage::Init;
        EXPECT_EQ(diagnose_load(facts, true).cause, Cause::InitFailed) << error;
    }
    // the kernel ignores it, where our own load does not
    facts = refusal(EINVAL);
    facts.checks = {check(Stage::Parameters, Cause::UnknownParameter, "it has no colour"),
                    check(Stage::Parameters, Cause::BadParameter, "count is no number")};
    EXPECT_EQ(diagnose_load(facts, true).reason, "count is no number");
    facts = refusal(ENODEV);
    facts.checks = {check(Stage::Init, Cause::NoDevice, "nothing here has that ID")};
    EXPECT_EQ(diagnose_load(facts, true).reason, "nothing here has that ID");
    EXPECT_TRUE(can_file_tell(Stage::Unknown, ERANGE));
    EXPECT_TRUE(can_file_tell(Stage::Parameters, ENOENT));
    EXPECT_FALSE(can_file_tell(Stage::Unknown, ENODEV)) << "that takes more than the file";
}

TEST(ExplainLoad, WhatIsSeenIsToldFromWhatIsLikely) {
    const auto certainty = [](const LoadRefusal &facts) { return diagnose_load(facts).certainty; };
    EXPECT_EQ(certainty(refusal(ENOENT, {"mk_one: Unknown symbol foo (err -2)"})), Certainty::Seen);
    EXPECT_EQ(certainty(refusal(EINVAL)), Certainty::Inferred);
    auto recorded = refusal(ENOEXEC);
    recorded.stage = driver::Stage::Elf;
    EXPECT_EQ(certainty(recorded), Certainty::Seen);
}

} // namespace
} // namespace mk
