// SPDX-License-Identifier: GPL-2.0-only
// Placement new: constructs an object in memory that is there already, new (Place{memory}) T(...).
#pragma once

#include "lib/types.hpp"

namespace mk {

// A type of its own, so that it cannot clash with the placement new of a standard library.
struct Place {
    void *memory;
};

} // namespace mk

inline void *operator new(mk::usize, mk::Place place) noexcept {
    return place.memory;
}
