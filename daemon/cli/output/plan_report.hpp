// SPDX-License-Identifier: GPL-2.0-only
// Report of what a load would do and what would fail: for plan and for load --dry-run.
#pragma once

#include "cli/command.hpp"
#include "job/load_request.hpp"
#include "kmod/places.hpp"

namespace mk::cli {

struct PlanReportOptions {
    // Check each file against the kernel: symbols, vermagic, signature, parameters.
    bool check = true;
    // The machine whose modules and modprobe.d are used.
    ConfigurationPlaces places = {};
};

// Prints it. Ok if it would succeed, NothingToDo if all is loaded, otherwise the error it would
// fail with.
Ended report_plan(const Invocation &invocation, const LoadRequest &request,
                  const PlanReportOptions &options = {});

} // namespace mk::cli
