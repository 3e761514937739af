// SPDX-License-Identifier: GPL-2.0-only
// What the driver recorded of failures that anybody met, in the words of those that the daemon
// meets itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "driver_client/event.hpp"
#include "explain/diagnosis.hpp"
#include "system/kernel_state.hpp"

namespace mk {

// Who reads the sentence. Who tried it is told to those who may read the record, never to everybody
// on the bus.
enum class Audience : std::uint8_t { Everybody, RecordReaders };

// Of a LoadFailed or an UnloadRefused. @kernel: as it is now. @checks: what is wrong with the file
// of a load, if anybody looked.
Diagnosis diagnose_record(const driver::Event &event, const KernelState &kernel,
                          const Diagnoses &checks = {});

// Of a LoadFailed. @kernel: as it is now, which is how it was unless it was changed since.
Error explain_failure(const driver::Event &event, Audience audience,
                      const KernelState &kernel = KernelState::read());

// The error that a record tells of, as D-Bus and JSON name it; nothing: of none.
std::optional<ErrorCode> error_of_record(const driver::Event &event,
                                         const KernelState &kernel = KernelState::read());

// What the kernel printed during the call, but that a module from elsewhere taints it: it says so
// of the first one after each boot, whatever becomes of that.
std::vector<std::string> telling_lines(const driver::Event &event);

// Of an UnloadRefused.
Error explain_refusal(const driver::Event &event, Audience audience,
                      const KernelState &kernel = KernelState::read());

} // namespace mk
