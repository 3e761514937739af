// SPDX-License-Identifier: GPL-2.0-only
// Catalog of modules that can be loaded: the modules behind a name or alias, what their files say,
// and what modprobe.d says. It only reads files, and needs no privileges.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "base/module_name.hpp"
#include "base/parameter_info.hpp"
#include "elf/modinfo_section.hpp"
#include "kmod/configuration_watch.hpp"
#include "kmod/kmod_handles.hpp"
#include "kmod/modprobe_configuration.hpp"

namespace mk {

// The places to read. Empty: the running kernel's directory and the system's modprobe.d.
struct CatalogPlaces {
    std::string module_dir;
    std::vector<std::string> config_dirs;
    // "": this machine. Otherwise links stay within it, and its own command line counts.
    std::string root = {};

    ModprobeSources configuration() const;
};

struct ModuleFile {
    ModuleName name;
    std::string path; // "" if built in
    bool built_in = false;
    std::string description;
    std::string license;
    std::string version;
    std::string srcversion;
    std::string vermagic;
    std::vector<std::string> authors;
    std::vector<std::string> depends;
    std::vector<std::string> weak_depends; // may be requested later
    std::vector<std::string> aliases;
    std::vector<ParameterInfo> parameters;
    // "/etc/modprobe.d/x.conf:3" or "the kernel command line"; "" if it is not blacklisted.
    std::string blacklisted_by;
};

// From the lines of a .modinfo section; the name only if they have it.
ModuleFile module_file(const ModinfoFields &fields);

// From the file at @path, whether or not an index lists it. NotFound, BadFormat or NotAuthorized:
// see check_file().
Result<ModuleFile> describe_file(const std::string &path);

// What NotFound says of a name beside that: a name that is near, or a file that depmod does not
// know. To look takes reading a large file and walking through folders: only for what somebody
// typed, and not in an event loop.
enum class NearNames : std::uint8_t { LeftOut, LookedFor };

// Belongs to one thread. Created for each job, so that it never uses stale files.
class Catalog {
  public:
    static Result<Catalog> create(const CatalogPlaces &places = {},
                                  NearNames near_names = NearNames::LeftOut);

    // A name, an alias or an absolute path. NotFound has a suggestion, BadFormat the reason.
    Result<ModuleFile> find(const std::string &target);
    // The modules of a name or alias, in modprobe's order; never empty.
    Result<std::vector<KmodModule>> resolve(const std::string &target);
    // NotFound: @target leads to a module of the name @name, which has no file.
    Error leads_nowhere(const std::string &target, const ModuleName &name);
    // Whether it leads anywhere. Unlike resolve(), this searches no suggestion.
    bool knows(const std::string &target);
    // Their names.
    Result<ModuleNames> resolve_names(const std::string &target);
    // From the file; BadFormat if it is not a module. NotFound has no suggestion.
    Result<ModuleFile> describe(kmod_module &module);

    // The same by the name itself, never an alias. NotFound has no suggestion.
    Result<ModuleFile> describe_name(const ModuleName &name);

    // Whether modprobe.d or the kernel command line blacklists it.
    bool is_blacklisted(const ModuleName &name);
    std::string blacklisted_by(const ModuleName &name);
    // Whether modprobe loads something before or after it. Then it runs no install command.
    bool has_softdeps(const ModuleName &name) const;
    // The sources of what libkmod says about modules. Read on first use.
    const ModprobeConfiguration &configuration();

    // Its file, "" if it has none.
    std::string path_of(kmod_module &module) const;
    // Its options in modprobe.d and on the kernel command line, as one text.
    std::string options_of(kmod_module &module) const;
    // The file of the module of that name, "" if it has none. @name is not looked up as an alias.
    std::string path_of(const ModuleName &name) const;
    // Names of all modules that have a file.
    ModuleNames names() const;
    // The file of the module of that name that somebody added to module_dir(), which the index need
    // not list; "": there is none. See added_module_files(); the first call walks through them.
    std::string unlisted_file(const ModuleName &name);
    // The aliases of the index, which may be patterns, in the kernel's spelling, with their
    // modules.
    std::vector<std::pair<std::string, ModuleName>> index_aliases() const;
    // Whether there is anything to look names up in.
    bool has_index() const;
    // The directory of the kernel's modules.
    std::string module_dir() const;
    kmod_ctx &context() { return *context_; }
    // Whether the index or anything in modprobe.d has changed since this was created.
    bool stale() const;

  private:
    Catalog(CatalogPlaces places, ConfigurationWatch watch, NearNames near_names)
        : places_(std::move(places)), watch_(std::move(watch)), near_names_(near_names) {}
    Result<void> open();
    Error no_module(const std::string &name) const;
    // With what is near to it.
    Error not_found(const std::string &name);
    std::string near_to(const std::string &name);

    Descriptor configuration_text_; // what libkmod reads if links must stay within a root
    KmodContext context_;
    CatalogPlaces places_;
    ConfigurationWatch watch_;
    std::optional<ModprobeConfiguration> configuration_;
    NearNames near_names_;
    std::optional<std::vector<std::string>> names_;          // read when something is not found
    std::optional<std::map<ModuleName, std::string>> files_; // by name; read as names_
    std::size_t looked_for_ = 0;                             // names that are near
};

} // namespace mk
