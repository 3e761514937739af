// SPDX-License-Identifier: GPL-2.0-only
#include "engine/loader.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/install_command.hpp"
#include "engine/kernel_log.hpp"
#include "engine/module_name.hpp"
#include "engine/parameters.hpp"

namespace mk::engine {

namespace {

// Where libkmod is in the list of modules to load. One load runs at a time in a thread, and
// libkmod's callback for it has no argument of the caller's.
struct Progress {
    std::string module; // the last that was tried
    std::string path;
    // The last install command, for which module it stood in, and how it ended.
    std::string command;
    std::string replaced;
    int status = 0;
};
thread_local Progress progress;

void note_attempt(kmod_module *module, bool, const char *) {
    progress.module = canonical_name(kmod_module_get_name(module));
    const char *path = kmod_module_get_path(module);
    progress.path = path ? path : "";
}

int run_command(kmod_module *module, const char *command, void *) {
    progress.command = command;
    progress.replaced = canonical_name(kmod_module_get_name(module));
    progress.status = run_install_command(command);
    return progress.status == 0 ? 0 : -ECANCELED;
}

unsigned probe_flags(const LoadRequest &request) {
    unsigned flags = KMOD_PROBE_FAIL_ON_LOADED;
    if (request.force_vermagic)
        flags |= KMOD_PROBE_FORCE_VERMAGIC;
    if (request.force_modversions)
        flags |= KMOD_PROBE_FORCE_MODVERSION;
    if (!request.ignore_blacklist)
        flags |= KMOD_PROBE_APPLY_BLACKLIST;
    return flags;
}

int probe(kmod_module &module, unsigned flags, const char *options) {
    return kmod_module_probe_insert_module(&module, flags, options, run_command, nullptr,
                                           note_attempt);
}

Error already_loaded(const std::string &name, bool with_parameters) {
    return {ErrorCode::AlreadyLoaded,
            fmt::format("module {} is loaded already{}", name,
                        with_parameters ? "; unload it first for other parameters to count" : "")};
}

Error blacklisted(const ModuleFile &file) {
    return {ErrorCode::DeniedByPolicy,
            fmt::format("module {} is blacklisted by {}; the option ignore-blacklist loads it "
                        "all the same",
                        file.name, file.blacklisted_by)};
}

Error replaced_by_command(const std::string &name) {
    return {ErrorCode::DeniedByPolicy,
            fmt::format("module {} was not loaded: modprobe.d has the install command {} in the "
                        "place of {}, which ended with status {}",
                        name, quote(progress.command),
                        progress.replaced == name ? "the load" : "the load of " + progress.replaced,
                        progress.status)};
}

// A file's own dependencies: modules.dep knows them only when the file is where depmod looked.
int load_dependencies(Catalog &catalog, const ModuleFile &file, unsigned flags) {
    for (const auto &name : file.depends) {
        kmod_module *raw = nullptr;
        if (kmod_module_new_from_name(&catalog.context(), name.c_str(), &raw) < 0)
            continue;
        KmodModule dependency(raw);
        // One that has no file may be loaded all the same; else the symbols will be missed.
        if (!kmod_module_get_path(dependency.get()))
            continue;
        constexpr unsigned own_flags = KMOD_PROBE_APPLY_BLACKLIST | KMOD_PROBE_FAIL_ON_LOADED;
        if (int error = probe(*dependency, flags & ~own_flags, nullptr); error < 0)
            return error;
    }
    return 0;
}

} // namespace

Result<ModuleFile> Loader::check(Catalog &catalog, kmod_module &module,
                                 const LoadRequest &request) const {
    // An install command may stand in for a module that has no file at all.
    bool has_command = kmod_module_get_install_commands(&module) != nullptr;
    auto file = catalog.describe(module);
    if (!file && has_command && file.error().code == ErrorCode::NotFound)
        file = ModuleFile{.name = canonical_name(kmod_module_get_name(&module))};
    if (!file)
        return file;
    const auto &name = file.value().name;
    if (file.value().built_in)
        return Error{ErrorCode::BuiltIn, fmt::format("module {} is built into the kernel: there is "
                                                     "nothing to load",
                                                     name)};
    if (loaded_.state(name) == LoadState::Live)
        return already_loaded(name, !request.parameters.empty());
    if (!file.value().blacklisted_by.empty() && !request.ignore_blacklist)
        return blacklisted(file.value());
    if (!has_command)
        if (auto checked = check_parameters(file.value(), request.parameters); !checked)
            return checked.error();
    return file;
}

LoadOutcome Loader::load_one(Catalog &catalog, kmod_module &module,
                             const LoadRequest &request) const {
    auto file = check(catalog, module, request);
    if (!file)
        return file.error();
    const auto &name = file.value().name;
    KernelLog log;
    progress = {};
    auto flags = probe_flags(request);
    int error = is_path(request.target) ? load_dependencies(catalog, file.value(), flags) : 0;
    if (error == 0)
        error = probe(module, flags, join_parameters(request.parameters).c_str());
    if (error > 0) // a probe flag: the blacklist changed since it was looked at
        return blacklisted(file.value());
    bool is_live = loaded_.state(name) == LoadState::Live;
    if (!is_live && (progress.replaced == name || error == -ECANCELED))
        return replaced_by_command(name);
    // Success and EEXIST are believed when the kernel shows the module.
    if (error == 0 && is_live)
        return name;
    if (error == -EEXIST && is_live)
        return already_loaded(name, !request.parameters.empty());
    if (error == 0)
        return Error{ErrorCode::Failed, fmt::format("module {} was loaded and is gone again: "
                                                    "somebody unloaded it at once, or its file "
                                                    "has another name than the module",
                                                    name)};
    // Before the kernel was asked: libkmod could not open what the index promises.
    if (error == -ENOENT && !progress.path.empty() && access(progress.path.c_str(), F_OK) != 0)
        return Error{ErrorCode::NotFound,
                     fmt::format("module {} was not loaded: the file {} of module {} is missing; "
                                 "install it again or run depmod",
                                 name, quote(progress.path), progress.module)};
    LoadRefusal refusal;
    refusal.target = is_path(request.target) ? request.target : name;
    refusal.module = progress.module.empty() ? name : progress.module;
    refusal.path = progress.path;
    refusal.vermagic = refusal.module == name ? file.value().vermagic : "";
    refusal.error = -error;
    refusal.log = log.lines_about(refusal.module);
    refusal.kernel = KernelState::read();
    return refusal;
}

LoadOutcome Loader::load(const LoadRequest &request) const {
    if (auto checked = check_load_target(request.target); !checked)
        return checked.error();
    if (auto checked = check_parameter_syntax(request.parameters); !checked)
        return checked.error();
    auto catalog = Catalog::create(places_);
    if (!catalog)
        return catalog.error();
    auto modules = catalog.value().resolve(request.target);
    if (!modules)
        return modules.error();
    // An alias may lead to several: all are tried, as modprobe does, and one that loads is enough.
    LoadOutcome first;
    bool any = false;
    for (std::size_t i = 0; i < modules.value().size(); ++i) {
        auto outcome = load_one(catalog.value(), *modules.value()[i], request);
        bool loaded = std::holds_alternative<std::string>(outcome);
        if (i == 0 || (loaded && !any))
            first = std::move(outcome);
        any = any || loaded;
    }
    return first;
}

} // namespace mk::engine
