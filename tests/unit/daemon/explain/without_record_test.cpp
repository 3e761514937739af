// SPDX-License-Identifier: GPL-2.0-only
#include "explain/without_record.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class WithoutRecord : public testing::Test {
  protected:
    void log(std::uint64_t seconds, const std::string &text) {
        traces_.log.push_back({3, traces_.log.size(), seconds * 1'000'000, text});
    }
    Cause cause_of(const std::string &module) {
        const auto found = diagnose_traces(ModuleName(module), traces_);
        return found ? found->cause : Cause::None;
    }

    Traces traces_;
};

TEST_F(WithoutRecord, NothingIsMadeUp) {
    log(1, "eth0: link up");
    EXPECT_EQ(cause_of("dummy"), Cause::None);
    EXPECT_FALSE(last_refusal_in(traces_.log));
}

TEST_F(WithoutRecord, TheLastLinesOfTheModuleTell) {
    log(1, "dummy: Unknown symbol one (err -2)");
    log(9, "other: Unknown symbol two (err -2)");
    log(20, "dummy: disagrees about version of symbol module_layout");
    log(21, "eth0: link up");
    EXPECT_EQ(cause_of("dummy"), Cause::SymbolVersion);
    EXPECT_EQ(cause_of("other"), Cause::MissingSymbol);
}

// What it said when it was loaded the time before is no cause of now.
TEST_F(WithoutRecord, OlderLinesDoNotCountOnceItSaidSomethingElse) {
    log(1, "dummy: Unknown symbol one (err -2)");
    log(9, "dummy: module verification failed: signature and/or required key missing");
    EXPECT_EQ(cause_of("dummy"), Cause::None);
}

TEST_F(WithoutRecord, TheKernelRefusesBeforeItLooks) {
    log(1, "dummy: Unknown symbol one (err -2)");
    traces_.kernel.command_line = "module_blacklist=dummy";
    EXPECT_EQ(cause_of("dummy"), Cause::KernelCommandLine);
    traces_.kernel.modules_disabled = true;
    EXPECT_EQ(cause_of("dummy"), Cause::ModulesDisabled);
}

TEST_F(WithoutRecord, AFaultOfTheFileIsOnlyLikely) {
    auto &check = traces_.checks.emplace_back(failure(Cause::OtherKernel, {}, "built for another"));
    check.severity = Severity::Warning;
    EXPECT_EQ(cause_of("dummy"), Cause::None);
    check.severity = Severity::Fails;
    const auto found = diagnose_traces("dummy"_module, traces_);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->cause, Cause::OtherKernel);
    EXPECT_EQ(found->certainty, Certainty::Inferred);
}

TEST_F(WithoutRecord, TheLastRefusalIsFoundWithoutAName) {
    log(1, "dummy: Unknown symbol one (err -2)");
    log(2, "Loading of unsigned module is rejected");
    auto last = last_refusal_in(traces_.log);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->module, "");
    log(3, "snd-dummy: Unknown symbol one (err -2)");
    last = last_refusal_in(traces_.log);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->module, "snd_dummy");
}

} // namespace
} // namespace mk
