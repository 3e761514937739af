// SPDX-License-Identifier: GPL-2.0-only
// Drift for people and for programs.
#include "cli/output/drift_text.hpp"

#include <gtest/gtest.h>

#include "cli/run.hpp"
#include "fixtures/module_names.hpp"

namespace mk::cli::test {
namespace {

DriftItem item_of(DriftKind kind) {
    DriftItem item;
    item.kind = kind;
    item.module = "dummy"_module;
    item.subject = "numdummies";
    item.configured = "3";
    item.running = "2";
    item.where = "/etc/modprobe.d/a.conf:1";
    item.remedy = "modkeeper param dummy numdummies=3";
    return item;
}

TEST(DriftText, ProgramsAreToldAllOfAnItem) {
    auto item = item_of(DriftKind::Parameter);
    Json json = json_of(item);
    EXPECT_EQ(json["kind"], "parameter");
    EXPECT_EQ(json["module"], "dummy");
    EXPECT_EQ(json["subject"], "numdummies");
    EXPECT_EQ(json["configured"], "3");
    EXPECT_EQ(json["running"], "2");
    EXPECT_EQ(json["where"], "/etc/modprobe.d/a.conf:1");
    EXPECT_EQ(json["remedy"], "modkeeper param dummy numdummies=3");
    EXPECT_EQ(json["applicable"], false);
    item.applicable = true;
    item.module = ""_module;
    item.subject = "";
    json = json_of(item);
    EXPECT_EQ(json["applicable"], true);
    EXPECT_EQ(json["module"], nullptr);
    EXPECT_EQ(json["subject"], nullptr);
    json = json_of(Drift{{item}, {"the initramfs"}});
    EXPECT_EQ(json["drift"].size(), 1U);
    EXPECT_EQ(json["unchecked"], Json::array({"the initramfs"}));
}

TEST(DriftText, AnItemSaysWhatItIsAbout) {
    EXPECT_EQ(subject_of(item_of(DriftKind::Parameter)), "parameter numdummies of dummy");
    EXPECT_EQ(subject_of(item_of(DriftKind::UnknownParameter)), "parameter numdummies of dummy");
    EXPECT_EQ(subject_of(item_of(DriftKind::Masked)), "module dummy");
    EXPECT_EQ(subject_of(item_of(DriftKind::NoEffect)), "parameter numdummies of dummy");
    auto line = item_of(DriftKind::NoEffect);
    line.subject = "";
    EXPECT_EQ(subject_of(line), "line 3");
    auto file = item_of(DriftKind::InitramfsConfiguration);
    file.subject = "/etc/modprobe.d/a.conf";
    EXPECT_EQ(subject_of(file), "/etc/modprobe.d/a.conf");
}

TEST(DriftText, TheTableHasAColumnForEach) {
    const Drift drift{{item_of(DriftKind::Parameter)}, {}};
    const auto text = text_of(drift);
    for (const char *piece : {"KIND", "CONFIGURED", "RUNNING", "parameter numdummies of dummy",
                              "/etc/modprobe.d/a.conf:1", "modkeeper param dummy numdummies=3"})
        EXPECT_NE(text.find(piece), std::string::npos) << text;
    EXPECT_EQ(text_of(drift, false).find("KIND"), std::string::npos);
}

// Whatever this machine has.
TEST(DriftCommand, TheExitStatusSaysWhetherThereIsAny) {
    const Ran ran = run({"drift", "--json"});
    const auto told = Json::parse(ran.out);
    EXPECT_EQ(ran.status, told["drift"].empty() ? 7 : 0) << ran.out;
    for (const auto &sentence : told["unchecked"])
        EXPECT_NE(ran.err.find("not checked: " + sentence.get<std::string>()), std::string::npos);
}

} // namespace
} // namespace mk::cli::test
