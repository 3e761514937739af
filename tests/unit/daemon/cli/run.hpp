// SPDX-License-Identifier: GPL-2.0-only
// Runs the command line inside the test, as main() would. What it prints with --json is held
// against the vocabulary.
#pragma once

#include <string>
#include <vector>

namespace mk::cli::test {

struct Ran {
    int status;
    std::string out;
    std::string err;
};

Ran run(const std::vector<std::string> &arguments);

} // namespace mk::cli::test
