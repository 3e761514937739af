// SPDX-License-Identifier: GPL-2.0-only
// Registry of the modules that have an object on the bus, with the last published state of each, so
// that signals and properties agree.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file_identity.hpp"
#include "base/load_state.hpp"
#include "base/module_name.hpp"

namespace mk::bus {

// Facts from the record about how a module was loaded; "" if there are none.
struct SeenLoad {
    std::string arguments;
    std::string file;
    bool operator==(const SeenLoad &) const = default;
};

struct KnownModule {
    LoadState state = LoadState::Live;
    ModuleNames uses;
    SeenLoad load;
    bool is_load_seen = false;
    // Its file, if it was loaded by path over the bus.
    std::string path;
    std::optional<FileIdentity> file;
};

class ModuleRegistry {
  public:
    // nullptr: not known. Valid until the module is removed.
    KnownModule *find(const ModuleName &name);
    const KnownModule *find(const ModuleName &name) const;
    KnownModule &add(const ModuleName &name) { return modules_[name]; }
    void remove(const ModuleName &name) { modules_.erase(name); }
    ModuleNames names() const;

  private:
    std::map<ModuleName, KnownModule> modules_;
};

} // namespace mk::bus
