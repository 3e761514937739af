// SPDX-License-Identifier: GPL-2.0-only
#include "job/plan_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/module_name.hpp"
#include "kmod/install_command.hpp"
#include "kmod/parameters.hpp"

namespace mk {

namespace {

Error built_in(const ModuleName &name, const std::vector<std::string> &parameters) {
    auto message =
        fmt::format("module {} is built into the kernel: there is nothing to load", name);
    // The kernel reads the parameters of built-in modules when it boots.
    if (!parameters.empty())
        message += fmt::format(", and parameters that are given here have no effect; put {}.{} on "
                               "the kernel command line",
                               name, quote(parameters.front()));
    return {ErrorCode::BuiltIn, std::move(message)};
}

Error blacklisted(const ModuleName &name, const std::string &where, const GuardedText &command) {
    // The option does not help if there is an install command, as for a masked module.
    const std::string way_out =
        command.empty()
            ? "; the option ignore-blacklist loads it anyway"
            : fmt::format(" and replaced by {}; modkeeper unmask {} removes both",
                          command.is_public() ? "the install command " + quote(command.text())
                                              : "an install command",
                          name);
    return {ErrorCode::Blacklisted,
            fmt::format("module {} is blacklisted by {}{}", name, where, way_out)};
}

} // namespace

Error already_loaded(const ModuleName &name, bool with_parameters) {
    return {ErrorCode::AlreadyLoaded,
            fmt::format("module {} is loaded already{}", name,
                        with_parameters ? "; reload it to change its parameters" : "")};
}

// One plan uses one state of each module.
bool PlanBuilder::is_loaded(const Node &node) {
    if (request_.ignore_loaded)
        return false;
    auto [known, is_new] = loaded_.try_emplace(&node);
    if (is_new)
        known->second = planner_.loaded_.is_live(node.name);
    return known->second;
}

bool PlanBuilder::leads_nowhere(const Node &node) const {
    return node.path.empty() && (node.command.empty() || request_.ignore_install);
}

// Without its command, libkmod also loads a requested module without its softdeps: the command may
// exist because of them.
bool PlanBuilder::stands_alone(StepRole role) const {
    return request_.ignore_install && role == StepRole::Requested;
}

// A softdep may be an alias of a module that is not installed: modprobe continues without it, but
// not without the softdeps around it.
bool PlanBuilder::is_nothing(kmod_module &module) {
    const auto &node = planner_.node(module);
    return !node.built_in && node.path.empty() && node.command.empty();
}

// Whether a missing file is the only problem.
bool PlanBuilder::is_missing(const Node &node) {
    return is_nothing(*node.module) && !is_loaded(node) &&
           (request_.ignore_blacklist || catalog_.blacklisted_by(node.name).empty());
}

// Whether every user may read the line of its command. libkmod has read it at another moment: a
// line that is gone may have been anything.
bool PlanBuilder::command_is_public(const Node &node) {
    if (node.command.empty())
        return true;
    const auto *line = command_line(node);
    return line != nullptr && line->origin.is_public;
}

// nullptr: it is gone by now.
const ModprobeLine *PlanBuilder::command_line(const Node &node) {
    return catalog_.configuration().first_matching(LineKind::Install, node.listed_as);
}

// Whether the given parameters may be passed to the shell that runs its command.
std::optional<Error> PlanBuilder::command_obstacle(const Node &node) const {
    if (node.command.empty() || request_.ignore_install || does_nothing(node.command))
        return std::nullopt;
    auto checked = check_command_parameters(node.name, request_.parameters);
    return checked ? std::nullopt : std::optional(checked.error());
}

std::optional<Error> PlanBuilder::obstacle(const std::string &target, const Node &node) {
    if (node.built_in)
        return built_in(node.name, request_.parameters);
    if (is_loaded(node))
        return already_loaded(node.name, !request_.parameters.empty());
    if (leads_nowhere(node))
        return catalog_.leads_nowhere(target, node.name);
    auto where = request_.ignore_blacklist ? std::string() : catalog_.blacklisted_by(node.name);
    if (where.empty())
        return command_obstacle(node);
    const GuardedText command(node.command, command_is_public(node));
    return blacklisted(node.name, where, command);
}

// Much built-in code is in no list, and is visible only while it runs.
Error PlanBuilder::not_found(const std::string &target, Error error) const {
    const ModuleName name(target);
    const bool is_there = error.code == ErrorCode::NotFound && check_name(name) &&
                          planner_.loaded_.state(name) == LoadState::BuiltIn;
    return is_there ? built_in(name, request_.parameters) : std::move(error);
}

// A target that matches no module fails alone. An alias may lead to several modules some of which
// do not exist: their softdeps are still loaded.
void PlanBuilder::add(const std::string &target) {
    auto &goal = plan_.goals.emplace_back();
    goal.target = target;
    auto modules = catalog_.resolve(target);
    if (!modules)
        goal.obstacles.push_back(not_found(target, modules.error()));
    std::vector<kmod_module *> walked;
    std::set<ModuleName> found_names;
    for (std::size_t i = 0; modules && i < modules.value().size(); ++i) {
        auto &module = *modules.value()[i];
        auto found = is_path(target) ? planner_.file_node(module) : &planner_.node(module);
        auto wrong = found ? obstacle(target, *found.value()) : found.error();
        if (!wrong || (found && is_missing(*found.value())))
            walked.push_back(&module);
        if (wrong)
            goal.obstacles.push_back(std::move(*wrong));
        else
            found_names.insert(found.value()->name);
    }
    if (found_names.empty())
        return;
    for (auto *module : walked) {
        visited_.clear();
        visit(*module, StepRole::Requested);
        if (const auto &name = planner_.node(*module).name; found_names.contains(name))
            goal.modules.push_back(places_.at(name));
    }
}

void PlanBuilder::visit(kmod_module &module, StepRole role) {
    if (!visited_.insert(&module).second)
        return;
    const auto &node = planner_.node(module);
    for (auto *dependency : node.dependencies)
        // The index lists all dependencies of a module, a file only the direct ones.
        node.is_file ? visit(*dependency, StepRole::Dependency)
                     : surround(*dependency, StepRole::Dependency);
    stands_alone(role) ? place(module, role) : surround(module, role);
}

void PlanBuilder::surround(kmod_module &module, StepRole role) {
    const auto &node = planner_.node(module);
    for (auto *before : node.before)
        visit(*before, StepRole::SoftdepBefore);
    place(module, role);
    for (auto *after : node.after)
        visit(*after, StepRole::SoftdepAfter);
}

void PlanBuilder::place(kmod_module &module, StepRole role) {
    if (is_nothing(module))
        return;
    const auto &node = planner_.node(module);
    auto [at, is_new] = places_.emplace(node.name, plan_.steps.size());
    if (!is_new) {
        // Requested by name and needed by another module: the stronger reason counts.
        auto &known = plan_.steps[at->second].role;
        known = std::min(known, role);
        return;
    }
    auto &step = plan_.steps.emplace_back();
    step.module = node.name;
    step.role = role;
    step.path = node.path;
    nodes_.push_back(&node);
}

// The steps of these modules, and the softdeps around missing ones.
std::vector<std::size_t> PlanBuilder::places_of(const std::vector<kmod_module *> &modules) {
    std::vector<std::size_t> result;
    std::set<const kmod_module *> seen;
    std::vector<kmod_module *> next(modules.rbegin(), modules.rend());
    while (!next.empty()) {
        auto &module = *next.back();
        next.pop_back();
        if (!seen.insert(&module).second)
            continue;
        const auto &node = planner_.node(module);
        if (auto at = places_.find(node.name); at != places_.end()) {
            result.push_back(at->second);
        } else if (is_nothing(module)) {
            next.insert(next.end(), node.before.begin(), node.before.end());
            next.insert(next.end(), node.after.begin(), node.after.end());
        }
    }
    return result;
}

// Edges lead only to earlier steps, so that soft dependencies that name each other cannot deadlock.
void PlanBuilder::connect(std::size_t index) {
    const auto &node = *nodes_[index];
    auto &step = plan_.steps[index];
    for (const auto at : places_of(node.dependencies))
        if (at < index)
            step.needs.push_back(at);
    for (const auto at : places_of(node.before))
        if (at < index)
            step.after.push_back(at);
    for (const auto at : places_of(node.after))
        if (at > index)
            plan_.steps[at].after.push_back(index);
}

void PlanBuilder::settle(std::size_t index) {
    const auto &node = *nodes_[index];
    auto &step = plan_.steps[index];
    const auto configured = catalog_.options_of(*node.module);
    const bool is_public = command_is_public(node) &&
                           catalog_.configuration().options_are_public(node.listed_as, configured);
    step.configured = {configured, is_public};
    step.parameters = step.configured;
    if (step.role == StepRole::Requested && !request_.parameters.empty()) {
        if (!step.parameters.empty())
            step.parameters.append(" ");
        step.parameters.append({join_parameters(request_.parameters), true});
    }
    if (node.built_in)
        step.action = StepAction::BuiltIn;
    else if (is_loaded(node))
        step.action = StepAction::Loaded;
    else if (!node.command.empty() && !stands_alone(step.role)) {
        step.action = StepAction::RunCommand;
        step.command = {node.command, is_public};
        if (const auto *line = command_line(node))
            step.command_place = line->origin.text();
    }
}

Plan PlanBuilder::finish() {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
        settle(i);
        connect(i);
    }
    return std::move(plan_);
}

} // namespace mk
