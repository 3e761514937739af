// SPDX-License-Identifier: GPL-2.0-only
// The order is that of libkmod's own walk (kmod_module_probe_insert_module), so that a plan is what
// modprobe would have done; a test compares the two for every module of a kernel.
#include "engine/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "engine/module_name.hpp"
#include "engine/parameters.hpp"

namespace mk::engine {

namespace {

// What is kept in mind; more than most machines have loaded.
constexpr std::size_t nodes_max = 512;

std::string text(const char *value) {
    return value ? value : "";
}

std::vector<kmod_module *> modules_in(const KmodModuleList &list) {
    std::vector<kmod_module *> result;
    kmod_list *entry;
    kmod_list_foreach(entry, list.get()) {
        // The list holds a reference of its own.
        kmod_module *module = kmod_module_get_module(entry);
        result.push_back(module);
        kmod_module_unref(module);
    }
    return result;
}

Error built_in(const std::string &name, const std::vector<std::string> &parameters) {
    auto message =
        fmt::format("module {} is built into the kernel: there is nothing to load", name);
    // The kernel reads parameters of what it has in itself when it boots.
    if (!parameters.empty())
        message += fmt::format(", and parameters that are given here do not count; write {}.{} on "
                               "the kernel command line",
                               name, quote(parameters.front()));
    return {ErrorCode::BuiltIn, std::move(message)};
}

Error blacklisted(const std::string &name, const std::string &where, const GuardedText &command) {
    // The option does not help where a command stands in, as that of a masked module does.
    const std::string way_out =
        command.empty()
            ? "; the option ignore-blacklist loads it all the same"
            : fmt::format(" and has {} in its place; modkeeper unmask {} takes back both",
                          command.is_public() ? "the install command " + quote(command.text())
                                              : "an install command",
                          name);
    return {ErrorCode::Blacklisted,
            fmt::format("module {} is blacklisted by {}{}", name, where, way_out)};
}

} // namespace

Error already_loaded(const std::string &name, bool with_parameters) {
    return {ErrorCode::AlreadyLoaded,
            fmt::format("module {} is loaded already{}", name,
                        with_parameters ? "; unload it first for other parameters to count" : "")};
}

// One plan in the making.
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
    bool is_nothing(kmod_module &module);
    bool is_missing(const Node &node);
    bool is_public(const Node &node);
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
    std::set<const kmod_module *> visited_;
    std::map<std::string, std::size_t> places_; // libkmod has an object for each alias
    std::vector<const Node *> nodes_;           // of the steps
    std::map<const Node *, bool> loaded_;       // as far as it was asked
};

// One plan sees one state of each.
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

// A softdep may lead by an alias to what is not installed: modprobe goes on without it, but not
// without what softdeps name around it.
bool PlanBuilder::is_nothing(kmod_module &module) {
    const auto &node = planner_.node(module);
    return !node.built_in && node.path.empty() && node.command.empty();
}

// Is nothing else than a missing file in its way?
bool PlanBuilder::is_missing(const Node &node) {
    return is_nothing(*node.module) && !is_loaded(node) &&
           (request_.ignore_blacklist || catalog_.blacklisted_by(node.name).empty());
}

// May every user read what modprobe.d says of it? Options may be those of the alias that was asked
// for.
bool PlanBuilder::is_public(const Node &node) {
    const auto &configuration = catalog_.configuration();
    const auto *install =
        node.command.empty() ? nullptr : configuration.first_matching(LineKind::Install, node.name);
    return (install == nullptr || install->origin.is_public) &&
           configuration.options_are_public(node.name) &&
           std::all_of(request_.targets.begin(), request_.targets.end(), [&](const auto &target) {
               return configuration.options_are_public(canonical_name(target));
           });
}

std::optional<Error> PlanBuilder::obstacle(const std::string &target, const Node &node) {
    if (node.built_in)
        return built_in(node.name, request_.parameters);
    if (is_loaded(node))
        return already_loaded(node.name, !request_.parameters.empty());
    if (leads_nowhere(node))
        return catalog_.leads_nowhere(target, node.name);
    if (request_.ignore_blacklist)
        return std::nullopt;
    auto where = catalog_.blacklisted_by(node.name);
    if (where.empty())
        return std::nullopt;
    const GuardedText command(node.command, is_public(node));
    return blacklisted(node.name, where, command);
}

// Much of the kernel is in no list of what is built in, and shows itself only while it runs.
Error PlanBuilder::not_found(const std::string &target, Error error) const {
    const auto name = canonical_name(target);
    const bool is_there = error.code == ErrorCode::NotFound && check_name(name) &&
                          planner_.loaded_.state(name) == LoadState::BuiltIn;
    return is_there ? built_in(name, request_.parameters) : std::move(error);
}

// A target that leads nowhere is in the way of itself and of no other. An alias may lead to several
// modules of which some are not there: what softdeps name around those is loaded all the same.
void PlanBuilder::add(const std::string &target) {
    auto &goal = plan_.goals.emplace_back();
    goal.target = target;
    auto modules = catalog_.resolve(target);
    if (!modules)
        goal.obstacles.push_back(not_found(target, modules.error()));
    std::vector<kmod_module *> walked;
    std::set<std::string> found_names;
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
        // The index lists all that a module needs, a file only what it needs itself.
        node.is_file ? visit(*dependency, StepRole::Dependency)
                     : surround(*dependency, StepRole::Dependency);
    surround(module, role);
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
        // Asked for by name and needed by another: the stronger reason counts.
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

// The steps of these modules, and around those that are not there of what softdeps name.
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

// Edges go to earlier steps only, so that soft dependencies that name each other do not lock up.
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
    step.configured = catalog_.options_of(*node.module);
    step.parameters = step.configured;
    step.is_public = is_public(node);
    if (step.role == StepRole::Requested && !request_.parameters.empty()) {
        if (!step.parameters.empty())
            step.parameters += ' ';
        step.parameters += join_parameters(request_.parameters);
    }
    if (node.built_in)
        step.action = StepAction::BuiltIn;
    else if (is_loaded(node))
        step.action = StepAction::Loaded;
    else if (!node.command.empty() &&
             !(request_.ignore_install && step.role == StepRole::Requested)) {
        step.action = StepAction::RunCommand;
        step.command = node.command;
    }
}

