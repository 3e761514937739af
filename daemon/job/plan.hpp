// SPDX-License-Identifier: GPL-2.0-only
// Plan of a load: the modules in an order in which they can be loaded, and which of them wait for
// which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/guarded_text.hpp"
#include "base/module_name.hpp"
#include "explain/diagnosis.hpp"
#include "job/load_request.hpp"

namespace mk {

enum class StepAction : std::uint8_t {
    Load,
    RunCommand, // modprobe.d has an install command for it
    Loaded,     // already loaded: nothing is done
    BuiltIn,
};

// Why a module is in the plan.
enum class StepRole : std::uint8_t { Requested, Dependency, SoftdepBefore, SoftdepAfter };

struct PlanStep {
    ModuleName module;
    StepAction action = StepAction::Load;
    StepRole role = StepRole::Requested;
    std::string path;
    // Public only if every user may read all lines of modprobe.d that these come from.
    GuardedText parameters;    // those of modprobe.d, then the given ones, as the kernel gets them
    GuardedText configured;    // modprobe.d's alone
    GuardedText command;       // as in modprobe.d; $CMDLINE_OPTS in it means the parameters
    std::string command_place; // "file:line" of it; "": not known
    std::optional<Error> problem; // why there is no need to ask the kernel
    // Earlier steps, by index: those that must have succeeded, and those that must only have been
    // tried.
    std::vector<std::size_t> needs;
    std::vector<std::size_t> after;
};

// One requested name, alias or file. One of its modules is enough, as for modprobe.
struct PlanGoal {
    std::string target;
    std::vector<std::size_t> modules;
    // Why some of its modules are not in the plan.
    std::vector<Error> obstacles;
};

// A step comes after everything that it needs.
struct Plan {
    std::vector<PlanStep> steps;
    std::vector<PlanGoal> goals;
};

// Why targets of @request cannot be reached, one error per target. In a list, modules that are
// already loaded are no failure: nothing is done for them.
std::vector<Error> obstacles(const LoadRequest &request, const Plan &plan);

// The command or the parameters of a step, whichever it is about.
const GuardedText &configured_text(const PlanStep &step);

// Whether there is something to do.
bool is_work(const PlanStep &step);

// What is known in advance about a step that is a command: some do nothing, others are known only
// when they run. Nothing for other steps.
std::optional<Diagnosis> command_problem(const PlanStep &step);

// "load", "command", "loaded", "built-in"
const char *action_name(StepAction action);
// "requested", "dependency", "softdep-pre", "softdep-post"
const char *role_name(StepRole role);

} // namespace mk
