// SPDX-License-Identifier: GPL-2.0-only
// What can be said about a module that is not loaded when there is no record: from the kernel's
// log, the module's file and the state of the kernel.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "explain/diagnosis.hpp"
#include "system/kernel_messages.hpp"
#include "system/kernel_state.hpp"

namespace mk {

struct Traces {
    std::vector<KernelMessage> log; // all of it, as far as it may be read
    KernelState kernel;
    Diagnoses checks; // what is wrong with the module's file
};

// The last of the messages that tells why a module was refused, and the module that it names; ""
// where it names none. Nothing: no message does.
struct LoggedRefusal {
    ModuleName module;
    std::vector<std::string> lines;
};
std::optional<LoggedRefusal> last_refusal_in(const std::vector<KernelMessage> &log);

Diagnosis diagnose_lines(const ModuleName &module, std::vector<std::string> lines,
                         const KernelState &kernel);

// Nothing: they show no cause.
std::optional<Diagnosis> diagnose_traces(const ModuleName &module, const Traces &traces);

} // namespace mk
