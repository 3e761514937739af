// SPDX-License-Identifier: GPL-2.0-only
// Words that people type: what Tab offers for them, the line that ssh is given, and points in time.
// The input's lines are the words.
#include <algorithm>
#include <string>
#include <vector>

#include "cli/completion.hpp"
#include "cli/output/time_text.hpp"
#include "cli/remote.hpp"
#include "input.hpp"

namespace {

using namespace mk::cli;
using Words = std::vector<std::string>;

const Grammar grammar = {
    {{{"--json"}}, {{"-H", "--host"}, true}},
    {{"load",
      {{{"-a", "--all"}}, {{"--timeout"}, true}},
      {{Offer::Modules, true}, {Offer::Parameters}}},
     {"plan", {{{"--kernel"}, true}}, {{Offer::ModulesAndParameters, true}}},
     {"events", {{{"--kind"}, true, {"failed", "load"}, true}}, {}},
     {"graph", {{{"-o", "--output"}, true, {}, false, true}}, {{Offer::Loaded}}}}};

const auto some = [] { return Words{"dummy", "zram"}; };
const NameSources sources = {
    some, some, some, some, some, some, [](const std::string &) {
        return std::vector<KnownParameter>{{"size", {}}, {"on", {"n", "y"}}};
    }};

// As a shell does it: quotes, and a backslash outside of them.
Words as_shell(const std::string &line) {
    Words words;
    bool quoted = false, open = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (!quoted && c == ' ') {
            open = false;
            continue;
        }
        if (!std::exchange(open, true))
            words.emplace_back();
        if (c == '\'')
            quoted = !quoted;
        else
            words.back() += !quoted && c == '\\' ? line.at(++at) : c;
    }
    MUST(!quoted);
    return words;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Words words;
    for (auto text = text_of_input(data, size); !text.empty();) {
        const auto line = text.substr(0, text.find('\n'));
        words.emplace_back(line);
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    const auto found = completions(grammar, words, sources);
    MUST(std::is_sorted(found.words.begin(), found.words.end()));
    auto line = as_shell(remote_line({"host", words}));
    MUST(line.front() == "modkeeper");
    line.erase(line.begin());
    MUST(line == words);
    if (const auto call = remote_call(words))
        MUST(call->words.size() < words.size());
    constexpr Clocks clocks{1'700'000'000'000'000'000, 100'000'000'000};
    for (const auto &word : words)
        (void)parse_time(word, clocks);
    return 0;
}
