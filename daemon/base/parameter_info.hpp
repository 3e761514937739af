// SPDX-License-Identifier: GPL-2.0-only
// A parameter as its module declares it, whether the file says so or the driver.
#pragma once

#include <string>

namespace mk {

struct ParameterInfo {
    std::string name;
    std::string type; // such as "int" or "array of charp"; "": not declared
    std::string description;
};

} // namespace mk
