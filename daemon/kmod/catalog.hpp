// SPDX-License-Identifier: GPL-2.0-only
// What is known of modules that could be loaded: where a name or alias leads, what the file says of
// itself, what modprobe.d says of it. Reads files only; works without privileges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "elf/modinfo_section.hpp"
#include "kmod/configuration_watch.hpp"
#include "kmod/kmod_handles.hpp"
#include "kmod/modprobe_configuration.hpp"

namespace mk {

// Where to look. Empty: the running kernel's folder and the system's modprobe.d.
struct CatalogPlaces {
    std::string module_dir;
    std::vector<std::string> config_dirs;
    // "": this machine. Else links lead within it, and its own command line counts.
    std::string root = {};

    ModprobeSources configuration() const;
};

struct ParameterInfo {
    std::string name;
    std::string type; // as the module declares it, such as "int" or "array of charp"; "": not told
    std::string description;
};

struct ModuleFile {
    std::string name;
    std::string path; // "" when built in
    bool built_in = false;
    std::string description;
    std::string license;
    std::string version;
    std::string srcversion;
    std::string vermagic;
    std::vector<std::string> authors;
    std::vector<std::string> depends;
    std::vector<std::string> weak_depends; // may be asked for later
    std::vector<std::string> aliases;
    std::vector<ParameterInfo> parameters;
    // "/etc/modprobe.d/x.conf:3" or "the kernel command line"; "" when it is not blacklisted.
    std::string blacklisted_by;
};

// What the lines of a .modinfo section say; the name only when it is among them.
ModuleFile module_file(const ModinfoFields &fields);

// The same of the file at @path, whether or not any index lists it. NotFound, BadFormat or
// NotAuthorized: see check_file().
Result<ModuleFile> describe_file(const std::string &path);

// What NotFound says besides. What is near a mistyped name is looked for among the names of all
// modules, which takes reading a large file: not in an event loop.
enum class NearNames : std::uint8_t { LookedFor, LeftOut };

// Belongs to one thread. Made anew for each job, so that it never tells of stale files.
class Catalog {
  public:
    static Result<Catalog> create(const CatalogPlaces &places = {},
                                  NearNames near_names = NearNames::LookedFor);

    // A name, an alias or an absolute path. NotFound says what is near, BadFormat what is wrong.
    Result<ModuleFile> find(const std::string &target);
    // The modules that a name or alias leads to, in modprobe's order; never empty.
    Result<std::vector<KmodModule>> resolve(const std::string &target);
    // NotFound: @target was found and leads to a module of the name @name, which has no file.
    Error leads_nowhere(const std::string &target, const std::string &name);
    // Does it lead anywhere? Unlike resolve() this looks for no name that is near.
    bool knows(const std::string &target);
    // Their names.
    Result<std::vector<std::string>> resolve_names(const std::string &target);
    // What the file says; BadFormat when it is not a module.
    Result<ModuleFile> describe(kmod_module &module);

    // The same by the name itself, never an alias.
    Result<ModuleFile> describe_name(const std::string &name);

    // Does modprobe.d or the kernel command line have it on the blacklist?
    bool is_blacklisted(std::string_view name);
    std::string blacklisted_by(std::string_view name);
    // Does modprobe load something before or after it? Then it runs no install command.
    bool has_softdeps(const std::string &name) const;
    // Where libkmod has what it says of modules from. Read when it is first asked for.
    const ModprobeConfiguration &configuration();

    // Its file, "" when it has none.
    std::string path_of(kmod_module &module) const;
    // What modprobe.d and the kernel's command line give it, in one text.
    std::string options_of(kmod_module &module) const;
    // The file of the module of that name, "" when it has none. @name is not looked up as an alias.
    std::string path_of(const std::string &name) const;
    // Names of all modules that have a file.
    std::vector<std::string> names() const;
    // The aliases of the index, which may be patterns, in the kernel's spelling, with their
    // modules.
    std::vector<std::pair<std::string, std::string>> index_aliases() const;
    // Is there anything to look names up in?
    bool has_index() const;
    // The folder of the kernel's modules.
    std::string module_dir() const;
    kmod_ctx &context() { return *context_; }
    // Has the index or anything in modprobe.d changed since this was made?
    bool stale() const;

  private:
    Catalog(CatalogPlaces places, ConfigurationWatch watch, NearNames near_names)
        : places_(std::move(places)), watch_(std::move(watch)), near_names_(near_names) {}
    Result<void> open();
    Error not_found(const std::string &name);
    std::string near_to(const std::string &name);

    Descriptor configuration_text_; // what libkmod reads where links lead within a root
    KmodContext context_;
    CatalogPlaces places_;
    ConfigurationWatch watch_;
    std::optional<ModprobeConfiguration> configuration_;
    NearNames near_names_;
    std::optional<std::vector<std::string>> names_; // read once something is not found
    std::size_t looked_for_ = 0;                    // names that are near
};

} // namespace mk
