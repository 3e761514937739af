// SPDX-License-Identifier: GPL-2.0-only
// Planner, which orders modules as modprobe does: dependencies, soft dependencies, options and
// install commands of modprobe.d, the blacklist. It loads nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "job/load_request.hpp"
#include "job/plan.hpp"
#include "kmod/catalog.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

// Caches the index until it changes: a plan of names takes microseconds. Belongs to one thread.
class Planner {
  public:
    explicit Planner(CatalogPlaces places = {}, LoadedModules loaded = LoadedModules{},
                     NearNames near_names = NearNames::LookedFor)
        : places_(std::move(places)), loaded_(std::move(loaded)), near_names_(near_names) {}
    // A planner that reports everything that it does not find, and has read nothing yet.
    Planner telling_all() const { return Planner(places_, loaded_); }

    // InvalidArgument, or Failed without an index. What prevents a target is in the plan, even if
    // it was not found. Reads a file only if it is given by its path.
    Result<Plan> plan(const LoadRequest &request);

    // The names of the modules that the request is about. Reads no file.
    std::set<ModuleName> modules_of(const LoadRequest &request);

    // Whether the index lists a module by exactly this name. Reads no file, and caches the answer
    // for the next plan.
    bool is_listed(const ModuleName &name);

    // Inputs of a plan that is made now.
    struct Basis {
        bool has_index = false;
        bool is_whole = false;  // all of modprobe.d can be read
        bool is_public = false; // and every user may read what decides where names lead
    };
    Basis basis();

    // Releases the index, which is mapped, so that its file system can be unmounted.
    void release() { forget(); }
    // Called whenever the index is in use, so that it can be released when no more plans come.
    void on_use(std::function<void()> used) { used_ = std::move(used); }

  private:
    friend class PlanBuilder;

    // Facts about a module from the index and modprobe.d.
    struct Node {
        KmodModule module;
        ModuleName name;
        ModuleName listed_as; // the name in modprobe.d's lines; for a file, that of its path
        std::string path;
        bool built_in = false;
        std::string command;
        std::vector<kmod_module *> dependencies; // as modprobe loads them
        std::vector<kmod_module *> before, after;
        bool is_file = false; // given by its path; its file lists its dependencies
        KmodModuleList keeps_dependencies, keeps_before, keeps_after;
        std::vector<KmodModule> keeps_files;
    };

    Result<Catalog *> catalog();
    const Node &node(kmod_module &module);
    Result<const Node *> file_node(kmod_module &module);
    void forget();

    CatalogPlaces places_;
    LoadedModules loaded_;
    NearNames near_names_;
    std::function<void()> used_;
    std::optional<Catalog> catalog_;
    std::map<const kmod_module *, std::unique_ptr<Node>> nodes_;
};

inline constexpr std::size_t targets_max = 1024; // in one load

// InvalidArgument: nothing named, too many, parameters for more than one, an invalid name.
Result<void> check_request(const LoadRequest &request);

Error already_loaded(const ModuleName &name, bool with_parameters);

} // namespace mk
