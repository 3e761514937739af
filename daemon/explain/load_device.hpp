// SPDX-License-Identifier: GPL-2.0-only
// The device for which udev loaded a module, as far as that can be known: the load does not name
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "explain/diagnosis.hpp"
#include "kmod/catalog.hpp"

namespace mk {

// A device that leads to the module now.
struct CandidateDevice {
    std::string path; // such as /sys/devices/pci0000:00/0000:00:03.0
    std::string modalias;
    std::optional<std::uint64_t> known_since_ns; // to udev, CLOCK_MONOTONIC
};

// Those of this machine that lead to @module now. Reads /sys and udev's database.
std::vector<CandidateDevice> candidate_devices(Catalog &catalog, const ModuleName &module);

struct LoadDevice {
    CandidateDevice device;
    // Seen: it is the only one, and had come just before. Inferred: it is the only one.
    Certainty certainty = Certainty::Inferred;
    std::uint64_t came_before_ns = 0; // the load began so long after; 0: not known
};

// Drops those that came after @load began: it was for none of them.
void drop_later(std::vector<CandidateDevice> &devices, const driver::Event &load,
                std::uint64_t slept_ns);

// Nothing: none is left, or more than one. @slept_ns: by which CLOCK_BOOTTIME is ahead of
// CLOCK_MONOTONIC now; a time of udev cannot be compared once the machine has slept.
std::optional<LoadDevice> device_of_load(const std::vector<CandidateDevice> &devices,
                                         const driver::Event &load, std::uint64_t slept_ns);

// Of this machine.
std::uint64_t slept_ns();

} // namespace mk
