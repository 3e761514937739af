// SPDX-License-Identifier: GPL-2.0-only
// Everything that modprobe.d and the kernel's command line say of modules, with where it is said.
// libkmod reads the same and decides; it does not tell where. A test holds the two together.
// What comes later counts more: files in the order of their names, then the command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/assignments.hpp"
#include "base/guarded_text.hpp"
#include "kmod/conf_files.hpp"
#include "kmod/modprobe_lines.hpp"

namespace mk {

struct CatalogPlaces;
struct ConfigurationPlaces;

// What it is read from.
struct ModprobeSources {
    std::vector<std::string> folders; // in the order in which they hide each other's files
    std::string command_line_file;
    std::string root = {};         // links lead within it
    std::string index_folder = {}; // of a kernel, when its softdeps are to be among the lines
};

// The files that count, in kmod's order.
ConfFiles read_modprobe_files(const ModprobeSources &sources);

struct ConfiguredOption : Assignment {
    Origin origin;

    GuardedText guarded_value() const { return {value, origin.is_public}; }
};

// Is it an install line whose command is /bin/false or the like?
bool loads_nothing(const ModprobeLine &line);

class ModprobeConfiguration {
  public:
    static ModprobeConfiguration read(const ConfigurationPlaces &places);
    static ModprobeConfiguration read_for(const CatalogPlaces &places);
    static ModprobeConfiguration read_from(const ModprobeSources &sources);
    // What it would be if @file, in the first of the folders, held @text.
    ModprobeConfiguration with(const std::string &file, std::string_view text) const;

    // In the order in which they count.
    const std::vector<ModprobeLine> &lines() const { return lines_; }
    // What could not be read: the answers below may miss something.
    const std::vector<UnreadFile> &unread() const { return unread_; }

    // Files that do not count for one of the same name.
    const std::vector<HiddenFile> &hidden() const { return hidden_; }

    // Lines whose name is @module, in the kernel's spelling; no patterns.
    std::vector<ModprobeLine> of(LineKind kind, std::string_view module) const;
    // Is there an alias line of this very text, which may be a pattern? libkmod gives a module that
    // it finds by such a line the options of that name too.
    bool has_alias(std::string_view text) const;
    // The first whose name or pattern means @name, which is the one that kmod takes.
    const ModprobeLine *first_matching(LineKind kind, std::string_view name) const;
    // Each as it is given to the kernel, which takes the last of a name.
    std::vector<ConfiguredOption> options(std::string_view module) const;
    // The one that counts.
    std::optional<ConfiguredOption> option(std::string_view module,
                                           std::string_view parameter) const;
    // Modules that have options, each once, sorted.
    std::vector<std::string> modules_with_options() const;
    // The install line that kmod runs, if it lets nothing be loaded.
    std::optional<ModprobeLine> blocking_install(std::string_view module) const;
    // Names and aliases that the module may ask for itself once it is loaded, each once. What its
    // file says of that is not among them.
    std::vector<std::string> weak_dependencies(std::string_view module) const;
    // May every user read all lines that give it options?
    bool options_are_public(std::string_view module) const;
    // The same of all that may have come into @options, which libkmod has put together: also from
    // the lines of an alias by which a softdep names the module.
    bool options_are_public(std::string_view module, std::string_view options) const;

  private:
    void take(ModprobeLine line);
    void take_command_line(const std::string &file);

    std::vector<ModprobeLine> lines_;
    std::vector<ModprobeLine> hidden_options_; // that not every user may read
    std::vector<UnreadFile> unread_;
    std::vector<HiddenFile> hidden_;
};

} // namespace mk
