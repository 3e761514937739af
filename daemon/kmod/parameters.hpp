// SPDX-License-Identifier: GPL-2.0-only
// Are these parameters ones that the module has, with values it can take? The kernel itself ignores
// unknown names with a line in its log, and answers EINVAL to a bad value.
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

// InvalidArgument: too many, too long, no name, a byte that no parameter can have.
Result<void> check_parameter_syntax(const std::vector<std::string> &parameters);

struct ParameterProblem {
    // Warning: it does not fit the declared type, but the module takes the value itself, and only
    // the module knows what it takes.
    Severity severity = Severity::Fails;
    Error error;
};

// UnknownParameter with the names that are known, BadParameter with the type that is wanted.
std::vector<ParameterProblem> parameter_problems(const ModuleFile &module,
                                                 const std::vector<std::string> &parameters);

// The first for which the kernel would refuse them or pass one over.
Result<void> check_parameters(const ModuleFile &module, const std::vector<std::string> &parameters);

// One string as the kernel splits it: values with spaces are put in quotes.
std::string join_parameters(const std::vector<std::string> &parameters);

} // namespace mk
