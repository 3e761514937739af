// SPDX-License-Identifier: GPL-2.0-only
// The types that modules declare for their parameters, and which texts the kernel takes for them.
#pragma once

#include <string>
#include <string_view>

namespace mk {

// What is wrong with @value for a parameter of @type, as a clause that says what is wanted; "" when
// nothing is. Types that are not the kernel's own are left to the module.
std::string value_problem(std::string_view type, std::string_view value);

// The same for a parameter that is given without "=": only flags can be.
std::string missing_value(std::string_view type);

} // namespace mk
