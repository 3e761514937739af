// SPDX-License-Identifier: GPL-2.0-only
// Choice of the machine whose files a command reads: this one as it runs, another kernel of it, or
// another root, such as an image.
#pragma once

#include <string>

#include "base/error.hpp"
#include "kmod/places.hpp"

namespace mk::cli {

struct Machine {
    std::string root;   // as typed; "": this machine
    std::string kernel; // a release; "": the running one

    bool is_this_one() const { return root.empty() && kernel.empty(); }
};

// NotFound if there is no such directory, or no modules of that kernel. Commands that read only the
// configuration do not set @needs_kernel.
Result<ConfigurationPlaces> places_of(const Machine &machine, bool needs_kernel = true);

} // namespace mk::cli
