// SPDX-License-Identifier: GPL-2.0-only
// Check of parameters against those that the module has, and of their values. The kernel itself
// only logs unknown names, and answers EINVAL to a bad value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "explain/diagnosis.hpp"
#include "kmod/catalog.hpp"

namespace mk {

inline constexpr std::size_t parameters_max = 128;        // in one load
inline constexpr std::size_t parameter_bytes_max = 2048;  // of one, name and value
inline constexpr std::size_t parameters_bytes_max = 8192; // of all together

// InvalidArgument: too many, too long, no name, an invalid byte.
Result<void> check_parameter_syntax(const std::vector<std::string> &parameters);

struct ParameterProblem {
    // Warning: it does not fit the declared type, but the module parses the value itself, and only
    // the module knows what it accepts.
    Severity severity = Severity::Fails;
    Error error;
};

// UnknownParameter with the known names, BadParameter with the expected type.
std::vector<ParameterProblem> parameter_problems(const ModuleFile &module,
                                                 const std::vector<std::string> &parameters);

// The first one that makes the kernel refuse the load, or that it would ignore.
Result<void> check_parameters(const ModuleFile &module, const std::vector<std::string> &parameters);

// One string, as the kernel splits it: values with spaces are quoted.
std::string join_parameters(const std::vector<std::string> &parameters);

} // namespace mk
