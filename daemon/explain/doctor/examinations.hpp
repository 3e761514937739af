// SPDX-License-Identifier: GPL-2.0-only
// What modkeeper doctor looks at, part by part. @root is put before every path; tests have one of
// their own. Nothing here needs root or the daemon.
#pragma once

#include <string>

#include "base/daemon_state.hpp"
#include "base/error.hpp"
#include "driver_client/driver_client.hpp"
#include "explain/doctor/finding.hpp"
#include "preflight/installed_kernel.hpp"

namespace mk::doctor {

// Driver, daemon and command: are they there, and of one version?
struct Running {
    Result<driver::Status> driver;
    Result<DaemonState> daemon;
};
void examine_running(const Running &running, Diagnoses &findings, const std::string &root = "");

// The node that the record is read from: whose it is, and who may.
void examine_device(const std::string &root, bool driver_loaded, Diagnoses &findings);

// Whether this kernel loads modules at all, and the driver's.
void examine_loading(const std::string &root, Diagnoses &findings);

// Each installed kernel: its index of modules, what it takes to build the driver, the driver.
void examine_kernels(const std::string &root, Diagnoses &findings);

// The driver that this kernel would load: @file is its path, "" when there is none; what DKMS
// knows.
void examine_driver_of(const InstalledKernel &kernel, const std::string &file, Diagnoses &findings);

// Whether the driver is loaded at boot, before what it is to record.
void examine_boot(const std::string &root, Diagnoses &findings);

// Policies, unit, journal.
void examine_system(const std::string &root, Diagnoses &findings);

} // namespace mk::doctor
