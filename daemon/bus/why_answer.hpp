// SPDX-License-Identifier: GPL-2.0-only
// The answer of Recorder.Why, worked out in a process of its own.
#pragma once

#include <functional>
#include <memory>

#include "bus/task_result_codec.hpp"
#include "driver_client/driver_client.hpp"
#include "explain/why.hpp"

namespace mk::bus {

using OpenRecord = std::function<Result<std::unique_ptr<driver::RecordReader>>()>;

// One row.
Result<Answer> why_answer(const WhyQuestion &question, const OpenRecord &open,
                          const FindLastLoad &last_load, const FindHeldBy &held_by);

} // namespace mk::bus
