// SPDX-License-Identifier: GPL-2.0-only
#include "explain/last_load.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

using Of = Difference::Of;

driver::Event event_of(driver::EventKind kind, const std::string &file, const std::string &args) {
    driver::Event event;
    event.kind = kind;
    event.realtime_ns = 1;
    driver::ModuleEvent body;
    body.module = "m";
    body.file = file;
    body.args = args;
    body.file_bytes = 100;
    body.load_sequence = 7;
    event.body = body;
    return event;
}

class LastLoadTest : public testing::Test {
  protected:
    driver::ModuleEvent &before() { return std::get<driver::ModuleEvent>(last_.event.body); }
    driver::ModuleEvent &now() { return std::get<driver::ModuleEvent>(failed_.body); }
    std::vector<Difference> changes(const std::string &release = "6.1", const BuildId &build = {}) {
        const auto worked = compare(last_, attempted_in(failed_, release, build));
        return worked ? worked->changes : std::vector<Difference>();
    }
    std::vector<Of> kinds(const std::string &release = "6.1", const BuildId &build = {}) {
        std::vector<Of> all;
        for (const auto &change : changes(release, build))
            all.push_back(change.of);
        return all;
    }

    LastLoad last_{
        event_of(driver::EventKind::LoadLive, "/lib/modules/6.1/m.ko", "a=1 "), "6.1", {}};
    driver::Event failed_ = event_of(driver::EventKind::LoadFailed, "/lib/modules/6.1/m.ko", "a=1");
};

TEST_F(LastLoadTest, NothingIsSaidWhenNothingChanged) {
    EXPECT_EQ(compare(last_, attempted_in(failed_, "6.1", {})), std::nullopt);
    last_.release = "";
    EXPECT_EQ(compare(last_, attempted_in(failed_, "6.1", {})), std::nullopt) << "not known";
}

TEST_F(LastLoadTest, AnotherKernelHasFilesInAnotherPlace) {
    now().file = "/lib/modules/6.2/m.ko";
    EXPECT_EQ(kinds("6.2"), std::vector{Of::Kernel});
    now().file = "/lib/modules/6.2/updates/m.ko";
    EXPECT_EQ(kinds("6.2"), (std::vector{Of::Kernel, Of::Path}));
}

TEST_F(LastLoadTest, ABuildIsKnownByItsIdOrElseByItsSize) {
    now().file_bytes = 101;
    EXPECT_EQ(kinds(), std::vector{Of::Size});
    last_.build = {"aa", ""};
    EXPECT_EQ(kinds("6.1", {"bb", ""}), std::vector{Of::Build});
    EXPECT_EQ(kinds("6.1", {"aa", ""}), std::vector<Of>{}) << "packed in another way";
    last_.build = {"", "S1"};
    now().srcversion = "S2";
    EXPECT_EQ(kinds(), std::vector{Of::Build});
}

TEST_F(LastLoadTest, ParametersThatTheKernelDidNotComeToAreNotKnown) {
    now().args = "";
    EXPECT_EQ(kinds(), std::vector{Of::Parameters});
    now().load_sequence = 0;
    EXPECT_EQ(kinds(), std::vector<Of>{});
    now().args = "a=2";
    EXPECT_EQ(changes(), (std::vector<Difference>{{Of::Parameters, "a=1", "a=2"}}));
    failed_.truncated = true;
    EXPECT_EQ(kinds(), std::vector<Of>{});
}

TEST_F(LastLoadTest, ASignatureThatIsMissedNowIsSaid) {
    before().signature = driver::Signature::None;
    EXPECT_EQ(kinds(), std::vector<Of>{});
    now().signature = driver::Signature::Refused;
    EXPECT_EQ(changes(), (std::vector<Difference>{{Of::Signature, "none", "refused"}}));
}

TEST_F(LastLoadTest, IsASentence) {
    now().args = "";
    const auto worked = compare(last_, attempted_in(failed_, "6.2", {}));
    ASSERT_TRUE(worked);
    const auto text = text_of(*worked);
    EXPECT_TRUE(text.starts_with("It last loaded at Jan 01 ")) << text;
    EXPECT_TRUE(
        text.ends_with(" under 6.1; since then the kernel changed (now 6.2), its parameters "
                       "changed (were a=1, now none)"))
        << text;
}

} // namespace
} // namespace mk
