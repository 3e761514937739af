// SPDX-License-Identifier: GPL-2.0-only
// Answers made of rows of texts, on their way from the process that worked them out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

namespace mk::bus {

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

std::string encode_rows(const Result<Rows> &rows);

// Failed when the bytes are not what encode_rows() made.
Result<Rows> decode_rows(std::string_view bytes);

} // namespace mk::bus
