// SPDX-License-Identifier: GPL-2.0-only
// The answer to "why is this module loaded, or why not?", from the record and from what the kernel
// says now.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/caller.hpp"
#include "base/error.hpp"
#include "base/held_by.hpp"
#include "explain/diagnosis.hpp"
#include "explain/failed_tool.hpp"
#include "explain/last_load.hpp"
#include "explain/load_device.hpp"
#include "explain/load_history.hpp"
#include "explain/recorded_file.hpp"
#include "system/kernel_state.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

// What is asked about; nothing of it: the last load or unload that failed.
struct WhyQuestion {
    std::string target;                  // a name, an alias, or the absolute path of a file
    std::optional<std::uint64_t> record; // its number: what happened until then
    std::optional<std::uint64_t> pid;    // of a process, for the last that it did
    // The file that a record names is opened with the caller's own rights, or not at all: whoever
    // owns it could have others open what they like.
    bool may_open_file = false;
};

struct Why {
    // There is no record: why the driver is not there. The rest then comes from what is left.
    std::optional<Diagnosis> no_driver;
    LoadHistory history;
    LoadState state = LoadState::Absent;
    KernelState kernel;                 // now
    std::optional<Diagnosis> diagnosis; // of the failure that the history ends with
    std::optional<FailedTool> tool;     // that gave up after all of that
    // That failure is what was asked about: the answer begins with it, whatever became of the
    // module.
    bool is_about_failure = false;
    RecordedFile file; // of a load that failed
    // What keeps the module from the kernel.
    Diagnoses configured;
    // That lead to the module, or to the one that it was loaded for; looked up where nothing else
    // explains the load.
    std::vector<CandidateDevice> devices;
    std::optional<LoadDevice> device; // for which udev loaded it

    // A request of the kernel since then after which nothing was loaded.
    std::optional<driver::Event> unanswered;
    // Where the task waits that is loading it, "": it does not, or that is not known.
    std::string waits_where;
    bool has_crashed = false; // the kernel ended the task that was loading it

    bool is_loaded() const { return state == LoadState::Live; }
    // Of the last failure; nullptr: nothing failed.
    const Diagnosis *last_diagnosis() const {
        return tool ? &tool->diagnosis : diagnosis ? &*diagnosis : nullptr;
    }
};

// Of an alias, the first module that @events tell of. @events: in the order in which they happened;
// without a driver (DriverUnavailable) the answer comes from the kernel's log, the module's file
// and the configuration. Reads /proc, /sys, depmod's index and the module's file. BuiltIn, or
// NotFound when neither the record nor the kernel knows of such a module, or nothing failed;
// otherwise the error of @events.
// @held_by is asked of a module that could not be unloaded because something held it; nullptr: not.
Result<Why> why_of(const WhyQuestion &question, Result<std::vector<driver::Event>> events,
                   const FindLastLoad &last_load, const FindHeldBy &held_by);

} // namespace mk
