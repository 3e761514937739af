// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/catalog.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "elf/elf_check.hpp"
#include "kmod/kmod_files.hpp"
#include "kmod/module_index.hpp"
#include "kmod/places.hpp"
#include "kmod/root_configuration.hpp"

namespace mk {

namespace {

void drop_log(void *, int, const char *, int, const char *, const char *, va_list) {}

// The declaration of @name, created on first use: "parm" and "parmtype" come in any order.
ParameterInfo &parameter(std::vector<ParameterInfo> &all, std::string_view name) {
    for (auto &known : all)
        if (known.name == name)
            return known;
    return all.emplace_back(ParameterInfo{std::string(name), {}, {}});
}

void take(ModuleFile &file, std::string_view key, std::string_view value) {
    auto assign = [&](std::string &field) {
        if (field.empty())
            field = value;
    };
    if (key == "name") {
        file.name = ModuleName(value);
    } else if (key == "description") {
        assign(file.description);
    } else if (key == "license") {
        assign(file.license);
    } else if (key == "version") {
        assign(file.version);
    } else if (key == "srcversion") {
        assign(file.srcversion);
    } else if (key == "vermagic") {
        assign(file.vermagic);
    } else if (key == "author") {
        file.authors.emplace_back(value);
    } else if (key == "alias") {
        file.aliases.emplace_back(value);
    } else if (key == "depends") {
        for (auto name : split(value, ","))
            file.depends.emplace_back(name);
    } else if (key == "weakdep") {
        for (auto name : split(value, " "))
            file.weak_depends.emplace_back(name);
    } else if (key == "parm" || key == "parmtype") {
        auto colon = value.find(':');
        if (colon == std::string_view::npos)
            return;
        auto &known = parameter(file.parameters, value.substr(0, colon));
        (key == "parm" ? known.description : known.type) = value.substr(colon + 1);
    }
}

// As libkmod finds it.
std::string index_folder(const CatalogPlaces &places) {
    return places.module_dir.empty() ? "/lib/modules/" + ConfigurationPlaces{}.release()
                                     : places.module_dir;
}

void take_all(ModuleFile &file, const ModinfoFields &fields) {
    for (const auto &[key, value] : fields)
        take(file, key, value);
}

// Built-in modules, from the index of @module_dir: libkmod until 33 trusts the contents of that
// file. Its lines are like a module's, preceded by the name and a dot.
void take_builtin_modinfo(ModuleFile &file, const std::string &module_dir) {
    constexpr std::size_t max_index = 64U << 20; // bytes
    const auto text = read_text(module_dir + "/modules.builtin.modinfo", max_index).value_or("");
    const auto prefix = file.name + ".";
    for (const auto line : split(text, std::string_view("\0", 1)))
        if (line.starts_with(prefix))
            take_all(file, modinfo_fields(line.substr(prefix.size())));
}

} // namespace

ModuleFile module_file(const ModinfoFields &fields) {
    ModuleFile file;
    take_all(file, fields);
    return file;
}

Result<ModuleFile> describe_file(const std::string &path) {
    TRY(check_file(path));
    const auto lines = TRY(read_modinfo(path));
    ModuleFile file;
    file.name = ModuleName::of_file(path);
    file.path = path;
    take_all(file, modinfo_fields(lines));
    return file;
}

ModprobeSources CatalogPlaces::configuration() const {
    const ConfigurationPlaces machine{root};
    return {config_dirs.empty() ? machine.modprobe_folders() : config_dirs,
            machine.command_line_file(), root};
}

Result<Catalog> Catalog::create(const CatalogPlaces &places, NearNames near_names) {
    TRY(libkmod.open());
    ConfigurationWatch watch(places.configuration().folders);
    Catalog catalog(places, std::move(watch), near_names);
    TRY(catalog.open());
    return catalog;
}

Result<void> Catalog::open() {
    auto folders = places_.config_dirs;
    // the configuration of another root is read by us
    if (auto checked = check_kmod_files(index_folder(places_), places_.root.empty()
                                                                   ? places_.configuration().folders
                                                                   : std::vector<std::string>());
        !checked)
        return checked;
    if (!places_.root.empty()) {
        TRY(check_index_links(places_.root, places_.module_dir));
        // what the index adds to it is sorted in by the names of the files
        auto sources = places_.configuration();
        sources.index_folder = places_.module_dir;
        auto text = TRY(text_for_libkmod(sources));
        configuration_text_ = std::move(text);
        folders = {fmt::format("/proc/self/fd/{}", configuration_text_.get())};
    }
    std::vector<const char *> dirs;
    dirs.reserve(folders.size() + 1);
    for (const auto &dir : folders)
        dirs.push_back(dir.c_str());
    dirs.push_back(nullptr);
    context_.reset(kmod_new(places_.module_dir.empty() ? nullptr : places_.module_dir.c_str(),
                            folders.empty() ? nullptr : dirs.data()));
    if (!context_)
        return Error{ErrorCode::Failed,
                     fmt::format("cannot initialize libkmod: {}; is modprobe.d readable?",
                                 std::strerror(errno))};
    kmod_set_log_fn(context_.get(), drop_log, nullptr);
    // libkmod caches what it has not found, and reads only the files that it has open
    for (const auto &file : index_files(module_dir()))
        watch_.see(file);
    return check_module_index(kmod_get_dirname(context_.get()));
}

std::string Catalog::module_dir() const {
    return kmod_get_dirname(context_.get());
}

bool Catalog::has_index() const {
    return access((module_dir() + "/modules.dep.bin").c_str(), R_OK) == 0;
}

bool Catalog::stale() const {
    return watch_.changed();
}

std::string Catalog::path_of(const ModuleName &name) const {
    kmod_module *raw = nullptr;
    if (kmod_module_new_from_name(context_.get(), name.c_str(), &raw) < 0)
        return {};
    const KmodModule module(raw);
    return path_of(*module);
}

std::string Catalog::path_of(kmod_module &module) const {
    const char *path = kmod_module_get_path(&module);
    if (path == nullptr)
        return {};
    const auto &root = places_.root;
    return root.empty() || !std::string_view(path).starts_with(root + "/")
               ? path
               : within_root(root, path);
}

std::string Catalog::options_of(kmod_module &module) const {
    const char *options = kmod_module_get_options(&module);
    const std::string text = options != nullptr ? options : "";
    return places_.root.empty() ? text : options_of_root(text);
}

ModuleNames Catalog::names() const {
    ModuleNames result;
    auto text = read_text(module_dir() + "/modules.dep", 16U << 20);
    if (!text)
        return result;
    for (auto line : split(*text, "\n"))
        result.push_back(ModuleName::of_file(line.substr(0, line.find(':'))));
    return result;
}

std::vector<std::pair<std::string, ModuleName>> Catalog::index_aliases() const {
    std::vector<std::pair<std::string, ModuleName>> result;
    constexpr std::size_t max_index = 64U << 20; // bytes
    const auto text = read_text(module_dir() + "/modules.alias", max_index).value_or("");
    for (const auto line : split(text, "\n"))
        if (const auto words = split(line, " "); words.size() == 3 && words[0] == "alias")
            result.emplace_back(canonical_pattern(words[1]).value_or(std::string(words[1])),
                                words[2]);
    return result;
}

Result<std::vector<KmodModule>> Catalog::resolve(const std::string &target) {
    TRY(check_load_target(target));
    std::vector<KmodModule> result;
    if (is_path(target)) {
        TRY(check_file(target));
        kmod_module *module = nullptr;
        if (int error = kmod_module_new_from_path(context_.get(), target.c_str(), &module);
            error < 0)
            return Error{ErrorCode::Failed, fmt::format("the file {} cannot be used: {}",
                                                        quote(target), std::strerror(-error))};
        result.emplace_back(module);
        return result;
    }
    kmod_list *raw = nullptr;
    int error = kmod_module_new_from_lookup(context_.get(), target.c_str(), &raw);
    KmodModuleList list(raw);
    if (error < 0 || !list)
        return not_found(target);
    kmod_list *entry;
    kmod_list_foreach(entry, list.get()) result.emplace_back(kmod_module_get_module(entry));
    return result;
}

bool Catalog::knows(const std::string &target) {
    kmod_list *raw = nullptr;
    int error = kmod_module_new_from_lookup(context_.get(), target.c_str(), &raw);
    KmodModuleList list(raw);
    return error >= 0 && list;
}

Result<ModuleNames> Catalog::resolve_names(const std::string &target) {
    auto modules = TRY(resolve(target));
    ModuleNames names;
    names.reserve(modules.size());
    for (const auto &module : modules)
        names.emplace_back(kmod_module_get_name(module.get()));
    return names;
}

Result<ModuleFile> Catalog::describe(kmod_module &module) {
    ModuleFile file;
    file.name = ModuleName(kmod_module_get_name(&module));
    file.built_in = kmod_module_get_initstate(&module) == KMOD_MODULE_BUILTIN;
    if (!file.built_in)
        file.path = path_of(module);
    if (file.path.empty() && !file.built_in)
        return no_module(file.name);
    if (file.built_in) {
        take_builtin_modinfo(file, module_dir());
    } else {
        auto described = TRY(describe_file(file.path));
        file = std::move(described);
    }
    file.blacklisted_by = blacklisted_by(file.name);
    return file;
}

Result<ModuleFile> Catalog::describe_name(const ModuleName &name) {
    kmod_module *raw = nullptr;
    if (kmod_module_new_from_name(context_.get(), name.c_str(), &raw) < 0)
        return no_module(name);
    const KmodModule module(raw);
    return describe(*module);
}

Result<ModuleFile> Catalog::find(const std::string &target) {
    auto modules = TRY(resolve(target));
    auto &module = *modules.front();
    if (!kmod_module_get_path(&module) && kmod_module_get_initstate(&module) != KMOD_MODULE_BUILTIN)
        return leads_nowhere(target, ModuleName(kmod_module_get_name(&module)));
    return describe(module);
}

// libkmod compares literally: a name with a dash, which can only be on the kernel command line, is
// not a module's.
bool Catalog::is_blacklisted(const ModuleName &name) {
    if (!places_.root.empty())
        return !configuration().of(LineKind::Blacklist, name).empty();
    KmodConfig list(kmod_config_get_blacklists(context_.get()));
    while (list && kmod_config_iter_next(list.get()))
        if (kmod_config_iter_get_key(list.get()) == name.str())
            return true;
    return false;
}

std::string Catalog::blacklisted_by(const ModuleName &name) {
    if (!is_blacklisted(name))
        return {};
    const auto lines = configuration().of(LineKind::Blacklist, name);
    return lines.empty() ? "modprobe.d" : lines.front().origin.text();
}

bool Catalog::has_softdeps(const ModuleName &name) const {
    kmod_module *raw = nullptr;
    if (kmod_module_new_from_name(context_.get(), name.c_str(), &raw) < 0)
        return false;
    const KmodModule module(raw);
    kmod_list *before = nullptr;
    kmod_list *after = nullptr;
    if (kmod_module_get_softdeps(raw, &before, &after) < 0)
        return false;
    const KmodModuleList owned_before(before);
    const KmodModuleList owned_after(after);
    return owned_before || owned_after;
}

const ModprobeConfiguration &Catalog::configuration() {
    if (!configuration_)
        configuration_ = ModprobeConfiguration::read_for(places_);
    return *configuration_;
}

} // namespace mk
