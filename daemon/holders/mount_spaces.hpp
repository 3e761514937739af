// SPDX-License-Identifier: GPL-2.0-only
// Mount namespaces as places of holders: what is mounted in one, and what to type there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "holders/holder.hpp"
#include "holders/namespaces.hpp"
#include "system/mounts.hpp"

namespace mk {

// What is said if a namespace could not be looked into.
constexpr const char *hidden_mounts = "not all mount namespaces were looked into";

// Nothing: the caller may not look into it, or it is gone. A kept one of a test's root is a file
// with its mounts.
std::optional<std::vector<Mount>> mounts_in(const std::string &root, const Namespace &space);

// Says of @holder, whose remedy works in @space, that it is there.
void set_place(Holder &holder, const std::string &root, const Namespace &space);

} // namespace mk
