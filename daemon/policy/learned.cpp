// SPDX-License-Identifier: GPL-2.0-only
#include "policy/learned.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/module_name.hpp"
#include "base/text_file.hpp"

namespace mk::policy {

namespace {

using Group = LearnedModule::Group;
using Names = KernelFacts::Names;

// A name comes from the module's file, and must be no word of the language or pattern in it.
bool is_fit(std::string_view name) {
    static constexpr std::string_view words[] = {"if", "except", "alone", "reason"};
    return !name.empty() && name.size() <= module_name_max &&
           std::ranges::find(words, name) == std::end(words) &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

struct Seen {
    Sightings sightings;
    bool is_signed = false;   // once
    bool is_unsigned = false; // once

    bool is_always_signed() const { return is_signed && !is_unsigned; }
};

Group group_of(const Sighting &sighting) {
    switch (sighting.trigger) {
    case Trigger::Command:
    case Trigger::Daemon:
    case Trigger::ModulesLoad:
        return Group::Program;
    case Trigger::Udev:
        return Group::Udev;
    case Trigger::Request:
        return sighting.uid == 0 ? Group::Kernel : Group::Users;
    case Trigger::Unknown:
        break;
    }
    return Group::Present;
}

Group group_of(const Sightings &sightings) {
    auto group = Group::Present;
    for (const auto &sighting : sightings) {
        const auto one = group_of(sighting);
        // that it is loaded now says nothing of who wanted it
        if (one != Group::Present)
            group = group == Group::Present ? one : std::min(group, one);
    }
    return group;
}

class Learner {
  public:
    Learner(const Sightings &sightings, const KernelFacts &facts) : facts_(facts) {
        learned_.release = facts.release;
        for (const auto &sighting : sightings)
            add(sighting);
    }

    Learned learn() {
        take_selected();
        for (const auto &[name, seen] : left_) {
            const bool is_meant = this->is_meant(name, seen);
            if (is_meant || !is_left_to_any(name, seen))
                learned_.modules.push_back({name, group_of(seen.sightings), seen.is_always_signed(),
                                            seen.sightings,
                                            is_meant ? ModuleName() : needed_by(name)});
        }
        std::ranges::stable_sort(learned_.modules, {}, &LearnedModule::group);
        return std::move(learned_);
    }

  private:
    void add(const Sighting &sighting) {
        if (sighting.module.empty())
            return;
        if (!is_fit(sighting.module)) {
            if (std::ranges::find(learned_.unfit, sighting.module) == learned_.unfit.end())
                learned_.unfit.push_back(sighting.module);
            return;
        }
        auto &seen = left_[sighting.module];
        seen.sightings.push_back(sighting);
        if (sighting.is_signed)
            (*sighting.is_signed ? seen.is_signed : seen.is_unsigned) = true;
    }

    // What the selectors choose needs no rule of its own, if it is signed where they ask for that.
    void take_selected() {
        const auto is_selected = [&](const ModuleName &name) {
            return facts_.devices.contains(name) || facts_.boot.contains(name);
        };
        learned_.selected_are_signed = std::ranges::any_of(
            left_, [&](const auto &one) { return one.second.is_signed && is_selected(one.first); });
        for (const auto &name : facts_.initramfs)
            if (!left_.contains(name) && !is_selected(name))
                learned_.only_in_initramfs.push_back(name);
        std::ranges::sort(learned_.only_in_initramfs);
        std::erase_if(left_, [&](const auto &one) {
            const auto &[name, seen] = one;
            if (!is_selected(name) || (learned_.selected_are_signed && !seen.is_always_signed()))
                return false;
            (facts_.devices.contains(name) ? learned_.by_devices : learned_.by_boot)
                .push_back(name);
            return true;
        });
    }

    bool needs(const ModuleName &name, const ModuleName &other) const {
        const auto found = facts_.needs.find(name);
        return found != facts_.needs.end() && found->second.contains(other);
    }

    bool means(const std::string &word, const ModuleName &module) const {
        const auto found = facts_.meanings.find(word);
        return found != facts_.meanings.end() && found->second.contains(module);
    }

    // Somebody asked for this one, not for another that needs it.
    bool is_meant(const ModuleName &name, const Sighting &sighting) const {
        if (sighting.trigger == Trigger::Request)
            return means(sighting.alias, name);
        if (sighting.trigger != Trigger::Command)
            return false;
        return std::ranges::any_of(split(sighting.command, " "), [&](auto word) {
            return ModuleName::of_target(word) == name || means(std::string(word), name);
        });
    }

    // Whether the rule about @other lets @name in as something that it needs.
    bool is_left_to(const ModuleName &other, const ModuleName &name, const Seen &seen) const {
        return other != name && needs(other, name) &&
               (seen.is_always_signed() || !left_.at(other).is_always_signed()) &&
               // of two that need each other the first in the alphabet stays
               (!needs(name, other) || other < name);
    }

    bool is_meant(const ModuleName &name, const Seen &seen) const {
        return std::ranges::any_of(seen.sightings,
                                   [&](const auto &one) { return is_meant(name, one); });
    }

    bool is_left_to_any(const ModuleName &name, const Seen &seen) const {
        return std::ranges::any_of(
            left_, [&](const auto &other) { return is_left_to(other.first, name, seen); });
    }

    // Of one that stays for its signature.
    ModuleName needed_by(const ModuleName &name) const {
        for (const auto &[other, seen] : left_)
            if (other != name && needs(other, name))
                return other;
        return {};
    }

    const KernelFacts &facts_;
    std::map<ModuleName, Seen> left_;
    Learned learned_;
};

} // namespace

Learned learn(const Sightings &sightings, const KernelFacts &facts) {
    auto let_in = sightings;
    std::erase_if(let_in, [](const auto &one) { return one.way == Sighting::Way::Denied; });
    return Learner(let_in, facts).learn();
}

Learned learn_with_denied(const Sightings &sightings, const KernelFacts &facts) {
    return Learner(sightings, facts).learn();
}

} // namespace mk::policy
