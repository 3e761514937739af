// SPDX-License-Identifier: GPL-2.0-only
#include "config/enable.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/module_name.hpp"
#include "config/alias_refusal.hpp"
#include "config/managed_file.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

namespace {

constexpr const char *blocking_command = "/bin/false";

// Characters of names that neither kmod nor systemd treats specially.
bool in_file(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

// Each once.
Result<ModuleNames> checked_names(const std::vector<std::string> &names) {
    if (names.empty())
        return Error{ErrorCode::InvalidArgument, "no module was named"};
    if (names.size() > choices_max)
        return Error{
            ErrorCode::InvalidArgument,
            fmt::format("too many names: {}, at most {} are allowed", names.size(), choices_max)};
    for (const auto &name : names) {
        TRY(check_name(name));
        if (!std::all_of(name.begin(), name.end(), in_file))
            return Error{ErrorCode::InvalidArgument,
                         fmt::format("{} cannot be written to a configuration file: module names "
                                     "consist of letters, digits, \"-\" and \"_\"",
                                     quote(name))};
    }
    return each_once(module_names(names));
}

// Whether each name is that of a loadable module.
Result<void> check_known(const ConfigurationPlaces &places, const ModuleNames &names) {
    auto catalog = TRY(Catalog::create(places.catalog(), NearNames::LookedFor));
    for (const auto &name : names) {
        auto file = TRY(catalog.find(name));
        if (file.built_in)
            return Error{ErrorCode::BuiltIn,
                         fmt::format("module {} is built into the kernel: it is always there, "
                                     "whatever the configuration says",
                                     name),
                         {.module = name}};
        if (file.name != name)
            return alias_refused(name, file.name);
    }
    return {};
}

using Names = Result<ModuleNames>;

Names names_for(const ConfigurationPlaces &places, const std::vector<std::string> &names,
                bool force) {
    auto checked = checked_names(names);
    if (!checked || force)
        return checked;
    TRY(check_known(places, checked.value()));
    return checked;
}

// The line that keeps the module from being loaded at boot.
std::optional<Origin> masked_by(const ModprobeConfiguration &modprobe, const ModuleName &name) {
    if (auto install = modprobe.blocking_install(name))
        return install->origin;
    auto blacklist = modprobe.of(LineKind::Blacklist, name);
    return blacklist.empty() ? std::nullopt : std::optional(blacklist.front().origin);
}

void tell_what_is_left(const ConfigurationPlaces &places, const Configured &now,
                       const ModuleName &name, ManagedText &text) {
    auto catalog = Catalog::create(places.catalog());
    if (catalog && catalog.value().has_softdeps(name))
        text.note(fmt::format(
            "module {} has softdeps, so modprobe ignores its install line and only the blacklist "
            "line works: unless a rule denies it, modprobe {} and modules that depend on it still "
            "load it",
            name, name));
    for (const auto &enabled : now.enabled.of(name))
        text.note(fmt::format(
            "{} still lists module {}; systemd will report at boot that it was not loaded",
            enabled.origin.text(), name));
    if (LoadedModules(places.root).find(name))
        text.note(fmt::format("module {} is loaded and stays loaded until modkeeper unload {}",
                              name, name));
}

// Lines of @kind that name @name in a file that is not ours.
std::optional<Origin> in_another_file(const ModprobeConfiguration &modprobe, LineKind kind,
                                      const ModuleName &name, const std::string &own) {
    for (const auto &line : modprobe.of(kind, name))
        if (line.origin.file != own)
            return line.origin;
    return std::nullopt;
}

// An install line that modprobe runs instead of ours: of several that match, also by pattern, the
// first one counts. A line that names the module is not silently overruled either.
std::optional<Origin> overruling_install(const ModprobeConfiguration &modprobe,
                                         const ModuleName &name, const std::string &own) {
    const auto *first = modprobe.first_matching(LineKind::Install, name);
    if (first && !comes_after(first->origin, own))
        return first->origin;
    return in_another_file(modprobe, LineKind::Install, name, own);
}

Error not_ours(const Origin &origin, const ModuleName &name, const char *what) {
    return {ErrorCode::Failed,
            fmt::format(
                "{} {} module {}; modkeeper changes only its own file: remove that line by hand",
                origin.text(), what, name)};
}

bool is_our_mask(const ModprobeLine &line, const ModuleNames &names) {
    if (std::find(names.begin(), names.end(), line.name) == names.end())
        return false;
    return line.kind == LineKind::Blacklist ||
           (line.kind == LineKind::Install && line.rest == blocking_command);
}

Result<void> mask_one(const ConfigurationPlaces &places, const Configured &now,
                      const ModuleName &name, ManagedText &text) {
    const auto own = places.own_modprobe_file();
    if (auto listed = now.modprobe.of(LineKind::Blacklist, name); listed.empty())
        text.add("blacklist " + name);
    else
        text.keep(listed.front().origin);
    if (auto blocking = now.modprobe.blocking_install(name))
        text.keep(blocking->origin);
    else if (auto other = overruling_install(now.modprobe, name, own))
        return Error{ErrorCode::Failed,
                     fmt::format("{} has an install command for module {}, which modprobe would "
                                 "run; remove it there first; nothing was changed",
                                 other->text(), name),
                     {.module = name}};
    else
        text.add(fmt::format("install {} {}", name, blocking_command));
    tell_what_is_left(places, now, name, text);
    return {};
}

// Whether the new lines take effect, whatever other lines there are.
Result<void> check_masked(const ModprobeConfiguration &then, const ModuleNames &names,
                          const std::string &own) {
    for (const auto &name : names)
        if (then.of(LineKind::Blacklist, name).empty() || !then.blocking_install(name))
            return Error{ErrorCode::Failed,
                         fmt::format("the lines that mask module {} would have no effect in {}; "
                                     "check the other lines of that file; nothing was changed",
                                     name, own)};
    return {};
}

// Whether another line takes effect that ours had overridden.
Result<void> check_unmasked(const ModprobeConfiguration &then, const ModuleNames &names) {
    for (const auto &name : names)
        if (const auto other = masked_by(then, name))
            return not_ours(*other, name, "masks");
    return {};
}

Result<void> unmask_all(const ConfigurationPlaces &places, const Configured &now,
                        const ModuleNames &names, ManagedText &text) {
    const auto own = places.own_modprobe_file();
    for (const auto &name : names) {
        if (auto other = in_another_file(now.modprobe, LineKind::Blacklist, name, own))
            return not_ours(*other, name, "masks");
        if (auto install = now.modprobe.blocking_install(name);
            install && install->origin.file != own)
            return not_ours(install->origin, name, "masks");
        if (!masked_by(now.modprobe, name))
            text.note(fmt::format("module {} is not masked", name));
    }
    text.rewrite_modprobe(
        [&](const auto &line) { return is_our_mask(line, names) ? "" : as_it_is(line); });
    text.expect([&](const auto &then) { return check_unmasked(then, names); });
    return {};
}

} // namespace

Result<Changes> enable(const ConfigurationPlaces &places, const std::vector<std::string> &names,
                       bool force) {
    auto wanted = TRY(names_for(places, names, force));
    return edit_managed_file(
        places, ManagedFile::ModulesLoad,
        [&](const Configured &now, ManagedText &text) -> Result<void> {
            for (const auto &name : wanted) {
                if (auto masked = masked_by(now.modprobe, name); masked && !force)
                    return Error{ErrorCode::ReplacedByCommand,
                                 fmt::format("module {} is masked by {}: it would not be loaded at "
                                             "boot; modkeeper unmask {} first",
                                             name, masked->text(), name),
                                 {.module = name}};
                if (auto already = now.enabled.of(name); !already.empty())
                    text.keep(already.front().origin);
                else
                    text.add(name);
            }
            return {};
        });
}

Result<Changes> disable(const ConfigurationPlaces &places, const std::vector<std::string> &names) {
    auto wanted = TRY(checked_names(names));
    const auto own = places.own_modules_load_file();
    return edit_managed_file(places, ManagedFile::ModulesLoad,
                             [&](const Configured &now, ManagedText &text) -> Result<void> {
                                 for (const auto &name : wanted) {
                                     auto lines = now.enabled.of(name);
                                     for (const auto &line : lines)
                                         if (line.origin.file != own)
                                             return not_ours(line.origin, name, "enables");
                                     if (lines.empty())
                                         text.note(fmt::format("module {} is not enabled", name));
                                 }
                                 text.remove_modules([&](const std::string &name) {
                                     return std::find(wanted.begin(), wanted.end(), name) !=
                                            wanted.end();
                                 });
                                 return {};
                             });
}

Result<Changes> mask(const ConfigurationPlaces &places, const std::vector<std::string> &names,
                     bool force) {
    auto wanted = TRY(names_for(places, names, force));
    return edit_managed_file(places, ManagedFile::Modprobe,
                             [&](const Configured &now, ManagedText &text) -> Result<void> {
                                 for (const auto &name : wanted)
                                     TRY(mask_one(places, now, name, text));
                                 text.expect([&](const auto &then) {
                                     return check_masked(then, wanted, places.own_modprobe_file());
                                 });
                                 return {};
                             });
}

Result<Changes> unmask(const ConfigurationPlaces &places, const std::vector<std::string> &names) {
    auto wanted = TRY(checked_names(names));
    return edit_managed_file(places, ManagedFile::Modprobe,
                             [&](const Configured &now, ManagedText &text) -> Result<void> {
                                 return unmask_all(places, now, wanted, text);
                             });
}

} // namespace mk
