// SPDX-License-Identifier: GPL-2.0-only
#include "job/loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/foreign_text.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

Importance weight_of(LossUse use) {
    switch (use) {
    case LossUse::DefaultRoute:
    case LossUse::Ssh:
    case LossUse::Root:
    case LossUse::LastKeyboard:
        return Importance::WayIn;
    case LossUse::Up:
    case LossUse::Mounted:
    case LossUse::Swap:
    case LossUse::Backed:
    case LossUse::Below:
        return Importance::InUse;
    case LossUse::Address: // these three do nothing while it is down
    case LossUse::Port:
    case LossUse::Ports:
    case LossUse::Stacked:
        break;
    }
    return Importance::Plain;
}

std::string clause_of(const LossFact &fact) {
    switch (fact.use) {
    case LossUse::Up:
        return "is up";
    case LossUse::Address:
        return "has the address " + fact.detail;
    case LossUse::Port:
        return "is a port of " + as_word(fact.detail);
    case LossUse::Ports:
        return as_word(fact.detail) + " is a port of it";
    case LossUse::Stacked:
        return as_word(fact.detail) + " stands on it";
    case LossUse::DefaultRoute:
        return "carries the default route";
    case LossUse::Ssh:
        return "carries this SSH connection, from " + as_word(fact.detail);
    case LossUse::Mounted:
        return "is mounted at " + as_word(fact.detail);
    case LossUse::Root:
        return "holds the root file system";
    case LossUse::Swap:
        return as_word(fact.detail) + " is swapped to";
    case LossUse::Backed:
        return "shows the file " + as_word(fact.detail);
    case LossUse::Below:
        return as_word(fact.detail) + " stands on it";
    case LossUse::LastKeyboard:
        return "is the only keyboard";
    }
    return "";
}

} // namespace

Importance Loss::importance() const {
    auto highest = Importance::Plain;
    for (const auto &fact : facts)
        highest = std::max(highest, weight_of(fact.use));
    return highest;
}

Importance importance_of(const std::vector<Loss> &losses) {
    auto highest = Importance::Plain;
    for (const auto &loss : losses)
        highest = std::max(highest, loss.importance());
    return highest;
}

std::string_view word_of(LossKind kind) {
    constexpr std::array<std::string_view, 7> words = {"interface", "disk", "sound-card", "display",
                                                       "input",     "node", "file-system"};
    static_assert(words.size() == static_cast<std::size_t>(LossKind::FileSystem) + 1);
    return words[static_cast<std::size_t>(kind)];
}

std::string_view word_of(Importance importance) {
    constexpr std::array<std::string_view, 3> words = {"plain", "in-use", "way-in"};
    static_assert(words.size() == static_cast<std::size_t>(Importance::WayIn) + 1);
    return words[static_cast<std::size_t>(importance)];
}

std::string_view word_of(LossUse use) {
    constexpr std::array<std::string_view, 13> words = {
        "up",      "address", "port-of", "has-port", "has-upper", "default-route", "ssh",
        "mounted", "root",    "swap",    "backed",   "below",     "last-keyboard"};
    static_assert(words.size() == static_cast<std::size_t>(LossUse::LastKeyboard) + 1);
    return words[static_cast<std::size_t>(use)];
}

std::string_view noun_of(LossKind kind) {
    switch (kind) {
    case LossKind::Interface:
        return "network interface";
    case LossKind::Disk:
        return "disk";
    case LossKind::SoundCard:
        return "sound card";
    case LossKind::Display:
        return "display";
    case LossKind::Input:
        return "input device";
    case LossKind::Node:
        return "device node";
    case LossKind::FileSystem:
        break;
    }
    return "file system type";
}

std::string name_of(const Loss &loss) {
    return fmt::format("{} {}", noun_of(loss.kind), as_word(loss.name));
}

std::string use_text(const Loss &loss) {
    std::vector<std::string> clauses;
    for (const auto &fact : loss.facts)
        clauses.push_back(clause_of(fact));
    if (clauses.size() < 2)
        return clauses.empty() ? "" : clauses.front();
    const auto last = std::move(clauses.back());
    clauses.pop_back();
    return fmt::format("{} and {}", join(clauses), last);
}

} // namespace mk
