// SPDX-License-Identifier: GPL-2.0-only
// Algorithms of the kernel's cryptography that are in use.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/module_name.hpp"

namespace mk {

struct Algorithm {
    std::string name;   // "cbc(aes)", of which there may be several
    std::string driver; // "cbc-aes-aesni"
    std::string module;
    std::uint32_t references = 0; // to its module

    bool operator==(const Algorithm &) const = default;
};

// Those of the module, as /proc/crypto lists them.
std::vector<Algorithm> algorithms_in_use(const std::string &root, const ModuleName &module);

} // namespace mk
