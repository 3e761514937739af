// SPDX-License-Identifier: GPL-2.0-only
// Parameters in words and JSON, and which words cannot be meant together.
#include "cli/output/parameter_text.hpp"

#include <gtest/gtest.h>

#include "cli/run.hpp"
#include "fixtures/module_names.hpp"

namespace mk::cli::test {
namespace {

ParameterTable table() {
    ParameterTable table;
    table.module = "dummy"_module;
    table.state = LoadState::Live;
    ParameterRow count;
    count.name = "count";
    count.type = "int";
    count.description = "how\nmany";
    count.declared = true;
    count.live.mode = 0644;
    count.live.value = "3";
    count.configured = {{{"count", "4", true}, {"/etc/modprobe.d/x.conf", 2}},
                        {{"count", "5", true}, {}}};
    ParameterRow secret;
    secret.name = "secret";
    secret.live.mode = 0600;
    secret.live.error = EACCES;
    ParameterRow hidden;
    hidden.name = "hidden";
    table.rows = {count, hidden, secret};
    return table;
}

TEST(ParameterText, HasWhatCountsAndWhereItIs) {
    const std::string text = text_of(table());
    EXPECT_NE(text.find("count"), std::string::npos);
    EXPECT_NE(text.find("5 (the kernel command line)"), std::string::npos) << text;
    EXPECT_NE(text.find("how\\x0amany"), std::string::npos) << text;
    EXPECT_NE(text.find("(root only)"), std::string::npos);
    EXPECT_NE(text.find("(not shown)"), std::string::npos);
}

TEST(ParameterText, NotReadableUnreadableAndUnknownAreTold) {
    auto known = table();
    known.has_file = true;
    known.rows[0].live.value.reset();
    known.rows[0].live.error = EIO;
    known.rows[2].live.mode = 0200;
    const std::string text = text_of(known);
    EXPECT_NE(text.find("(unreadable)"), std::string::npos) << text;
    EXPECT_NE(text.find("(write-only)"), std::string::npos) << text;
    EXPECT_NE(text.find("(unknown)"), std::string::npos) << "hidden is in a line only: " << text;
    EXPECT_EQ(text.find("(root only)"), std::string::npos) << text;
    for (const int row : {0, 2}) {
        const auto value = value_of(known, known.rows[static_cast<std::size_t>(row)]);
        EXPECT_EQ(value.error().code, ErrorCode::Failed);
        EXPECT_EQ(value.error().message.find("root"), std::string::npos) << value.error().message;
    }
}

TEST(ParameterText, JsonLeavesNothingOut) {
    const Json json = json_of(table(), table().rows);
    EXPECT_EQ(json["parameters"].size(), 3U);
    const Json &count = json["parameters"][0];
    EXPECT_EQ(count["mode"], "0644");
    EXPECT_EQ(count["writable"], true);
    EXPECT_EQ(count["options"][0]["line"], 2);
    EXPECT_TRUE(count["options"][1]["file"].is_null());
    EXPECT_TRUE(json["parameters"][1]["value"].is_null());
    EXPECT_TRUE(json["parameters"][1]["mode"].is_null());
}

TEST(ParameterText, AValueThatIsNotThereHasAReason) {
    auto known = table();
    EXPECT_EQ(value_of(known, known.rows[0]).value(), "3");
    EXPECT_EQ(value_of(known, known.rows[1]).error().code, ErrorCode::NotFound);
    EXPECT_EQ(value_of(known, known.rows[2]).error().code, ErrorCode::NotAuthorized);
    known.state = LoadState::Absent;
    known.rows[0].live.value.reset();
    const auto absent = value_of(known, known.rows[0]);
    EXPECT_EQ(absent.error().code, ErrorCode::NotLoaded);
    EXPECT_NE(absent.error().message.find("command line"), std::string::npos);
}

TEST(Param, WordsThatCannotBeMeantTogether) {
    const std::vector<std::vector<std::string>> bad = {
        {"param", "dummy", "a=1", "b"},
        {"param", "dummy", "a=1", "a=2"},
        {"param", "dummy", "a-b=1", "a_b=2"},
        {"param", "dummy", "a", "--persist"},
        {"param", "dummy", "--persist-only"},
        {"param", "dummy", "a=1", "--persist", "--persist-only"},
        {"param", "dummy", "a=1", "--unset"},
        {"param", "dummy", "--unset"},
        {"param", "dummy", "a", "--watch"},
        {"param", "../dummy"},
        {"param"}};
    for (const auto &words : bad) {
        const Ran ran = run(words);
        EXPECT_EQ(ran.status, 2) << ran.err;
        EXPECT_EQ(ran.out, "");
    }
}

TEST(Param, UnknownModulesAreNotFound) {
    EXPECT_EQ(run({"param", "no_such_module_anywhere"}).status, 3);
    EXPECT_EQ(run({"param", "no_such_module_anywhere", "a=1"}).status, 3);
}

} // namespace
} // namespace mk::cli::test
