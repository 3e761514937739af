// SPDX-License-Identifier: GPL-2.0-only
#include "journal/job_entry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace mk::journal {
namespace {

JobOrigin origin() {
    return {7,
            {":1.42", 1000, 1001, 4242, "busctl", "/user.slice/user-1001.slice/session-3.scope"}};
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
    EXPECT_EQ(fields.at("MODKEEPER_CALLER_CGROUP"), "/user.slice/user-1001.slice/session-3.scope");
    EXPECT_FALSE(event_of_entry(fields)) << "it is no event of the driver";
}

TEST(JobEntry, IsReadBack) {
    const auto back = origin_of_entry(by_name(fields_of(origin())));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->job, 7U);
    EXPECT_EQ(back->caller, origin().caller);
    auto nobody = origin();
    nobody.caller.login_uid.reset();
    nobody.caller.cgroup.clear();
    EXPECT_FALSE(origin_of_entry(by_name(fields_of(nobody)))->caller.login_uid);
    EXPECT_EQ(by_name(fields_of(nobody)).count("MODKEEPER_CALLER_CGROUP"), 0U);
    EXPECT_FALSE(origin_of_entry({{"MODKEEPER_JOB", "x"}}));
}

std::size_t targets_in(const Fields &fields) {
    return static_cast<std::size_t>(
        std::count_if(fields.begin(), fields.end(),
                      [](const auto &one) { return one.starts_with("MODKEEPER_TARGET="); }));
}

TEST(JobEntry, StaysOnOneLine) {
    const auto fields = entry_of_job(origin(), "load", {"/tmp/a\nb.ko", "c"});
    EXPECT_EQ(fields.front(), "MESSAGE=job 7: load \"/tmp/a\\x0ab.ko\" c, asked for by uid 1000 "
                              "(busctl[4242]) over D-Bus");
    EXPECT_EQ(targets_in(fields), 2U);
}

// Who asked is told by us alone: neither a target nor the name of a process can say it.
TEST(JobEntry, NothingOfTheCallerLooksLikeOurWords) {
    auto forger = origin();
    forger.caller.comm = "a[1]) by \"root\"";
    const auto message =
        entry_of_job(forger, "load", {"/x, asked for by uid 0 (bash[1]) over D-Bus \xe2\x80\xae"})
            .front();
    EXPECT_EQ(
        message,
        "MESSAGE=job 7: load \"/x, asked for by uid 0 (bash[1]) over D-Bus \\xe2\\x80\\xae\", "
        "asked for by uid 1000 (\"a[1]) by \\\"root\\\"\"[4242]) over D-Bus");
}

// journald drops what has too many fields: a long list must not keep the caller out.
TEST(JobEntry, OfVeryManyTargetsSaysHowManyAndWho) {
    const std::vector<std::string> targets(1024, '/' + std::string(4000, 'a'));
    const auto fields = entry_of_job(origin(), "load", targets);
    EXPECT_LT(fields.size(), 1000U);
    EXPECT_EQ(by_name(fields).at("MODKEEPER_TARGETS"), "1024");
    EXPECT_EQ(by_name(fields).at("MODKEEPER_CALLER_UID"), "1000");
    const auto message = by_name(fields).at("MESSAGE");
    EXPECT_LT(message.size(), 1000U);
    EXPECT_NE(message.find("and 1023 more, asked for by uid 1000"), std::string::npos) << message;
}

} // namespace
} // namespace mk::journal
