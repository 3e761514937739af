// SPDX-License-Identifier: GPL-2.0-only
// Loaded modules as /proc/modules and /sys/module show them, without the driver. They do not show
// one instant: modules may be loaded and unloaded while the files are read.
#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/loaded_module.hpp"
#include "base/module_name.hpp"

namespace mk {

struct ParameterValue {
    std::string name;
    std::optional<std::string> value; // nothing: see why
    int error = 0;                    // errno of reading it; EACCES: the caller may not
    unsigned mode = 0;                // permissions of its file; 0: it is not shown

    bool is_public() const; // whether every user may read it
    bool readable() const;  // by anybody; a parameter may be writable but not readable
    bool writable() const;
    bool is_denied() const { return error == EACCES || error == EPERM; }
    // Why a parameter with a file has no value, as a clause about it.
    std::string why_no_value() const;
};

class LoadedModules {
  public:
    // @root is put before every path, and links stay within it; tests have one of their own.
    explicit LoadedModules(std::string root = "") : root_(std::move(root)) {}
    // For a kernel that is not running: no path leads below this.
    static LoadedModules none() { return LoadedModules("/dev/null"); }

    // Whether this kernel can load modules, and shows them.
    bool readable() const;
    // Newest first. Empty on a kernel that cannot load modules.
    std::vector<LoadedModule> list() const;
    std::optional<LoadedModule> find(const ModuleName &name) const;
    // Adds what only /sys says: version, srcversion, and the bytes that stay after init, while
    // those of init are not freed yet.
    void complete(LoadedModule &module) const;
    LoadState state(const ModuleName &name) const;
    // Whether its state is Live. Does not check whether a module that is not loaded is built in.
    bool is_live(const ModuleName &name) const;
    // Loaded modules that @name uses.
    ModuleNames uses(const ModuleName &name) const;
    ModuleNames holders(const ModuleName &name) const;
    std::string srcversion(const ModuleName &name) const;
    std::vector<ParameterValue> parameters(const ModuleName &name) const;
    // Whether every user may read the value in sysfs. No, if there is none.
    bool is_public(const ModuleName &name, const std::string &parameter) const;

  private:
    // In its directory in /sys/module; @below begins with a slash, or is "" for the directory
    // itself.
    std::string file(const ModuleName &name, const std::string &below) const;

    std::string root_;
};

} // namespace mk
