// SPDX-License-Identifier: GPL-2.0-only
// Everything that modprobe.d and the kernel command line say about modules, with the place of each
// line. libkmod reads the same files and decides, but does not tell the places; a test compares
// both. Later lines take precedence: files in the order of their names, then the command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/assignments.hpp"
#include "base/module_name.hpp"
#include "kmod/conf_files.hpp"
#include "kmod/modprobe_lines.hpp"

namespace mk {

struct CatalogPlaces;
struct ConfigurationPlaces;

// The files it is read from.
struct ModprobeSources {
    std::vector<std::string> folders; // in order of precedence
    std::string command_line_file;
    std::string root = {};         // links stay within it
    std::string index_folder = {}; // of a kernel, if its softdeps must be among the lines
};

// The files that count, in kmod's order.
ConfFiles read_modprobe_files(const ModprobeSources &sources);

struct ConfiguredOption : Assignment {
    Origin origin;
};

// Whether it is an install line whose command is /bin/false or the like.
bool loads_nothing(const ModprobeLine &line);

class ModprobeConfiguration {
  public:
    static ModprobeConfiguration read(const ConfigurationPlaces &places);
    static ModprobeConfiguration read_for(const CatalogPlaces &places);
    static ModprobeConfiguration read_from(const ModprobeSources &sources);
    // The configuration as it would be if @file, in the first of the directories, had the contents
    // @text.
    ModprobeConfiguration with(const std::string &file, std::string_view text) const;

    // In order of precedence.
    const std::vector<ModprobeLine> &lines() const { return lines_; }
    // Files that could not be read: the answers below may be incomplete.
    const std::vector<UnreadFile> &unread() const { return unread_; }

    // Files that are hidden by files of the same name.
    const std::vector<HiddenFile> &hidden() const { return hidden_; }

    // Lines whose name is @module; no patterns.
    std::vector<ModprobeLine> of(LineKind kind, const ModuleName &module) const;
    // Whether there is an alias line with exactly this text, which may be a pattern. libkmod gives
    // a module that it finds by such a line the options of that name too.
    bool has_alias(std::string_view text) const;
    // The first line whose name or pattern matches @name, which is the one that kmod uses.
    const ModprobeLine *first_matching(LineKind kind, std::string_view name) const;
    // Each as passed to the kernel, which uses the last one of a name.
    std::vector<ConfiguredOption> options(const ModuleName &module) const {
        return options_named(module);
    }
    // The effective one.
    std::optional<ConfiguredOption> option(const ModuleName &module,
                                           std::string_view parameter) const {
        return option_named(module, parameter);
    }
    // The same by the name in a line, which may be a pattern.
    std::vector<ConfiguredOption> options_named(std::string_view name) const;
    std::optional<ConfiguredOption> option_named(std::string_view name,
                                                 std::string_view parameter) const;
    // Modules that have options, each once, sorted.
    std::vector<std::string> modules_with_options() const;
    // The install line that kmod runs, if it loads nothing.
    std::optional<ModprobeLine> blocking_install(std::string_view module) const;
    // Names and aliases that the module may request once it is loaded, without duplicates. Those in
    // its file are not included.
    std::vector<std::string> weak_dependencies(const ModuleName &module) const;
    // Whether every user may read all lines that give it options.
    bool options_are_public(std::string_view module) const;
    // The same for everything that may be in @options, as libkmod has composed them: also from the
    // lines of an alias by which a softdep names the module.
    bool options_are_public(std::string_view module, std::string_view options) const;

  private:
    std::vector<ModprobeLine> named(LineKind kind, std::string_view name) const;
    void take(ModprobeLine line);
    void take_command_line(const std::string &file);

    std::vector<ModprobeLine> lines_;
    std::vector<ModprobeLine> hidden_options_; // that not every user may read
    std::vector<UnreadFile> unread_;
    std::vector<HiddenFile> hidden_;
};

} // namespace mk
