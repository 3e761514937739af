// SPDX-License-Identifier: GPL-2.0-only
// The .modinfo section of a module's file, read directly. libkmod's reader also takes the signature
// apart, which brings OpenSSL to life: 2 MB more in a daemon that stays, and most of the time.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace mk {

// "key=value", each ended by a NUL; of a packed file too. BadFormat: no module of this machine, or
// one that cannot be unpacked. @path must have passed check_file().
Result<std::string> read_modinfo(const std::string &path);

// The name that the kernel will know the file's module by: its own, or for a file that tells none,
// what the file is called. @path must have passed check_file().
std::string module_name_of(const std::string &path);

// Its keys and values in the file's order; views into @section.
using ModinfoFields = std::vector<std::pair<std::string_view, std::string_view>>;
ModinfoFields modinfo_fields(std::string_view section);

// The value of the first field of that name, "" when there is none.
std::string_view modinfo_field(const ModinfoFields &fields, std::string_view key);

} // namespace mk
