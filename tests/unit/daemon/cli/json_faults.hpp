// SPDX-License-Identifier: GPL-2.0-only
// Holds what a command printed with --json against vocabulary.hpp.
#pragma once

#include <string>
#include <vector>

namespace mk::cli::test {

// What is wrong with @out, "" when nothing is: keys that the command's answer does not have or
// lacks, values of another type. @words: the command line behind "modkeeper".
std::string json_faults(const std::vector<std::string> &words, const std::string &out);

} // namespace mk::cli::test
