// SPDX-License-Identifier: GPL-2.0-only
// The .modinfo section of a module's file, read directly. libkmod's reader also takes the signature
// apart, which brings OpenSSL to life: 2 MB more in a daemon that stays, and most of the time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mk::engine {

// "key=value", each ended by a NUL. Nothing when the file is compressed, is no module of this
// machine or cannot be read: libkmod may know more. @path must have passed check_file().
std::optional<std::string> read_modinfo(const std::string &path);

// Its keys and values in the file's order; views into @section.
using ModinfoFields = std::vector<std::pair<std::string_view, std::string_view>>;
ModinfoFields modinfo_fields(std::string_view section);

// The value of the first field of that name, "" when there is none.
std::string_view modinfo_field(const ModinfoFields &fields, std::string_view key);

} // namespace mk::engine
