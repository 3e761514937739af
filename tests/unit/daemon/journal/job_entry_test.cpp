// SPDX-License-Identifier: GPL-2.0-only
#include "journal/job_entry.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mk::journal {
namespace {

engine::JobOrigin origin() {
    return {7, {":1.42", 1000, 1001, 4242, "busctl"}};
}

std::map<std::string, std::string> by_name(const Fields &fields) {
    std::map<std::string, std::string> result;
    for (const auto &field : fields)
        result.emplace(field.substr(0, field.find('=')), field.substr(field.find('=') + 1));
    return result;
}

TEST(JobEntry, SaysWhoAskedForWhat) {
    const auto fields = by_name(entry_of_job(origin(), "load", {"dummy"}));
    EXPECT_EQ(fields.at("MESSAGE"),
              "job 7: load dummy, asked for by uid 1000 (busctl[4242]) over D-Bus");
    EXPECT_EQ(fields.at("MODKEEPER_TARGET"), "dummy");
    EXPECT_EQ(fields.at("MODKEEPER_VERB"), "load");
    EXPECT_EQ(fields.at("MODKEEPER_CALLER_UID"), "1000");
    EXPECT_FALSE(event_of_entry(fields)) << "it is no event of the driver";
}

TEST(JobEntry, IsReadBack) {
    const auto back = origin_of_entry(by_name(fields_of(origin())));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->job, 7U);
    EXPECT_EQ(back->caller, origin().caller);
    auto nobody = origin();
    nobody.caller.login_uid.reset();
    EXPECT_FALSE(origin_of_entry(by_name(fields_of(nobody)))->caller.login_uid);
    EXPECT_FALSE(origin_of_entry({{"MODKEEPER_JOB", "x"}}));
}

TEST(JobEntry, StaysOnOneLine) {
    const auto fields = entry_of_job(origin(), "load", {"/tmp/a\nb.ko", "c"});
    EXPECT_EQ(fields.front().find('\n'), std::string::npos);
    EXPECT_EQ(std::count_if(fields.begin(), fields.end(),
                            [](const auto &one) { return one.starts_with("MODKEEPER_TARGET="); }),
              2);
}

} // namespace
} // namespace mk::journal
