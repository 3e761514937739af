// SPDX-License-Identifier: GPL-2.0-only
// What may stand where somebody presses Tab. The shells' scripts only hand on what they have: what
// there is to complete is read from the command line itself, and so cannot go stale.
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
    bool repeats = false;            // several of them, with a comma between
    bool is_file = false;
};

struct ArgumentShape {
    Offer offer = Offer::Nothing;
    bool is_file = false;
};

struct CommandShape {
    std::string name;
    std::vector<OptionShape> options;
    std::vector<ArgumentShape> arguments; // the last one may repeat
};

struct Grammar {
    std::vector<OptionShape> options; // before the command
    std::vector<CommandShape> commands;
};

struct KnownParameter {
    std::string name;
    std::vector<std::string> values; // where there are only a few
};

// Where names come from; tests have some of their own.
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
    std::vector<std::string> words; // sorted; one that ends with '=' wants to be gone on with
    bool files = false;             // the name of a file may stand there
};

// @words: what stands behind "modkeeper", the last one being completed, perhaps empty.
Candidates completions(const Grammar &grammar, const std::vector<std::string> &words,
                       const NameSources &names);

} // namespace mk::cli
