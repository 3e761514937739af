// SPDX-License-Identifier: GPL-2.0-only
// What the driver recorded of failures that anybody met, in the words of those that the daemon
// meets itself.
#pragma once

#include "driver/event.hpp"
#include "engine/kernel_state.hpp"
#include "error.hpp"

namespace mk::engine {

// Of a LoadFailed. @kernel: as it is now, which is how it was unless it was changed since.
Error explain_failure(const driver::Event &event, const KernelState &kernel = KernelState::read());

// Of an UnloadRefused.
Error explain_refusal(const driver::Event &event);

} // namespace mk::engine
