// SPDX-License-Identifier: GPL-2.0-only
// Builder of one plan: it walks from the requested modules to all that must be loaded for them. The
// order is that of libkmod's own walk (kmod_module_probe_insert_module), so that a plan does what
// modprobe would have done; tests compare the two.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "job/planner.hpp"

namespace mk {

class PlanBuilder {
  public:
    PlanBuilder(Planner &planner, Catalog &catalog, const LoadRequest &request)
        : planner_(planner), catalog_(catalog), request_(request) {}

    void add(const std::string &target);
    Plan finish();

  private:
    using Node = Planner::Node;

    bool is_loaded(const Node &node);
    Error not_found(const std::string &target, Error error) const;
    bool leads_nowhere(const Node &node) const;
    bool stands_alone(StepRole role) const;
    bool is_nothing(kmod_module &module);
    bool is_missing(const Node &node);
    bool command_is_public(const Node &node);
    const ModprobeLine *command_line(const Node &node);
    std::optional<Error> command_obstacle(const Node &node) const;
    std::optional<Error> obstacle(const std::string &target, const Node &node);
    void visit(kmod_module &module, StepRole role);
    void surround(kmod_module &module, StepRole role);
    void place(kmod_module &module, StepRole role);
    std::vector<std::size_t> places_of(const std::vector<kmod_module *> &modules);
    void connect(std::size_t index);
    void settle(std::size_t index);

    Planner &planner_;
    Catalog &catalog_;
    const LoadRequest &request_;
    Plan plan_;
    std::set<const kmod_module *> visited_;    // for one module that was asked for
    std::map<ModuleName, std::size_t> places_; // libkmod has an object for each alias
    std::vector<const Node *> nodes_;          // of the steps
    std::map<const Node *, bool> loaded_;      // as far as it was asked
};

} // namespace mk
