// SPDX-License-Identifier: GPL-2.0-only
// Checks of module arguments: a name or alias, or the absolute path of a file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

// Longest name the kernel takes, without the NUL, on 64-bit machines.
inline constexpr std::size_t module_name_max = 55;
// Longest alias or path that is accepted: libkmod takes no longer ones.
inline constexpr std::size_t alias_max = 4095;
inline constexpr std::size_t path_max = 4095;

// The kernel's spelling: '-' becomes '_'.
std::string canonical_name(std::string_view name);

// For names that may be patterns: a '-' between brackets is a range and stays. Nothing if brackets
// do not match, which kmod refuses.
std::optional<std::string> canonical_pattern(std::string_view pattern);

// A module's name according to its file name, which depmod and modprobe use. The kernel uses the
// name inside the file: module_name_of().
std::string name_from_path(std::string_view path);

bool is_path(std::string_view text);

// Names and paths without duplicates, in their order.
std::vector<std::string> each_once(const std::vector<std::string> &targets);

// InvalidArgument with the reason, unless it can be the name of a module in the kernel.
Result<void> check_name(std::string_view name);

// InvalidArgument with the reason, unless it can be a name, an alias or an absolute path.
Result<void> check_load_target(std::string_view target);

// For messages: the text, cut when it is long, without bytes that are not printable ASCII.
std::string quote(std::string_view text);

} // namespace mk
