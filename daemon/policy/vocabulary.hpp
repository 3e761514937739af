// SPDX-License-Identifier: GPL-2.0-only
// The words of the language, each with what it means.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"

namespace mk::policy {

template <typename Meaning> struct Entry {
    std::string_view word;
    Meaning meaning;
};

inline constexpr std::array gates = {Entry<Gate>{"load", Gate::Load},
                                     Entry<Gate>{"request", Gate::Request}};

inline constexpr std::array verdicts = {Entry<Verdict>{"allow", Verdict::Allow},
                                        Entry<Verdict>{"deny", Verdict::Deny},
                                        Entry<Verdict>{"warn", Verdict::Warn}};

inline constexpr std::array modes = {Entry<Mode>{"off", Mode::Off},
                                     Entry<Mode>{"audit", Mode::Audit},
                                     Entry<Mode>{"enforce", Mode::Enforce}};

// Facts of a condition that stand alone.
inline constexpr std::array plain_facts = {
    Entry<Condition::Fact>{"signed", Condition::Fact::Signed},
    Entry<Condition::Fact>{"out-of-tree", Condition::Fact::OutOfTree},
    Entry<Condition::Fact>{"proprietary", Condition::Fact::Proprietary},
    Entry<Condition::Fact>{"staging", Condition::Fact::Staging},
    Entry<Condition::Fact>{"forced", Condition::Fact::Forced},
    Entry<Condition::Fact>{"livepatch", Condition::Fact::Livepatch},
    Entry<Condition::Fact>{"test", Condition::Fact::Test},
    Entry<Condition::Fact>{"from-memory", Condition::Fact::FromMemory},
    Entry<Condition::Fact>{"on-root-device", Condition::Fact::OnRootDevice}};

// Those that are compared: WORD=TEXT.
inline constexpr std::array text_facts = {
    Entry<Condition::Fact>{"path", Condition::Fact::Path},
    Entry<Condition::Fact>{"srcversion", Condition::Fact::Srcversion},
    Entry<Condition::Fact>{"parameters", Condition::Fact::Parameters}};

// Those that a word of @callers follows.
inline constexpr std::array caller_facts = {Entry<Condition::Fact>{"by", Condition::Fact::By},
                                            Entry<Condition::Fact>{"for", Condition::Fact::For}};

// Besides uid=N and uid=N-M.
inline constexpr std::array callers = {Entry<Who::Kind>{"unprivileged", Who::Kind::Unprivileged},
                                       Entry<Who::Kind>{"container", Who::Kind::Container},
                                       Entry<Who::Kind>{"kernel", Who::Kind::Kernel},
                                       Entry<Who::Kind>{"login", Who::Kind::Login},
                                       Entry<Who::Kind>{"helper", Who::Kind::Helper}};

// Words after '@' that are no named set.
inline constexpr std::array selectors = {
    Entry<Pattern::Kind>{"devices", Pattern::Kind::Devices},
    Entry<Pattern::Kind>{"boot", Pattern::Kind::Boot},
    Entry<Pattern::Kind>{"initramfs", Pattern::Kind::Initramfs}};

template <typename Meaning, std::size_t size> std::optional<Meaning>
meaning_of(const std::array<Entry<Meaning>, size> &entries, std::string_view word) {
    for (const auto &entry : entries)
        if (entry.word == word)
            return entry.meaning;
    return std::nullopt;
}

template <typename Meaning, std::size_t size>
std::string_view word_of(const std::array<Entry<Meaning>, size> &entries, Meaning meaning) {
    for (const auto &entry : entries)
        if (entry.meaning == meaning)
            return entry.word;
    return {};
}

template <typename Meaning, std::size_t size>
void add_words(const std::array<Entry<Meaning>, size> &entries, std::vector<std::string> &words) {
    for (const auto &entry : entries)
        words.emplace_back(entry.word);
}

template <typename Meaning, std::size_t size>
std::vector<std::string> words_of(const std::array<Entry<Meaning>, size> &entries) {
    std::vector<std::string> words;
    add_words(entries, words);
    return words;
}

} // namespace mk::policy
