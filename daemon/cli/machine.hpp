// SPDX-License-Identifier: GPL-2.0-only
// Which machine's files a command looks at: those of this one as it runs, those for another kernel,
// or those below another root, such as an image.
#pragma once

#include <string>

#include "base/error.hpp"
#include "kmod/places.hpp"

namespace mk::cli {

struct Machine {
    std::string root;   // as it was typed; "": this machine
    std::string kernel; // a release; "": the one that runs

    bool is_this_one() const { return root.empty() && kernel.empty(); }
};

// NotFound when there is no such folder, or no modules of that kernel. Who reads only the
// configuration @needs_kernel no modules.
Result<ConfigurationPlaces> places_of(const Machine &machine, bool needs_kernel = true);

} // namespace mk::cli
