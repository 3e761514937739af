// SPDX-License-Identifier: GPL-2.0-only
// What came of a job: facts, in a form that goes from a worker to the daemon.
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/file_identity.hpp"
#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "explain/diagnosis.hpp"
#include "system/kernel_state.hpp"

namespace mk {

// A load that was tried and refused, as facts; diagnose_load() says why.
struct LoadRefusal {
    std::string target; // what was asked for
    ModuleName module;  // what was refused: the target or something it depends on
    std::string path;
    std::string vermagic;
    int error = 0; // positive errno, 0: not known
    // From the driver's record, where there is one.
    driver::Stage stage = driver::Stage::Unknown;
    driver::Capability capability = driver::Capability::Unknown;
    std::string rule; // of the policy, which denied it; "": none did
    std::string rule_reason;
    std::vector<std::string> log;
    // False: it may repeat what a line of modprobe.d gives the module that not every user may read.
    bool is_log_public = true;
    KernelState kernel;
    // What is wrong with the file, as far as that may be the reason; looked at after the refusal.
    Diagnoses checks;
};

// Why it was not tried; or how it was refused.
using Failure = std::variant<Error, LoadRefusal>;

// A module that was loaded from a file that somebody named.
struct NamedFile {
    ModuleName module;
    std::string path;
    FileIdentity identity; // of the file that the kernel was given

    bool operator==(const NamedFile &) const = default;
};

struct JobOutcome {
    ModuleNames modules;           // that were asked for, and are now as they were to be
    std::vector<Failure> failures; // the first is the reason; none: the job is done
    // Changed by the job and changed back after the failure; and what could not be changed back.
    ModuleNames undone;
    ModuleNames left;
    ModuleNames loaded;           // all that are loaded by the job now, in this order
    std::vector<NamedFile> files; // of those
};

// "; 2 more failed": what follows the first of @failures failures.
inline std::string and_more(std::size_t failures) {
    return failures > 1 ? "; " + std::to_string(failures - 1) + " more failed" : "";
}

} // namespace mk
