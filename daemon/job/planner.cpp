// SPDX-License-Identifier: GPL-2.0-only
#include "job/planner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/module_name.hpp"
#include "job/plan_builder.hpp"
#include "kmod/parameters.hpp"

namespace mk {

namespace {

// Number of cached names; more than most machines have loaded.
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

} // namespace

Result<Catalog *> Planner::catalog() {
    if (used_)
        used_();
    if (catalog_ && (nodes_.size() > nodes_max || catalog_->stale()))
        forget();
    if (!catalog_) {
        auto made = TRY(Catalog::create(places_, near_names_));
        catalog_.emplace(std::move(made));
        // Keeps the index mapped. Without one, the error appears when a name is looked up.
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
    node.name = node.listed_as = ModuleName(kmod_module_get_name(&module));
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
    // If a module has both, libkmod forgets the command.
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
    // A command may replace a file that is not a module.
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
        // A dependency without a file may be loaded already; otherwise its symbols will be missing.
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
    TRY(check_request(request));
    bool has_file = std::any_of(request.targets.begin(), request.targets.end(),
                                [](const auto &target) { return is_path(target); });
    // libkmod knows a module by one path only: files get a context without that of the index.
    if (has_file)
        forget();
    auto catalog = TRY(this->catalog());
    PlanBuilder builder(*this, *catalog, request);
    for (const auto &target : request.targets)
        builder.add(target);
    auto plan = builder.finish();
    if (has_file)
        forget();
    return plan;
}

std::set<ModuleName> Planner::modules_of(const LoadRequest &request) {
    std::set<ModuleName> result;
    LoadRequest names = request;
    auto catalog = this->catalog();
    std::erase_if(names.targets, [&](const auto &target) {
        return is_path(target) || !catalog || !catalog.value()->knows(target);
    });
    for (const auto &target : request.targets)
        result.insert(ModuleName::of_target(target));
    // Errors of the request are reported when it is carried out.
    if (auto plan = this->plan(names))
        for (const auto &step : plan.value().steps)
            if (is_work(step))
                result.insert(step.module);
    return result;
}

bool Planner::is_listed(const ModuleName &name) {
    auto catalog = this->catalog();
    kmod_module *raw = nullptr;
    if (!catalog || !check_name(name) ||
        kmod_module_new_from_name(&catalog_->context(), name.c_str(), &raw) < 0)
        return false;
    const KmodModule module(raw);
    return kmod_module_get_path(raw) && !node(*module).path.empty();
}

// A module gets its options whoever requests it.
Planner::Basis Planner::basis() {
    auto catalog = this->catalog();
    if (!catalog)
        return {};
    const auto &configuration = catalog.value()->configuration();
    const auto &lines = configuration.lines();
    const bool is_whole = configuration.unread().empty();
    return {catalog.value()->has_index(), is_whole,
            is_whole && std::all_of(lines.begin(), lines.end(), [](const auto &line) {
                return line.origin.is_public || line.kind == LineKind::Options;
            })};
}

void Planner::forget() {
    nodes_.clear();
    catalog_.reset();
}

Result<void> check_request(const LoadRequest &request) {
    if (request.targets.empty())
        return Error{ErrorCode::InvalidArgument, "no module was named"};
    if (request.targets.size() > targets_max)
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("too many modules for one load: {}, at most {} are allowed",
                                 request.targets.size(), targets_max)};
    if (request.targets.size() > 1 && !request.parameters.empty())
        return Error{ErrorCode::InvalidArgument,
                     "parameters apply to one module only: load the others separately"};
    for (const auto &target : request.targets)
        TRY(check_load_target(target));
    return check_parameter_syntax(request.parameters);
}

} // namespace mk
