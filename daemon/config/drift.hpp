// SPDX-License-Identifier: GPL-2.0-only
// Differences between the running system and its configuration, and how to correct them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded_text.hpp"
#include "base/module_name.hpp"
#include "kmod/places.hpp"

namespace mk {

enum class DriftKind : std::uint8_t {
    Parameter,              // of a loaded module, other than configured
    UnknownParameter,       // configured, but the module has no such parameter
    Build,                  // loaded, but not from the file on disk
    NotLoaded,              // enabled at boot
    Masked,                 // loaded although masked
    InitramfsModule,        // different from the file on disk
    InitramfsConfiguration, // a file of modprobe.d that differs from the one on disk
    NoEffect,               // a line of the configuration without effect
};

// "parameter", "unknown-parameter", ...
std::string_view drift_name(DriftKind kind);

struct DriftItem {
    DriftKind kind = DriftKind::Parameter;
    ModuleName module;
    GuardedText subject; // the parameter, the file, or the first word of a line
    GuardedText configured;
    GuardedText running;
    std::string where;       // what configures it
    GuardedText remedy;      // a command, or what to do by hand
    bool applicable = false; // without unloading anything
};

struct Drift {
    std::vector<DriftItem> items;
    std::vector<std::string> unchecked; // sentences
};

Drift find_drift(const ConfigurationPlaces &places);

// The parts of it.
void find_parameter_drift(const ConfigurationPlaces &places, Drift &drift);
void find_build_drift(const ConfigurationPlaces &places, Drift &drift);
void find_boot_drift(const ConfigurationPlaces &places, Drift &drift);
void find_initramfs_drift(const ConfigurationPlaces &places, Drift &drift);
void find_line_drift(const ConfigurationPlaces &places, Drift &drift);

} // namespace mk
