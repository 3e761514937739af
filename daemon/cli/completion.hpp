// SPDX-License-Identifier: GPL-2.0-only
// What may stand where somebody presses Tab. The shells' scripts only hand on what they have: what
// there is to complete is read from the command line itself, and so cannot go stale.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace mk::cli {

struct OptionShape {
    std::vector<std::string> names; // "-n", "--lines"
    bool takes_value = false;
    std::vector<std::string> values; // where there are only a few
};

struct CommandShape {
    std::string name;
    std::vector<OptionShape> options;
    std::vector<std::string> arguments; // titles, such as "NAME|FILE"
};

struct Grammar {
    std::vector<OptionShape> options; // before the command
    std::vector<CommandShape> commands;
};

// Where names come from; tests have some of their own.
struct NameSources {
    using Names = std::function<std::vector<std::string>()>;
    Names loaded;
    Names installed; // modules with a file
    Names kernels;
    std::function<std::vector<std::string>(const std::string &module)> parameters;
};
NameSources names_of_this_machine();

// @words: what stands behind "modkeeper", the last one being completed, perhaps empty. Sorted. A
// candidate that ends with '=' wants to be gone on with. Empty where the shell may offer files.
std::vector<std::string> completions(const Grammar &grammar, const std::vector<std::string> &words,
                                     const NameSources &names);

} // namespace mk::cli
