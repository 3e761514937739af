// SPDX-License-Identifier: GPL-2.0-only
// Dependencies of a module on disk, in both directions.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "kmod/catalog.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

enum class Need {
    Hard, // cannot be loaded without
    Pre,  // modprobe tries to load it before (softdep), and ignores a failure
    Post, // the same afterwards
    Weak, // may be requested by the module itself later
};

struct Dependency {
    ModuleName name;
    Need need = Need::Hard;
    LoadState state = LoadState::Absent;
    bool has_file = true;  // false: nothing of that name is installed
    bool repeated = false; // its children are listed elsewhere already
    std::vector<Dependency> below;
};

// Reads on demand and caches. Belongs to one thread.
class Dependencies {
  public:
    // @configuration: for the weak dependencies that it names.
    explicit Dependencies(Catalog &catalog, LoadedModules loaded = LoadedModules{},
                          ModprobeConfiguration configuration = {})
        : catalog_(catalog), loaded_(std::move(loaded)), configuration_(std::move(configuration)) {}

    // @name with its dependencies below it.
    Dependency needs(const ModuleName &name);
    // @name with the modules that depend on it below it.
    Dependency needed_by(const ModuleName &name);

    struct Edge {
        ModuleName name;
        Need need;
    };
    // One step, in the order of the file.
    const std::vector<Edge> &direct(const ModuleName &name);

  private:
    using Step = std::vector<Edge> (Dependencies::*)(const ModuleName &);
    Dependency make(const ModuleName &name, Need need);
    void grow(Dependency &node, Step step, std::map<ModuleName, int> &seen);
    std::vector<Edge> step_down(const ModuleName &name) { return direct(name); }
    std::vector<Edge> step_up(const ModuleName &name);
    void read_softdeps();
    ModuleNames meaning(const ModuleName &name_or_alias);

    Catalog &catalog_;
    LoadedModules loaded_;
    ModprobeConfiguration configuration_;
    std::map<ModuleName, std::vector<Edge>> direct_;
    // Softdeps of modprobe.d and modules.softdep, by the module that has them or a pattern of such
    // names. Names and patterns in libkmod's order.
    std::vector<std::pair<std::string, std::vector<Edge>>> soft_;
    bool soft_read_ = false;
};

} // namespace mk
