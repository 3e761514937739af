// SPDX-License-Identifier: GPL-2.0-only
// What polkit is asked, whatever was asked for: plain text in which each name can be told from the
// next. The input's lines are names and parameters.
#include <algorithm>
#include <string>
#include <vector>

#include "base/text_file.hpp"
#include "bus/question.hpp"
#include "input.hpp"

namespace {

using namespace mk;
using Names = std::vector<std::string>;

bool is_plain(char c) {
    return c >= 0x20 && c < 0x7f;
}

int digit(char c) {
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

// The other way: words, of which those that are not plain are in quotes.
Names read_words(const std::string &text) {
    Names words;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string &word = words.emplace_back();
        if (text[at] != '"') {
            for (; at < text.size() && text[at] != ' '; ++at)
                word += text[at];
            continue;
        }
        for (++at; text.at(at) != '"'; ++at) {
            if (text[at] != '\\') {
                word += text[at];
            } else if (text.at(++at) != 'x') {
                word += text[at];
            } else {
                word += static_cast<char>(digit(text.at(at + 1)) * 16 + digit(text.at(at + 2)));
                at += 2;
            }
        }
        ++at;
        MUST(at == text.size() || text[at] == ' ');
    }
    return words;
}

void must_be_plain(const bus::Question &question) {
    constexpr std::size_t longest = 750;
    for (const auto &[key, text] : question.details) {
        MUST(!text.empty() && std::all_of(text.begin(), text.end(), is_plain));
        if (key == "request")
            MUST(text.size() <= longest);
    }
    MUST(question.details.contains("verb") && question.details.contains("request"));
}

void must_tell(const bus::Question &question, const char *key, const Names &words) {
    must_be_plain(question);
    const auto told = question.details.find(key);
    MUST(told == question.details.end() ? words.empty() : read_words(told->second) == words);
}

Names without_dashes(Names words) {
    for (auto &word : words)
        std::replace(word.begin(), word.end(), '-', '_');
    return words;
}

// The same for names, of which the spelling may be the kernel's.
void must_name(const bus::Question &question, const char *key, const Names &names) {
    must_be_plain(question);
    const auto told = question.details.find(key);
    MUST(told == question.details.end()
             ? names.empty()
             : without_dashes(read_words(told->second)) == without_dashes(names));
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size < 1)
        return 0;
    Names names, parameters;
    auto text = text_of_input(data + 1, size - 1);
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        ((names.size() + parameters.size()) % 2 == 0 ? names : parameters).emplace_back(line);
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    const bool flags[] = {(data[0] & 1) != 0, (data[0] & 2) != 0, (data[0] & 4) != 0,
                          (data[0] & 8) != 0};
    LoadRequest load{names, parameters, flags[0], flags[1], flags[2], flags[3]};
    must_name(bus::question_of(load), "module", names);
    must_name(bus::question_of(load), "parameters", parameters);
    must_name(bus::cancel_question_of(load), "module", names);
    must_name(bus::question_of(UnloadRequest{module_names(names), flags[0], flags[1], flags[2], 0}),
              "module", names);
    must_name(bus::choice_question_of("mask", names, flags[0]), "module", names);
    const auto first = names.empty() ? std::string("x") : names.front();
    const auto value = parameters.empty() ? std::string() : parameters.front();
    ReloadRequest reload{
        ModuleName(first), parameters, value, 0, {{ModuleName(first), {value, "", true, {}}}}};
    must_name(bus::question_of(reload), "parameters", parameters);
    must_tell(bus::question_of(reload), "path", value.empty() ? Names{} : Names{value});
    for (const auto &question :
         bus::questions_of({ModuleName(first), first, value, flags[0], flags[1]})) {
        must_name(question, "parameter", {first});
        must_tell(question, "value", {value});
    }
    must_name(bus::unset_question_of(first, first), "module", {first});
    must_be_plain(bus::question_of(driver::EventFilter{.module = first}));
    return 0;
}
