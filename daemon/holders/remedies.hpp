// SPDX-License-Identifier: GPL-2.0-only
// What to type so that a holder gives the module back.
#pragma once

#include <string>

#include "holders/holder.hpp"
#include "holders/search.hpp"

namespace mk {

// Of holders whose finder did not say it.
void add_remedies(const HolderSearch &search, HolderList &list);

// So that a disk that stands on others goes: "dmsetup remove NAME".
std::string end_of_disk(const std::string &root, const std::string &disk);
// So that a table of a disk of device-mapper goes that is not in force.
std::string end_of_table(const std::string &disk);

} // namespace mk
