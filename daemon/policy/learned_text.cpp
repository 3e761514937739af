// SPDX-License-Identifier: GPL-2.0-only
#include "policy/learned_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <tuple>
#include <utility>

#include "base/clock.hpp"
#include "base/foreign_text.hpp"
#include "base/text_file.hpp"

namespace mk::policy {

namespace {

using Group = LearnedModule::Group;

constexpr std::size_t clauses_max = 4; // of a module
constexpr std::size_t width = 100;     // of a comment that lists names

std::string day_of(std::uint64_t realtime_ns) {
    const auto time = static_cast<std::time_t>(realtime_ns / ns_per_second);
    std::tm day = {};
    localtime_r(&time, &day);
    std::array<char, 16> text;
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &day)};
}

std::string of_user(std::uint32_t uid) {
    return uid == 0 ? "" : fmt::format(" of user {}", uid);
}

std::string how(const Sighting &sighting) {
    const auto who = as_word(sighting.who) + of_user(sighting.uid);
    const bool is_denied = sighting.way == Sighting::Way::Denied;
    if (is_denied || sighting.way == Sighting::Way::WouldDeny)
        return fmt::format("{} to {}{}", is_denied ? "denied" : "would have been denied", who,
                           sighting.alias.empty() ? "" : " as " + as_word(sighting.alias));
    switch (sighting.trigger) {
    case Trigger::Request:
        return fmt::format("asked for by {} as {}", who, as_word(sighting.alias));
    case Trigger::Udev:
        return "loaded by udev for a device";
    case Trigger::ModulesLoad:
        return "loaded by modules-load.d";
    case Trigger::Daemon:
        return fmt::format("loaded by modkeeperd for {}", who);
    case Trigger::Command:
        return fmt::format("loaded by {}", who);
    case Trigger::Unknown:
        break;
    }
    return "loaded";
}

// "once, 2026-11-20", "3 times, last 2026-11-20"
std::string how_often(std::size_t times, std::uint64_t last_ns) {
    std::string text = times == 1   ? ", once"
                       : times == 2 ? ", twice"
                                    : fmt::format(", {} times", times);
    if (last_ns != 0)
        text += (times == 1 ? ", " : ", last ") + day_of(last_ns);
    return text;
}

// A comment that lists names, in lines of a bearable length.
std::string comment(const std::string &begin, const ModuleNames &names) {
    std::string text, line = "# " + begin;
    for (const auto &name : names) {
        if (line.size() + 1 + name.str().size() > width) {
            text += line + "\n";
            line = "#  ";
        }
        line += " " + name;
    }
    return text + line + "\n";
}

std::string_view heading_of(Group group) {
    switch (group) {
    case Group::Program:
        return "What somebody loaded by its name, or had modkeeper load.";
    case Group::Udev:
        return "For devices that were there and are not now.";
    case Group::Kernel:
        return "What the kernel asked for, because it or a program of root needed it.";
    case Group::Present:
        return "Loaded now; nobody saw how it came.";
    case Group::Users:
        break;
    }
    return "What the kernel asked for, because a program of a user without privileges needed it. "
           "Keep what\n# every user may have loaded, and remove the rest.";
}

std::string selectors_text(const Learned &learned) {
    std::string text =
        "\n# The devices of this machine, what is loaded at boot, and the file systems of fstab, "
        "whatever\n# kernel runs.\n";
    if (!learned.by_devices.empty())
        text += comment("Seen of them, for devices:", learned.by_devices);
    if (!learned.by_boot.empty())
        text += comment("Seen of them, at boot:", learned.by_boot);
    return text + "allow load @devices @boot" + (learned.selected_are_signed ? " if signed" : "") +
           "\n";
}

// An initramfs for any machine has hundreds of modules: the first ones show what they are.
std::string initramfs_text(const ModuleNames &names) {
    constexpr std::size_t shown = 20;
    const ModuleNames first(
        names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), shown)));
    auto text = comment(fmt::format("Not allowed by these rules: what the initramfs has and nobody "
                                    "saw loaded ({}; \"allow load @initramfs\" allows it):",
                                    names.size()),
                        first);
    if (names.size() > shown)
        text += fmt::format("#   and {} more\n", names.size() - shown);
    return text;
}

// What is of no use as a rule, and is to be known.
std::string remarks_text(const Learned &learned) {
    std::string text;
    if (!learned.only_in_initramfs.empty())
        text += "\n" + initramfs_text(learned.only_in_initramfs);
    for (const auto &name : learned.unfit)
        text +=
            fmt::format("\n# Not learned, because no rule can have its name: {}\n", as_word(name));
    return text;
}

} // namespace

std::vector<std::string> clauses_of(const LearnedModule &module) {
    struct Sum {
        std::size_t times = 0;
        std::uint64_t last_ns = 0;
    };
    std::map<std::string, Sum> sums;
    bool is_present = false;
    for (const auto &sighting : module.sightings) {
        is_present = is_present || sighting.way == Sighting::Way::Present;
        if (sighting.way == Sighting::Way::Present)
            continue;
        auto &sum = sums[how(sighting)];
        ++sum.times;
        sum.last_ns = std::max(sum.last_ns, sighting.realtime_ns);
    }
    std::vector<std::pair<std::string, Sum>> ways(sums.begin(), sums.end());
    std::ranges::stable_sort(
        ways, [](const auto &a, const auto &b) { return a.second.last_ns > b.second.last_ns; });
    std::vector<std::string> clauses;
    clauses.reserve(ways.size());
    for (const auto &[text, sum] : ways)
        clauses.push_back(text + how_often(sum.times, sum.last_ns));
    if (const auto more = clauses.size(); more > clauses_max) {
        clauses.resize(clauses_max);
        clauses.push_back(fmt::format("and in {} more ways", more - clauses_max));
    }
    if (!module.needed_by.empty())
        clauses.push_back("needed by " + module.needed_by);
    if (clauses.empty() && is_present)
        clauses.emplace_back("loaded now");
    return clauses;
}

std::string line_of(const LearnedModule &module) {
    return "allow load " + module.name + (module.is_signed ? " if signed" : "");
}

std::string text_of(const Learned &learned) {
    auto text = fmt::format("# Learned by \"modkeeper policy generate\" on kernel {}. What these "
                            "modules need is allowed with them.\n",
                            as_word(learned.release)) +
                selectors_text(learned);
    const LearnedModule *before = nullptr;
    for (const auto &module : learned.modules) {
        if (before == nullptr || before->group != module.group)
            text += fmt::format("\n# {}\n", heading_of(module.group));
        before = &module;
        const bool is_unsigned = std::ranges::any_of(
            module.sightings, [](const auto &one) { return one.is_signed == false; });
        text += fmt::format("# {}: {}{}\n{}\n", module.name, join(clauses_of(module), "; "),
                            is_unsigned ? "; not signed" : "", line_of(module));
    }
    return text + remarks_text(learned);
}

} // namespace mk::policy
