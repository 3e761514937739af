// SPDX-License-Identifier: GPL-2.0-only
#include "policy/learned_text.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "fixtures/module_names.hpp"
#include "policy/rule_parser.hpp"

namespace mk::policy {
namespace {

constexpr std::uint64_t day_ns = 86'400'000'000'000;
constexpr std::uint64_t noon_ns = 1'795'176'000'000'000'000; // 2026-11-20 12:00 UTC

class LearnedText : public testing::Test {
  protected:
    LearnedText() {
        setenv("TZ", "UTC", 1);
        tzset();
    }
};

Sighting load(Trigger trigger, const std::string &who, std::uint64_t realtime_ns = noon_ns) {
    Sighting sighting;
    sighting.trigger = trigger;
    sighting.who = who;
    sighting.is_signed = true;
    sighting.realtime_ns = realtime_ns;
    return sighting;
}

Sighting request(const std::string &who, const std::string &alias, std::uint32_t uid,
                 std::uint64_t realtime_ns = noon_ns) {
    auto sighting = load(Trigger::Request, who, realtime_ns);
    sighting.alias = alias;
    sighting.uid = uid;
    return sighting;
}

LearnedModule module(const std::string &name, LearnedModule::Group group, Sightings sightings) {
    return {ModuleName(name), group, true, std::move(sightings), {}};
}

TEST_F(LearnedText, SaysWhoHowOftenAndWhen) {
    auto present = load(Trigger::Unknown, "");
    present.way = Sighting::Way::Present;
    auto one = module("vfat", LearnedModule::Group::Kernel,
                      {request("mount", "fs-vfat", 0, noon_ns - 2 * day_ns),
                       request("mount", "fs-vfat", 0), request("mount", "fs-vfat", 0),
                       load(Trigger::Command, "modprobe", noon_ns - day_ns), present});
    EXPECT_EQ(clauses_of(one),
              (std::vector<std::string>{"asked for by mount as fs-vfat, 3 times, last 2026-11-20",
                                        "loaded by modprobe, once, 2026-11-19"}));
    one.sightings = {present};
    EXPECT_EQ(clauses_of(one), std::vector<std::string>{"loaded now"});
    one.sightings = {request("exploit", "net-pf-33", 1000), request("exploit", "net-pf-33", 1000)};
    EXPECT_EQ(clauses_of(one),
              std::vector<std::string>{
                  "asked for by exploit of user 1000 as net-pf-33, twice, last 2026-11-20"});
    one.sightings = {load(Trigger::Udev, "(udev-worker)", 0)};
    one.needed_by = "uas"_module;
    EXPECT_EQ(clauses_of(one),
              (std::vector<std::string>{"loaded by udev for a device, once", "needed by uas"}));
    auto would = load(Trigger::Command, "insmod");
    would.way = Sighting::Way::WouldDeny;
    one.sightings = {would};
    one.needed_by = {};
    EXPECT_EQ(clauses_of(one),
              std::vector<std::string>{"would have been denied to insmod, once, 2026-11-20"});
}

TEST_F(LearnedText, ManyWaysAreCutShort) {
    Sightings seen;
    for (int i = 0; i < 9; ++i)
        seen.push_back(load(Trigger::Command, "tool" + std::to_string(i)));
    const auto clauses = clauses_of(module("a", LearnedModule::Group::Program, seen));
    ASSERT_EQ(clauses.size(), 5U);
    EXPECT_EQ(clauses.back(), "and in 5 more ways");
}

TEST_F(LearnedText, TheWholeFile) {
    Learned learned;
    learned.release = "6.1.0-test";
    learned.by_devices = names({"e1000"});
    learned.by_boot = names({"ext4"});
    learned.selected_are_signed = true;
    auto mine =
        module("mydriver", LearnedModule::Group::Program, {load(Trigger::Command, "insmod")});
    mine.is_signed = false;
    mine.sightings[0].is_signed = false;
    learned.modules = {
        mine,
        module("vfat", LearnedModule::Group::Kernel, {request("mount", "fs-vfat", 0)}),
        module("rxrpc", LearnedModule::Group::Users, {request("exploit", "net-pf-33", 1000)}),
    };
    learned.only_in_initramfs = names({"ahci"});
    learned.unfit = names({"x\ny"});
    EXPECT_EQ(
        text_of(learned),
        "# Learned by \"modkeeper policy generate\" on kernel 6.1.0-test. What these modules "
        "need is allowed with them.\n"
        "\n"
        "# The devices of this machine, what is loaded at boot, and the file systems of fstab, "
        "whatever\n"
        "# kernel runs.\n"
        "# Seen of them, for devices: e1000\n"
        "# Seen of them, at boot: ext4\n"
        "allow load @devices @boot if signed\n"
        "\n"
        "# What somebody loaded by its name, or had modkeeper load.\n"
        "# mydriver: loaded by insmod, once, 2026-11-20; not signed\n"
        "allow load mydriver\n"
        "\n"
        "# What the kernel asked for, because it or a program of root needed it.\n"
        "# vfat: asked for by mount as fs-vfat, once, 2026-11-20\n"
        "allow load vfat if signed\n"
        "\n"
        "# What the kernel asked for, because a program of a user without privileges needed "
        "it. Keep what\n"
        "# every user may have loaded, and remove the rest.\n"
        "# rxrpc: asked for by exploit of user 1000 as net-pf-33, once, 2026-11-20\n"
        "allow load rxrpc if signed\n"
        "\n"
        "# Not allowed by these rules: what the initramfs has and nobody saw loaded (1; "
        "\"allow load @initramfs\" allows it):\n"
        "#   ahci\n"
        "\n"
        "# Not learned, because no rule can have its name: \"x\\x0ay\"\n");
}

// Nobody reads the names of hundreds of modules that an initramfs has for any machine.
TEST_F(LearnedText, OfALargeInitramfsTheFirstModulesAreNamed) {
    Learned learned;
    for (int number = 10; number < 40; ++number)
        learned.only_in_initramfs.emplace_back(fmt::format("disk{}", number));
    const auto text = text_of(learned);
    EXPECT_NE(text.find("nobody saw loaded (30; "), std::string::npos) << text;
    EXPECT_NE(text.find(" disk29\n#   and 10 more\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("disk30"), std::string::npos) << text;
}

// A process chooses its name, and who asks for a module the alias.
TEST_F(LearnedText, NobodyWritesARuleByAName) {
    Learned learned;
    learned.modules = {
        module("vfat", LearnedModule::Group::Users,
               {request("a\nallow load *", "x\ndeny load *", 1000), request("b\\", "c\\", 1000)})};
    Policy policy;
    Findings findings;
    parse_rules(text_of(learned), "50-learned.rules", policy, findings);
    EXPECT_TRUE(findings.empty());
    ASSERT_EQ(policy.rules.size(), 2U);
    EXPECT_EQ(policy.rules[1].what[0].text, "vfat");
}

TEST_F(LearnedText, LongListsStayReadable) {
    Learned learned;
    for (int i = 0; i < 100; ++i)
        learned.by_devices.push_back(ModuleName("module_number_" + std::to_string(i)));
    std::size_t begin = 0;
    const auto text = text_of(learned);
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        EXPECT_LE(end - begin, 110U) << text.substr(begin, end - begin);
        begin = end + 1;
    }
}

} // namespace
} // namespace mk::policy
