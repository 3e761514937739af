// SPDX-License-Identifier: GPL-2.0-only
// Why the driver cannot be used: it is not in the running kernel, or of another version; and what
// brings it there.
#pragma once

#include <string>

#include "explain/diagnosis.hpp"

namespace mk {

// @unavailable: how it was missed. The reason is a whole clause. Reads its file, the index,
// modprobe.d and what DKMS has; checks the file, which takes up to a second. @root is put before
// every path; tests have one of their own.
Diagnosis explain_driver_absence(const Error &unavailable, const std::string &root = "");

} // namespace mk
