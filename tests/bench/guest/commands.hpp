// SPDX-License-Identifier: GPL-2.0-only
// What the program in the guest can be asked to do. Each command prints its results as lines of
// JSON on standard output and returns the exit status: 0 unless the measurement itself broke.
#pragma once

#include <string>
#include <vector>

namespace mk::bench {

using Arguments = std::vector<std::string>;

int load_modules(const Arguments &arguments);    // LIST COUNT
int time_snapshots(const Arguments &arguments);  // ROUNDS
int count_torn(const Arguments &arguments);      // SECONDS CHURNED_MODULE_FILE...
int time_loads(const Arguments &arguments);      // LABEL ROUNDS MODULE_FILE
int time_jobs(const Arguments &arguments);       // LABEL ROUNDS LIST COUNT
int time_processes(const Arguments &arguments);  // MODULES ROUNDS
int time_holders(const Arguments &arguments);    // PROCESSES FILES ROUNDS MODULE NODE
int time_calls(const Arguments &arguments);      // MODULES ROUNDS
int time_drains(const Arguments &arguments);     // RECORDS ROUNDS
int time_operations(const Arguments &arguments); // LABEL ROUNDS
int time_policy(const Arguments &arguments);     // ROUNDS MODULE_FILE POLICIES
int measure_memory(const Arguments &arguments);  // CYCLES DRIVER_FILE [PARAMETERS]
int measure_daemon(const Arguments &arguments);  // PROGRAM notify/silent

} // namespace mk::bench
