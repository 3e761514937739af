// SPDX-License-Identifier: GPL-2.0-only
#include "config/drift.hpp"

namespace mk {

std::string_view drift_name(DriftKind kind) {
    switch (kind) {
    case DriftKind::Parameter:
        return "parameter";
    case DriftKind::UnknownParameter:
        return "unknown-parameter";
    case DriftKind::Build:
        return "build";
    case DriftKind::NotLoaded:
        return "not-loaded";
    case DriftKind::Masked:
        return "masked";
    case DriftKind::InitramfsModule:
        return "initramfs-module";
    case DriftKind::NoEffect:
        return "no-effect";
    case DriftKind::InitramfsConfiguration:
        break;
    }
    return "initramfs-configuration";
}

Drift find_drift(const ConfigurationPlaces &places) {
    Drift drift;
    find_parameter_drift(places, drift);
    find_build_drift(places, drift);
    find_boot_drift(places, drift);
    find_initramfs_drift(places, drift);
    find_line_drift(places, drift);
    return drift;
}

} // namespace mk
