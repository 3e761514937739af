// SPDX-License-Identifier: GPL-2.0-only
// The outcome of a job as bytes in the pipe from a worker process to the daemon. Both ends are the
// same program; still, what comes from a worker that crashed half-way must not be believed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/load_outcome.hpp"
#include "error.hpp"

namespace mk::service {

std::string encode(const engine::LoadOutcome &outcome);
std::string encode(const Result<void> &outcome);

// Nothing when the bytes are not a whole outcome.
std::optional<engine::LoadOutcome> decode_load(std::string_view bytes);
std::optional<Result<void>> decode_unload(std::string_view bytes);

} // namespace mk::service
