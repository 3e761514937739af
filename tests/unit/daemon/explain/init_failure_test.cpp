// SPDX-License-Identifier: GPL-2.0-only
#include "explain/init_failure.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/errno_text.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

LoadRefusal refusal(int error) {
    LoadRefusal result;
    result.module = "mk_one"_module;
    result.error = error;
    return result;
}

// Each has a next step.
TEST(InitFailure, AnErrnoMeansSomethingAsARule) {
    const struct {
        int error;
        const char *words;
    } meanings[] = {{ENODEV, "no hardware"},
                    {EBUSY, "another driver has a resource"},
                    {EEXIST, "is there already"},
                    {ENOENT, "firmware"},
                    {EINVAL, "its parameters"},
                    {ETIMEDOUT, "did not answer in time"},
                    {eprobe_defer, "is not there yet"},
                    {enotsupp, "lacks what it needs"},
                    {ENOMEM, "not enough memory"}};
    for (const auto &one : meanings) {
        const auto found = init_failed(refusal(one.error));
        EXPECT_NE(found.reason.find(one.words), std::string::npos) << found.reason;
        ASSERT_EQ(found.remedies.size(), 1U) << one.error;
    }
}

TEST(InitFailure, OfAnyOtherTheNextStepIsWhatItPrinted) {
    const auto found = init_failed(refusal(EDOM));
    EXPECT_EQ(found.cause, Cause::InitFailed);
    EXPECT_EQ(found.reason, "its init failed");
    EXPECT_EQ(found.remedies,
              std::vector<std::string>{"look at what it printed (\"modkeeper log mk_one\") and at "
                                       "its parameters (\"modkeeper info mk_one\")"});
}

} // namespace
} // namespace mk
