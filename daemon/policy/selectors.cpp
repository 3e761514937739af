// SPDX-License-Identifier: GPL-2.0-only
#include "policy/selectors.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "base/pattern.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "config/initramfs_image.hpp"
#include "config/initramfs_tree.hpp"
#include "kmod/catalog.hpp"
#include "kmod/dependencies.hpp"
#include "kmod/modalias.hpp"
#include "kmod/modules_load.hpp"
#include "policy/rule_text.hpp"
#include "system/mounts.hpp"

namespace mk::policy {

namespace {

using Names = std::set<ModuleName>;

// The modules of one kernel. What is asked for more than once is read once.
class Kernel {
  public:
    Kernel(Catalog &catalog, const ConfigurationPlaces &places,
           const std::vector<std::string> &more_devices, const std::string &image_tree)
        : catalog_(catalog), places_(places), more_devices_(more_devices), image_tree_(image_tree),
          needs_(catalog, LoadedModules::none()) {}

    // Nothing: it cannot be told, and @why says why.
    std::optional<Names> chosen_by(const Pattern &pattern, std::string &why) {
        switch (pattern.kind) {
        case Pattern::Kind::Name:
        case Pattern::Kind::Set:
            return std::nullopt;
        case Pattern::Kind::Alias:
            return of_alias(pattern.text);
        case Pattern::Kind::File:
            return of_file(pattern.text);
        case Pattern::Kind::Devices:
            return once(devices_, [&] { return of_devices(); });
        case Pattern::Kind::Boot:
            return once(boot_, [&] { return of_boot(); });
        case Pattern::Kind::Initramfs:
            break;
        }
        auto names = of_initramfs();
        if (names)
            return names.take();
        why = names.error().message;
        return std::nullopt;
    }

    Result<Names> of_initramfs() {
        Names names;
        if (image_tree_.empty()) {
            const auto found = TRY(modules_in_initramfs(places_.root, places_.release()));
            return Names(found.begin(), found.end());
        }
        const auto found = TRY(modules_in_tree(image_tree_, places_.release()));
        for (const auto &module : found)
            names.insert(module.name);
        return names;
    }

    // Names that a pattern of names fits, of modules that have a file.
    Names of_glob(const std::string &glob) {
        Names found;
        for (const auto &name : all())
            if (fits(glob, name))
                found.insert(name);
        return found;
    }

    // @names, and all that they need, may need, or have loaded before or after them.
    Names with_needs(const Names &names) {
        Names found;
        ModuleNames open(names.begin(), names.end());
        while (!open.empty()) {
            auto name = std::move(open.back());
            open.pop_back();
            if (!found.insert(name).second)
                continue;
            for (const auto &edge : needs_.direct(name))
                open.push_back(edge.name);
        }
        return found;
    }

  private:
    template <typename Find> const Names &once(std::optional<Names> &known, Find find) {
        if (!known)
            known = find();
        return *known;
    }

    const ModuleNames &all() {
        if (!all_)
            all_ = catalog_.names();
        return *all_;
    }

    void add_resolved(const std::string &name_or_alias, Names &names) {
        if (!catalog_.knows(name_or_alias))
            return;
        if (const auto found = catalog_.resolve_names(name_or_alias))
            for (const auto &name : found.value())
                names.insert(name);
    }

    Names of_alias(const std::string &glob) {
        const auto wanted = canonical_pattern(glob).value_or(glob);
        Names names;
        for (const auto &[alias, module] : catalog_.index_aliases())
            if (fits(wanted, alias))
                names.insert(module);
        // a whole alias, which the patterns of the index fit
        if (!is_pattern(glob))
            add_resolved(glob, names);
        return names;
    }

    Names of_file(const std::string &glob) {
        Names names;
        const auto folder = catalog_.module_dir() + "/";
        for (const auto &name : all()) {
            const auto path = catalog_.path_of(name);
            if (path.starts_with(folder) && fits(glob, path.substr(folder.size())))
                names.insert(name);
        }
        return names;
    }

