// SPDX-License-Identifier: GPL-2.0-only
// Types that modules declare for their parameters, and the texts that the kernel accepts for them.
#pragma once

#include <string>
#include <string_view>

namespace mk {

// Precedes the type of the elements.
inline constexpr std::string_view array_prefix = "array of ";

// The problem of @value for a parameter of @type, as a clause that says what is valid; "" if there
// is none. Only the module checks types that are not the kernel's own.
std::string value_problem(std::string_view type, std::string_view value);

// The same for a parameter without "=": only flags may be.
std::string missing_value(std::string_view type);

} // namespace mk
