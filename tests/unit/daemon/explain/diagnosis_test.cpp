// SPDX-License-Identifier: GPL-2.0-only
#include "explain/diagnosis.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace mk {
namespace {

Diagnosis refused() {
    Diagnosis diagnosis;
    diagnosis.cause = Cause::OtherKernel;
    diagnosis.stage = driver::Stage::Format;
    diagnosis.subject = "dummy";
    diagnosis.outcome = "module dummy was not loaded";
    diagnosis.reason = "it was built for another kernel";
    diagnosis.remedies = {"build it again", "install another"};
    diagnosis.evidence = {KernelLines{{"dummy: version magic"}}, KernelAnswer{ENOEXEC}};
    return diagnosis;
}

TEST(Diagnosis, IsOneSentence) {
    EXPECT_EQ(sentence_of(refused()),
              "module dummy was not loaded: it was built for another kernel; build it again; "
              "install another; the kernel answered Exec format error (ENOEXEC); kernel log: "
              "dummy: version magic");
    EXPECT_EQ(sentence_of(refused(), LogLines::LeftOut),
              "module dummy was not loaded: it was built for another kernel; build it again; "
              "install another; the kernel answered Exec format error (ENOEXEC)");
    EXPECT_EQ(sentence_of({}), "");
}

TEST(Diagnosis, TheErrorHasItsFacts) {
    auto diagnosis = refused();
    diagnosis.holders = {"bonding"};
    const auto error = error_of(diagnosis);
    EXPECT_EQ(error.code, ErrorCode::BadFormat);
    EXPECT_EQ(error.facts,
              (ErrorFacts{"dummy", ENOEXEC, "format", {"bonding"}, Cause::OtherKernel}));
    diagnosis.stage = driver::Stage::Unknown;
    diagnosis.evidence.clear();
    EXPECT_EQ(error_of(diagnosis).facts,
              (ErrorFacts{"dummy", 0, "", {"bonding"}, Cause::OtherKernel}));
}

TEST(Diagnosis, OnlyWhatFailsFails) {
    Diagnosis warning;
    warning.severity = Severity::Warning;
    EXPECT_FALSE(would_fail({}));
    EXPECT_FALSE(would_fail({warning}));
    EXPECT_TRUE(would_fail({warning, refused()}));
}

} // namespace
} // namespace mk
