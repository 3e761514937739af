// SPDX-License-Identifier: GPL-2.0-only
// What a match or target of iptables holds besides its own module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mk {

// Modules, or aliases by which the kernel asks for them ("nfct-helper-ftp"), each of which the
// match or target @name with the data @info holds once.
std::vector<std::string> extension_needs(std::string_view name, std::string_view info);

} // namespace mk
