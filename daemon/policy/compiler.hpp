// SPDX-License-Identifier: GPL-2.0-only
// From rules to the block of memory that the driver takes: struct modkeeper_policy.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

// What a block says about where it comes from.
struct Source {
    std::array<std::uint8_t, 32> digest = {}; // SHA-256 of the text
    std::string release;                      // of the kernel that it was compiled for
};

// @policy: without errors, and after resolve_selectors(). Rules that name nothing are left out.
// Fails if the block is longer than the driver takes.
Result<std::string> compile(const Policy &policy, const Source &source);

} // namespace mk::policy
