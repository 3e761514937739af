// SPDX-License-Identifier: GPL-2.0-only
#include "explain/load_device.hpp"

#include "base/clock.hpp"
#include "kmod/modalias.hpp"
#include "system/udev_database.hpp"

namespace mk {

namespace {

// Udev runs the rules of an event right after it has stamped the device, but a machine that boots
// has many events at a time.
constexpr std::uint64_t just_before_ns = 10 * ns_per_second;

// The machine has slept: the clocks cannot be compared.
bool has_slept(std::uint64_t slept_ns) {
    return slept_ns >= ns_per_second;
}

} // namespace

std::vector<CandidateDevice> candidate_devices(Catalog &catalog, const ModuleName &module) {
    std::vector<CandidateDevice> candidates;
    for (auto &device : devices_of(catalog, module)) {
        const auto since = udev_knows_since_ns(device.path);
        candidates.push_back({std::move(device.path), std::move(device.modalias), since});
    }
    return candidates;
}

void drop_later(std::vector<CandidateDevice> &devices, const driver::Event &load,
                std::uint64_t slept_ns) {
    if (has_slept(slept_ns))
        return;
    std::erase_if(devices, [&](const CandidateDevice &device) {
        return device.known_since_ns && *device.known_since_ns > load.boottime_ns;
    });
}

std::optional<LoadDevice> device_of_load(const std::vector<CandidateDevice> &devices,
                                         const driver::Event &load, std::uint64_t slept_ns) {
    if (devices.size() != 1)
        return std::nullopt;
    LoadDevice found;
    found.device = devices.front();
    const auto since = found.device.known_since_ns;
    if (has_slept(slept_ns) || !since || *since > load.boottime_ns ||
        load.boottime_ns - *since > just_before_ns)
        return found;
    found.certainty = Certainty::Seen;
    found.came_before_ns = load.boottime_ns - *since;
    return found;
}

std::uint64_t slept_ns() {
    const auto awake = clock_ns(CLOCK_MONOTONIC);
    return boottime_ns() - awake;
}

} // namespace mk
