// SPDX-License-Identifier: GPL-2.0-only
#include "service/worker_protocol.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "fixtures/module_names.hpp"

namespace mk::service {
namespace {

LoadRefusal refusal() {
    LoadRefusal result;
    result.target = "top";
    result.module = "base"_module;
    result.path = "/lib/base.ko";
    result.vermagic = "6.1 SMP";
    result.error = ENODEV;
    result.stage = driver::Stage::Policy;
    result.rule = "10-a.rules:1";
    result.rule_reason = "CVE";
    result.log = {"base: one", "", "base: two\nlines"};
    result.is_log_public = false;
    Diagnosis check;
    check.stage = driver::Stage::Symbols;
    check.cause = Cause::SymbolVersion;
    check.reason = "its checksum differs";
    check.remedies = {"build it again"};
    check.evidence = {SymbolNames{{"printk", "kfree"}}};
    result.checks = {check};
    result.kernel.release = "6.1";
    result.kernel.lockdown = "none";
    result.kernel.command_line = "quiet";
    result.kernel.signatures_enforced = true;
    return result;
}

JobOutcome outcome() {
    JobOutcome result;
    result.modules = names({"one", "two"});
    result.failures.emplace_back(
        Error{ErrorCode::BadFormat,
              "it is empty",
              {"one", ENOEXEC, "format", {"two", "three"}, Cause::NotAModule}});
    result.failures.emplace_back(refusal());
    result.undone = names({"three"});
    result.left = names({"four", "five"});
    result.loaded = names({"six"});
    result.files = {{"six"_module, "/tmp/six.ko", {}}};
    result.files.front().identity.inode = ~ino_t{0};
    result.files.front().identity.changed_nanoseconds = 999'999'999;
    return result;
}

TEST(WorkerCodec, CarriesEveryOutcome) {
    WorkerInput input;
    input.add(encode(outcome()));
    auto message = input.next();
    ASSERT_TRUE(message && *message);
    auto back = std::get<JobOutcome>(message->value());
    EXPECT_EQ(back.modules, outcome().modules);
    EXPECT_EQ(back.undone, outcome().undone);
    EXPECT_EQ(back.left, outcome().left);
    EXPECT_EQ(back.loaded, outcome().loaded);
    EXPECT_EQ(back.files, outcome().files);
    ASSERT_EQ(back.failures.size(), 2U);
    EXPECT_EQ(std::get<Error>(back.failures[0]).code, ErrorCode::BadFormat);
    EXPECT_EQ(std::get<Error>(back.failures[0]).message, "it is empty");
    EXPECT_EQ(std::get<Error>(back.failures[0]).facts,
              (ErrorFacts{"one", ENOEXEC, "format", {"two", "three"}, Cause::NotAModule}));
    auto refused = std::get<LoadRefusal>(back.failures[1]);
    EXPECT_EQ(refused.target, "top");
    EXPECT_EQ(refused.module, "base");
    EXPECT_EQ(refused.path, "/lib/base.ko");
    EXPECT_EQ(refused.vermagic, "6.1 SMP");
    EXPECT_EQ(refused.error, ENODEV);
    EXPECT_EQ(refused.stage, driver::Stage::Policy);
    EXPECT_EQ(refused.rule, "10-a.rules:1");
    EXPECT_EQ(refused.rule_reason, "CVE");
    EXPECT_EQ(refused.log, refusal().log);
    EXPECT_FALSE(refused.is_log_public);
    ASSERT_EQ(refused.checks.size(), 1U);
    const auto &check = refused.checks.front();
    EXPECT_EQ(check.severity, Severity::Fails);
    EXPECT_EQ(check.stage, driver::Stage::Symbols);
    EXPECT_EQ(check.cause, Cause::SymbolVersion);
    EXPECT_EQ(check.reason, "its checksum differs");
    EXPECT_EQ(check.remedies, std::vector<std::string>{"build it again"});
    EXPECT_EQ(check.evidence_of<SymbolNames>()->names,
              (std::vector<std::string>{"printk", "kfree"}));
    EXPECT_EQ(refused.kernel.release, "6.1");
    EXPECT_EQ(refused.kernel.lockdown, "none");
    EXPECT_EQ(refused.kernel.command_line, "quiet");
    EXPECT_TRUE(refused.kernel.signatures_enforced);
    EXPECT_FALSE(refused.kernel.modules_disabled);
    EXPECT_FALSE(input.next());
}

TEST(WorkerCodec, FramesMayComeInPieces) {
    auto bytes = encode_planned(7) + encode_started("one") + encode_ended("one");
    WorkerInput input;
    std::vector<bus::JobProgress> got;
    for (char byte : bytes) {
        input.add({&byte, 1});
        while (auto message = input.next())
            got.push_back(std::get<bus::JobProgress>(message->value()));
    }
    ASSERT_EQ(got.size(), 3U);
    EXPECT_EQ(got[0].kind, bus::JobProgress::Kind::Planned);
    EXPECT_EQ(got[0].modules, 7U);
    EXPECT_EQ(got[1].kind, bus::JobProgress::Kind::Started);
    EXPECT_EQ(got[1].module, "one");
    EXPECT_EQ(got[2].kind, bus::JobProgress::Kind::Ended);
}

TEST(WorkerCodec, TellsWhatTheKernelIsAskedFor) {
    WorkerInput input;
    input.add(encode_asked("one") + encode_answered("one"));
    auto asked = std::get<KernelCall>(input.next()->value());
    EXPECT_EQ(asked.module, "one");
    EXPECT_FALSE(asked.is_over);
    EXPECT_TRUE(std::get<KernelCall>(input.next()->value()).is_over);
}

// As many failures as one load may have, each as long as it can be; more comes behind it.
TEST(WorkerCodec, TheLargestOutcomeFitsIntoAFrame) {
    auto large = refusal();
    large.target = large.path = std::string(5000, 'p');
    large.vermagic = std::string(1 << 20, 'v');
    large.log.assign(40, std::string(5000, 'l'));
    large.kernel.command_line = std::string(4096, 'c');
    JobOutcome all;
    all.failures.assign(1024, large);
    WorkerInput input;
    input.add(encode(all) + encode_started("next"));
    auto message = input.next();
    ASSERT_TRUE(message && *message);
    const auto &back = std::get<JobOutcome>(message->value());
    ASSERT_EQ(back.failures.size(), 1024U);
    const auto &last = std::get<LoadRefusal>(back.failures.back());
    EXPECT_EQ(last.kernel.command_line, large.kernel.command_line);
    EXPECT_FALSE(last.log.empty());
    EXPECT_TRUE(*input.next());
}

// Each byte of a good frame wrong in turn: an error or another value, nothing else.
TEST(WorkerCodec, BelievesNothingThatIsDamaged) {
    auto whole = encode(outcome());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto bytes = whole;
        bytes[i] = static_cast<char>(bytes[i] ^ 0xff);
        WorkerInput input;
        input.add(bytes);
        (void)input.next();
    }
    std::string cut = whole.substr(0, whole.size() - 1);
    auto length = static_cast<std::uint32_t>(cut.size() - 4);
    cut.replace(0, 4, reinterpret_cast<const char *>(&length), 4);
    WorkerInput input;
    input.add(cut);
    EXPECT_FALSE(*input.next());
    WorkerInput rubbish;
    rubbish.add("rubbish that is long enough to be read");
    EXPECT_FALSE(*rubbish.next());
}

} // namespace
} // namespace mk::service
