// SPDX-License-Identifier: GPL-2.0-only
#include "cli/event_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mk::cli {
namespace {

driver::Event failed_load() {
    driver::Event event{};
    event.kind = driver::EventKind::LoadFailed;
    event.sequence = 17;
    event.realtime_ns = 1'700'000'000'123'456'789;
    event.tgid = 412;
    event.loginuid = 4294967295U;
    event.comm = "modprobe";
    event.module = "floppy";
    event.duration_ns = 1'230'000;
    event.error = 19;
    event.stage = 1;
    return event;
}

TEST(EventText, LineTellsWhoWhatAndHowItEnded) {
    const std::string line = event_line(failed_load());
    for (const char *part : {".123456", "17", "failed", "floppy", "1.23 ms", "modprobe[412] uid 0",
                             "ENODEV (No such device)"})
        EXPECT_NE(line.find(part), std::string::npos) << part << " in " << line;
}

TEST(EventText, ColumnsStandBelowTheirTitles) {
    const std::string titles = event_titles();
    const std::string line = event_line(failed_load());
    EXPECT_EQ(titles.find("MODULE"), line.find("floppy"));
    EXPECT_EQ(titles.find("BY"), line.find("modprobe["));
    EXPECT_EQ(titles.find("DETAILS"), line.find("ENODEV"));
}

TEST(EventText, WhatOthersChoseCannotDriveTheTerminal) {
    driver::Event event = failed_load();
    event.kind = driver::EventKind::LoadBegin;
    event.comm = "\033[2Jx";
    event.args = "a=\r\n";
    const std::string line = event_line(event);
    EXPECT_EQ(line.find('\033'), std::string::npos);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_NE(line.find("\\x1b[2Jx"), std::string::npos);
}

TEST(EventText, LostTellsHowMany) {
    driver::Event event{};
    event.kind = driver::EventKind::Lost;
    event.lost = 12;
    EXPECT_NE(event_line(event).find("12 records were overwritten"), std::string::npos);
    const auto json = nlohmann::json::parse(event_json(event));
    EXPECT_EQ(json["kind"], "lost");
    EXPECT_EQ(json["lost"], 12);
    EXPECT_TRUE(json["module"].is_null());
}

TEST(EventText, JsonHasEveryKeyInEveryEvent) {
    const auto failed = nlohmann::json::parse(event_json(failed_load()));
    EXPECT_EQ(failed["kind"], "load_failed");
    EXPECT_EQ(failed["error"], 19);
    EXPECT_EQ(failed["error_name"], "ENODEV");
    EXPECT_EQ(failed["stage"], "unknown");
    EXPECT_TRUE(failed["loginuid"].is_null());
    driver::Event event{};
    event.kind = driver::EventKind::Present;
    std::vector<std::string> keys;
    std::vector<std::string> others;
    const auto present = nlohmann::json::parse(event_json(event));
    for (const auto &[key, value] : present.items())
        keys.push_back(key);
    for (const auto &[key, value] : failed.items())
        others.push_back(key);
    EXPECT_EQ(keys, others);
}

TEST(EventText, JsonTakesBytesThatAreNoText) {
    driver::Event event = failed_load();
    event.comm = "\xff\xfe";
    EXPECT_NE(event_json(event).find("\xef\xbf\xbd"), std::string::npos);
}

} // namespace
} // namespace mk::cli
