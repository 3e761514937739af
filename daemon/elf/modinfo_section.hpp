// SPDX-License-Identifier: GPL-2.0-only
// Reader of the .modinfo section of a module file. libkmod's reader also parses the signature,
// which loads OpenSSL: 2 MB more in a daemon that keeps running, and most of the time.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"

namespace mk {

// "key=value", each ended by a NUL; of a compressed file too. BadFormat: not a module for this
// machine, or not decompressible. @path must have passed check_file().
Result<std::string> read_modinfo(const std::string &path);

// The name by which the kernel will know the module: its own, or that of the file if it has none.
// @path must have passed check_file().
ModuleName module_name_of(const std::string &path);

// Its keys and values in the file's order; views into @section.
using ModinfoFields = std::vector<std::pair<std::string_view, std::string_view>>;
ModinfoFields modinfo_fields(std::string_view section);

// The value of the first field of that name, "" when there is none.
std::string_view modinfo_field(const ModinfoFields &fields, std::string_view key);

} // namespace mk
