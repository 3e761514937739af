// SPDX-License-Identifier: GPL-2.0-only
// What a load would do and what would go wrong: for plan and for load --dry-run.
#pragma once

#include "cli/command.hpp"
#include "job/load_request.hpp"
#include "kmod/places.hpp"

namespace mk::cli {

struct PlanReportOptions {
    // Hold each file against the kernel: symbols, vermagic, signature, parameters.
    bool check = true;
    // Whose modules and modprobe.d count.
    ConfigurationPlaces places = {};
};

// Prints it. Ok when it would succeed, NothingToDo when all is loaded, else what it would fail
// with.
Ended report_plan(const Invocation &invocation, const LoadRequest &request,
                  const PlanReportOptions &options = {});

} // namespace mk::cli