    Names of_devices() {
        Names names;
        std::set<std::string> seen;
        for (const auto &device : devices_with_modalias(places_.root))
            if (seen.insert(device.modalias).second)
                add_resolved(device.modalias, names);
        for (const auto &modalias : more_devices_)
            if (seen.insert(modalias).second)
                add_resolved(modalias, names);
        return names;
    }

    // What systemd-modules-load loads, and the file systems that are mounted or will be.
    Names of_boot() {
        Names names;
        for (const auto &module : EnabledModules::read(places_).modules)
            add_resolved(module.name, names);
        std::set<std::string> types;
        for (const auto &mount : read_mounts(path_in(places_.root, "/proc/self/mountinfo")))
            types.insert(mount.type);
        const auto table = read_text(path_in(places_.root, "/etc/fstab")).value_or("");
        for (const auto line : split(table, "\n"))
            if (const auto fields = split(line, " \t"); fields.size() > 2 && !line.starts_with('#'))
                types.insert(std::string(fields[2]));
        for (const auto &type : types)
            add_resolved("fs-" + type, names);
        return names;
    }

    Catalog &catalog_;
    const ConfigurationPlaces &places_;
    const std::vector<std::string> &more_devices_;
    const std::string &image_tree_;
    Dependencies needs_;
    std::optional<ModuleNames> all_;
    std::optional<Names> devices_;
    std::optional<Names> boot_;
};

class Resolution {
  public:
    Resolution(Kernel &kernel, std::string release, Findings &findings)
        : kernel_(kernel), release_(std::move(release)), findings_(findings) {}

    void resolve(Rule &rule) {
        rule.except = resolved(rule.except, false);
        const bool closes =
            rule.verdict == Verdict::Allow && rule.gate == Gate::Load && !rule.is_alone;
        rule.what = resolved(rule.what, closes);
    }

  private:
    std::vector<Pattern> resolved(const std::vector<Pattern> &patterns, bool closes) {
        std::vector<Pattern> result;
        std::set<std::string> present; // of result
        for (const auto &pattern : patterns) {
            Names chosen;
            if (pattern.kind == Pattern::Kind::Name) {
                if (present.insert(pattern.text).second)
                    result.push_back(pattern);
                if (closes && pattern.text != "*")
                    chosen = is_pattern(pattern.text) ? kernel_.of_glob(pattern.text)
                                                      : Names{ModuleName(pattern.text)};
            } else {
                chosen = chosen_by(pattern);
            }
            if (closes)
                chosen = kernel_.with_needs(chosen);
            for (const auto &name : chosen)
                if (present.insert(name).second)
                    result.push_back({Pattern::Kind::Name, name, pattern.place});
        }
        return result;
    }

    Names chosen_by(const Pattern &pattern) {
        std::string why;
        auto chosen = kernel_.chosen_by(pattern, why);
        if (chosen && !chosen->empty())
            return std::move(*chosen);
        findings_.push_back(warning_at(
            pattern.place,
            why.empty()
                ? fmt::format("{} chooses no module of kernel {}", text_of(pattern), release_)
                : fmt::format("{} chooses nothing: {}", text_of(pattern), why)));
        return {};
    }

    Kernel &kernel_;
    std::string release_;
    Findings &findings_;
};

} // namespace

void resolve_selectors(Policy &policy, const ConfigurationPlaces &places, Findings &findings,
                       const std::vector<std::string> &more_devices,
                       const std::string &image_tree) {
    auto catalog = Catalog::create(places.catalog());
    if (!catalog) {
        findings.push_back(error_at({}, catalog.error().message));
        return;
    }
    Kernel kernel(catalog.value(), places, more_devices, image_tree);
    Resolution resolution(kernel, places.release(), findings);
    for (auto &rule : policy.rules)
        if (!rule.is_default && rule.gate == Gate::Load)
            resolution.resolve(rule);
}

} // namespace mk::policy
