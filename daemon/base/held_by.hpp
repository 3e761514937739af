// SPDX-License-Identifier: GPL-2.0-only
// What holds a module besides modules, in words.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "base/text_file.hpp"

namespace mk {

struct HeldBy {
    std::vector<std::string> clauses; // one for each
    std::vector<std::string> rest;    // about those that are not told, in clauses
    std::string remedy;               // what gives the module back: a clause; "": nobody knows
    bool is_held = false;             // by anything, also by modules

    bool operator==(const HeldBy &) const = default;
};

// All clauses.
inline std::string text_of(const HeldBy &held) {
    auto all = held.clauses;
    all.insert(all.end(), held.rest.begin(), held.rest.end());
    return join(all, "; ");
}

// Nothing: that could not be found out. It may search the whole machine.
using FindHeldBy = std::function<std::optional<HeldBy>(const ModuleName &module)>;

} // namespace mk
