// SPDX-License-Identifier: GPL-2.0-only
// Are the index files that depmod makes whole? libkmod follows the offsets in them without looking
// where they lead, so that a damaged one would end the program that reads it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

// The bytes of modules.dep.bin and the like: a tree of nodes, each with its offset in its parent.
// Takes about a millisecond for those of a whole kernel.
bool is_whole_index(std::string_view bytes);

// All files of an index that libkmod reads, whether they are there or not.
std::vector<std::string> index_files(const std::string &module_dir);

// Does that tree have a value for @key? False where it is damaged on the way there.
bool is_in_index(std::string_view bytes, std::string_view key);

// Does the index list a module of each of these names? Takes some microseconds, which starting
// libkmod does not.
bool are_listed(const std::string &module_dir, const std::vector<std::string> &names);

// Failed, with the file and what to do. A file that is not there is not damaged; one that was whole
// is not looked through again until it changes. Any thread may call it.
Result<void> check_module_index(const std::string &module_dir);

} // namespace mk