Plan PlanBuilder::finish() {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
        settle(i);
        connect(i);
    }
    return std::move(plan_);
}

Result<Catalog *> Planner::catalog() {
    if (catalog_ && (nodes_.size() > nodes_max || catalog_->stale()))
        forget();
    if (!catalog_) {
        auto made = Catalog::create(places_);
        if (!made)
            return made.error();
        catalog_.emplace(std::move(made.value()));
        // Keeps the index mapped. Without one, what is wrong shows when a name is looked up.
        (void)kmod_load_resources(&catalog_->context());
    }
    return &*catalog_;
}

const Planner::Node &Planner::node(kmod_module &module) {
    auto &place = nodes_[&module];
    if (place)
        return *place;
    place = std::make_unique<Node>();
    auto &node = *place;
    node.module.reset(kmod_module_ref(&module));
    node.name = canonical_name(kmod_module_get_name(&module));
    node.path = catalog_->path_of(module);
    node.built_in = kmod_module_get_initstate(&module) == KMOD_MODULE_BUILTIN;
    node.keeps_dependencies.reset(kmod_module_get_dependencies(&module));
    node.dependencies = modules_in(node.keeps_dependencies);
    kmod_list *before = nullptr;
    kmod_list *after = nullptr;
    if (kmod_module_get_softdeps(&module, &before, &after) >= 0) {
        node.keeps_before.reset(before);
        node.keeps_after.reset(after);
        node.before = modules_in(node.keeps_before);
        node.after = modules_in(node.keeps_after);
    }
    // Of a module that has both, libkmod forgets the command.
    if (node.before.empty() && node.after.empty())
        node.command = text(kmod_module_get_install_commands(&module));
    return node;
}

Result<const Planner::Node *> Planner::file_node(kmod_module &module) {
    this->node(module);
    auto &node = *nodes_.at(&module);
    if (node.is_file)
        return &node;
    auto file = catalog_->describe(module);
    // A command may stand in for a file that is none.
    if (!file && node.command.empty())
        return file.error();
    if (file) {
        node.name = file.value().name;
        if (auto checked = check_name(node.name); !checked)
            return Error{ErrorCode::BadFormat,
                         fmt::format("the file {} cannot be loaded: {}", quote(node.path),
                                     checked.error().message)};
    }
    node.is_file = true;
    node.dependencies.clear();
    node.keeps_dependencies.reset();
    for (const auto &name : file ? file.value().depends : std::vector<std::string>{}) {
        kmod_module *dependency = nullptr;
        // One without a file may be loaded all the same; else its symbols will be missed.
        if (kmod_module_new_from_name(&catalog_->context(), name.c_str(), &dependency) < 0)
            continue;
        KmodModule owned(dependency);
        if (!kmod_module_get_path(dependency))
            continue;
        node.dependencies.push_back(dependency);
        node.keeps_files.push_back(std::move(owned));
    }
    return &node;
}

Result<Plan> Planner::plan(const LoadRequest &request) {
    if (auto checked = check_request(request); !checked)
        return checked.error();
    bool has_file = std::any_of(request.targets.begin(), request.targets.end(),
                                [](const auto &target) { return is_path(target); });
    // libkmod knows a module by one path only: files get a context without the index's.
    if (has_file)
        forget();
    auto catalog = this->catalog();
    if (!catalog)
        return catalog.error();
    PlanBuilder builder(*this, *catalog.value(), request);
    for (const auto &target : request.targets)
        builder.add(target);
    auto plan = builder.finish();
    if (has_file)
        forget();
    return plan;
}

std::set<std::string> Planner::modules_of(const LoadRequest &request) {
    std::set<std::string> result;
    LoadRequest names = request;
    auto catalog = this->catalog();
    std::erase_if(names.targets, [&](const auto &target) {
        return is_path(target) || !catalog || !catalog.value()->knows(target);
    });
    for (const auto &target : request.targets)
        result.insert(is_path(target) ? name_from_path(target) : canonical_name(target));
    // What is wrong with the request is told when it is carried out.
    if (auto plan = this->plan(names))
        for (const auto &step : plan.value().steps)
            if (is_work(step))
                result.insert(step.module);
    return result;
}

void Planner::forget() {
    nodes_.clear();
    catalog_.reset();
}

Result<void> check_request(const LoadRequest &request) {
    if (request.targets.empty())
        return Error{ErrorCode::InvalidArgument, "no module is named"};
    if (request.targets.size() > targets_max)
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("{} modules are too many for one load: {} at the most",
                                 request.targets.size(), targets_max)};
    if (request.targets.size() > 1 && !request.parameters.empty())
        return Error{ErrorCode::InvalidArgument,
                     "parameters go with one module: load the others by themselves"};
    for (const auto &target : request.targets)
        if (auto checked = check_load_target(target); !checked)
            return checked;
    return check_parameter_syntax(request.parameters);
}

} // namespace mk::engine
