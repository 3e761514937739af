// SPDX-License-Identifier: GPL-2.0-only
// Holders in words.
#pragma once

#include <string>
#include <vector>

#include "base/held_by.hpp"
#include "holders/holder.hpp"

namespace mk {

// Without its kind: "/dev/loop0, opened by losetup (pid 312)". In ASCII; texts of others are quoted
// where they could be taken for ours.
std::string text_of(const Holder &holder);

// How much of the reference count is explained, and what to do about the rest: a sentence without a
// final period; "" if nothing is left to explain.
std::string unexplained(const HolderList &list);

// For a refused unload. Only some of them, if there are many.
HeldBy held_by(const HolderList &list);

} // namespace mk
