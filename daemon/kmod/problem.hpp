// SPDX-License-Identifier: GPL-2.0-only
// Something that will keep a module from being loaded, or that whoever loads it should know.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "driver_client/event.hpp"

namespace mk {

enum class Severity { Warning, Fails };

struct Problem {
    Severity severity = Severity::Fails;
    // Where the kernel would stop, in the recorder's words.
    driver::Stage stage = driver::Stage::Unknown;
    // The same failure as an Error.
    ErrorCode code = ErrorCode::Failed;
    std::string sentence;             // without a final period; names the evidence, not the module
    std::string remedy;               // what to do, a clause or a command; "" when there is nothing
    std::vector<std::string> symbols; // those it is about
};

inline bool would_fail(const std::vector<Problem> &problems) {
    for (const auto &problem : problems)
        if (problem.severity == Severity::Fails)
            return true;
    return false;
}

} // namespace mk
