// SPDX-License-Identifier: GPL-2.0-only
// Everything that modprobe.d and the kernel's command line say of modules, with where it is said.
// What comes later counts more: files in the order of their names, then the command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/configuration/assignments.hpp"
#include "engine/configuration/conf_files.hpp"
#include "engine/configuration/modprobe_lines.hpp"
#include "engine/configuration/places.hpp"

namespace mk::engine {

struct ConfiguredOption : Assignment {
    Origin origin;
};

class ModprobeConfiguration {
  public:
    static ModprobeConfiguration read(const ConfigurationPlaces &places);

    // In the order in which they count.
    const std::vector<ModprobeLine> &lines() const { return lines_; }
    // What could not be read: the answers below may miss something.
    const std::vector<UnreadFile> &unread() const { return unread_; }

    // @module in the kernel's spelling.
    std::vector<ModprobeLine> of(LineKind kind, std::string_view module) const;
    // Each as it is given to the kernel, which takes the last of a name.
    std::vector<ConfiguredOption> options(std::string_view module) const;
    // The one that counts.
    std::optional<ConfiguredOption> option(std::string_view module,
                                           std::string_view parameter) const;
    // Modules that have options, each once, sorted.
    std::vector<std::string> modules_with_options() const;
    // The install line that kmod runs, which is the first, if it lets nothing be loaded.
    std::optional<ModprobeLine> blocking_install(std::string_view module) const;
    // Names and aliases that the module may ask for itself once it is loaded, each once. What its
    // file says of that is not among them.
    std::vector<std::string> weak_dependencies(std::string_view module) const;

  private:
    void take_command_line(std::string_view text);

    std::vector<ModprobeLine> lines_;
    std::vector<UnreadFile> unread_;
};

} // namespace mk::engine
