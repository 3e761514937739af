// SPDX-License-Identifier: GPL-2.0-only
// The table of keys is whole, and what the tests hold answers against sees what is not in it.
#include "cli/output/vocabulary.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "cli/json_faults.hpp"
#include "cli/output/json.hpp"
#include "cli/run.hpp"
#include "driver_client/event_codec.hpp"

namespace mk::cli::test {
namespace {

TEST(Vocabulary, HasEachKeyOnceInOrder) {
    std::string before;
    for (const Key &key : json_keys) {
        EXPECT_LT(before, key.name);
        EXPECT_FALSE(key.meaning.empty()) << key.name;
        EXPECT_FALSE(key.meaning.ends_with('.')) << key.name;
        const bool is_object = key.type == JsonType::Object || key.type == JsonType::Objects;
        EXPECT_EQ(is_object, !key.members.empty()) << key.name;
        before = key.name;
    }
}

TEST(Vocabulary, HasNoKeyThatNoAnswerHas) {
    std::set<std::string> told;
    const auto tell = [&](std::string_view name, bool) {
        EXPECT_TRUE(is_key(name)) << name;
        told.emplace(name);
    };
    for (const JsonAnswer &answer : json_answers) {
        each_member(answer.members, tell);
        each_member(answer.more, tell);
    }
    each_member(failure_members, tell);
    for (const Key &key : json_keys)
        each_member(key.members, tell);
    for (const Key &key : json_keys)
        EXPECT_TRUE(told.contains(std::string(key.name))) << key.name;
}

TEST(Vocabulary, HasEveryCommand) {
    const std::string help = run({"--help"}).out;
    std::set<std::string> told;
    for (const JsonAnswer &answer : json_answers)
        each_member(answer.commands, [&](std::string_view name, bool) {
            // "policy/check" is a command of "policy"
            const auto slash = name.find('/');
            const std::string first(name.substr(0, slash));
            told.emplace(first);
            const auto in = slash == name.npos ? help : run({first, "--help"}).out;
            const auto last = slash == name.npos ? first : std::string(name.substr(slash + 1));
            EXPECT_NE(in.find("\n  " + last + " "), std::string::npos) << name;
        });
    const std::string list = help.substr(help.find("Commands:\n"));
    for (std::size_t at = 0; (at = list.find("\n  ", at)) != std::string::npos;) {
        at += 3;
        if (list[at] != ' ') {
            EXPECT_TRUE(told.contains(list.substr(at, list.find(' ', at) - at)))
                << list.substr(at, 20);
        }
    }
}

TEST(Vocabulary, HasEveryFieldOfEvents) {
    std::set<std::string> members;
    each_member(event_members, [&](std::string_view name, bool) { members.emplace(name); });
    for (const std::string_view name : driver::field_names())
        EXPECT_TRUE(members.contains(std::string(name))) << name;
}

TEST(Vocabulary, SeesWhatIsNotInIt) {
    const auto faults = [](const std::string &out) {
        return json_faults({"graph", "--json"}, out);
    };
    EXPECT_EQ(faults(R"({"nodes": [{"name": "a", "state": "live"}], "edges": []})"), "");
    EXPECT_EQ(faults(R"({"nodes": null, "edges": []})"), "");
    EXPECT_NE(faults(R"({"nodes": [{"name": "a", "state": 1}], "edges": []})"), "");
    EXPECT_NE(faults(R"({"nodes": [{"name": "a"}], "edges": []})"), "");
    EXPECT_NE(faults(R"({"nodes": [{"name": "a", "state": "live", "x": 1}], "edges": []})"), "");
    EXPECT_NE(faults(R"({"nodes": {}, "edges": []})"), "");
    EXPECT_NE(faults(R"([])"), "");
    EXPECT_NE(faults(R"({"nodes": [], "edges": [])"), "");
}

TEST(Vocabulary, TellsTimesAsTextToo) {
    EXPECT_EQ(time_or_null(1769860800123456789), "2026-01-31T12:00:00.123456789Z");
    EXPECT_EQ(time_or_null(0), nullptr);
}

} // namespace
} // namespace mk::cli::test
