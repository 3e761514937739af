// SPDX-License-Identifier: GPL-2.0-only
// Check of depmod's index files. libkmod follows the offsets in them without checking, so that a
// damaged index would crash the program that reads it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"

namespace mk {

// Whether the bytes, of modules.dep.bin or another file, are a whole tree of nodes, each with its
// offset in its parent. Takes about a millisecond for those of a whole kernel.
bool is_whole_index(std::string_view bytes);

// All files of an index that libkmod reads, whether they exist or not.
std::vector<std::string> index_files(const std::string &module_dir);

// Whether that tree has a value for @key. False if it is damaged on the way there.
bool is_in_index(std::string_view bytes, std::string_view key);

// Whether the index lists a module of each of these names. Takes some microseconds, much less than
// starting libkmod.
bool are_listed(const std::string &module_dir, const ModuleNames &names);

// Failed, with the file and what to do. A missing file is not damaged; a file that was whole is not
// checked again until it changes. Any thread may call it.
Result<void> check_module_index(const std::string &module_dir);

} // namespace mk
