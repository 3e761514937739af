// SPDX-License-Identifier: GPL-2.0-only
// Candidates for completion. The shell scripts only pass on what was typed: the candidates come
// from the command line itself, so they cannot be out of date.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/offer.hpp"

namespace mk::cli {

struct OptionShape {
    std::vector<std::string> names; // "-n", "--lines"
    bool takes_value = false;
    std::vector<std::string> values; // where there are only a few
    bool repeats = false;            // several of them, separated by commas
    bool is_file = false;
};

struct ArgumentShape {
    Offer offer = Offer::Nothing;
    bool is_file = false;
};

struct CommandShape {
    std::string name;
    std::vector<OptionShape> options;
    std::vector<ArgumentShape> arguments;    // the last one may repeat
    std::vector<CommandShape> commands = {}; // then there are no arguments
};

struct Grammar {
    std::vector<OptionShape> options; // before the command
    std::vector<CommandShape> commands;
};

struct KnownParameter {
    std::string name;
    std::vector<std::string> values; // where there are only a few
};

// Sources of names; tests have their own.
struct NameSources {
    using Names = std::function<std::vector<std::string>()>;
    Names loaded;
    Names installed; // modules with a file
    Names enabled;
    Names masked;
    Names jobs;
    Names kernels;
    std::function<std::vector<KnownParameter>(const std::string &module)> parameters;
};
NameSources names_of_this_machine();

struct Candidates {
    std::vector<std::string> words; // sorted; typing continues after one that ends with '='
    bool files = false;             // the word may be the name of a file
};

// @words: the words after "modkeeper"; the last one is being completed, and may be empty.
Candidates completions(const Grammar &grammar, const std::vector<std::string> &words,
                       const NameSources &names);

} // namespace mk::cli
