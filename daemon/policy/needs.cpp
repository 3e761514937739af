// SPDX-License-Identifier: GPL-2.0-only
#include "policy/needs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "base/folder.hpp"
#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "config/initramfs_image.hpp"
#include "kmod/dependencies.hpp"
#include "kmod/modalias.hpp"
#include "kmod/modules_load.hpp"
#include "system/loaded_modules.hpp"
#include "system/mounts.hpp"

namespace mk::policy {

namespace {

namespace fs = std::filesystem;
using Kind = NeededModule::Kind;

class Needs {
  public:
    Needs(Catalog &catalog, const ConfigurationPlaces &places)
        : catalog_(catalog), root_(places.root), needs_(catalog, LoadedModules::none()) {}

    // A name or an alias of the kernel.
    void add(const std::string &name_or_alias, Kind kind, const std::string &why) {
        if (!catalog_.knows(name_or_alias))
            return;
        if (const auto names = catalog_.resolve_names(name_or_alias))
            for (const auto &name : names.value())
                add_module(name, kind, why);
    }

    // The disks of the file system that is mounted at @mount, down to their buses.
    void add_disk(const Mount &mount) {
        const auto why = fmt::format("what {} lies on asks for it", mount.point);
        add("fs-" + mount.type, Kind::Boot,
            fmt::format("{} is of type {}", mount.point, mount.type));
        std::set<std::string> seen;
        add_block_device(path_in(root_, "/sys/dev/block/" + mount.device), why, seen);
    }

    std::vector<NeededModule> take() { return std::move(found_); }

  private:
    void add_module(const ModuleName &name, Kind kind, const std::string &why) {
        auto path = catalog_.path_of(name);
        if (path.empty() || !known_.insert(name).second)
            return;
        found_.push_back({name, std::move(path), kind, why});
        for (const auto &edge : needs_.direct(name))
            if (edge.need == Need::Hard)
                add_module(edge.name, kind, fmt::format("{} needs it: {}", name, why));
    }

    void add_block_device(const std::string &link, const std::string &why,
                          std::set<std::string> &seen) {
        std::error_code failed;
        const auto path = fs::canonical(link, failed);
        if (failed || !seen.insert(path.string()).second)
            return;
        const auto uuid = read_line(path / "dm/uuid");
        if (!uuid.empty())
            add(uuid.starts_with("CRYPT-") ? "dm_crypt" : "dm_mod", Kind::Boot, why);
        if (const auto level = read_line(path / "md/level"); !level.empty())
            add("md-" + level, Kind::Boot, why);
        for (const auto &below : readable_entries(path / "slaves"))
            add_block_device(path / "slaves" / below, why, seen);
        const auto devices = fs::canonical(path_in(root_, "/sys/devices"), failed);
        for (auto at = path; at != devices && at.has_relative_path(); at = at.parent_path()) {
            if (const auto alias = read_line(at / "modalias"); !alias.empty())
                add(alias, Kind::Boot, why);
            if (const auto module = link_name(at / "driver/module"); !module.empty())
                add(module, Kind::Boot, why);
        }
    }

    Catalog &catalog_;
    std::string root_;
    Dependencies needs_;
    std::set<ModuleName> known_;
    std::vector<NeededModule> found_;
};

} // namespace

std::string_view word_of(NeededModule::Kind kind) {
    switch (kind) {
    case Kind::Boot:
        return "boot";
    case Kind::Device:
        return "device";
    case Kind::Configured:
        break;
    }
    return "configured";
}

std::vector<NeededModule> needed_modules(Catalog &catalog, const ConfigurationPlaces &places) {
    Needs needs(catalog, places);
    for (const auto &mount : read_mounts(path_in(places.root, "/proc/self/mountinfo")))
        if (mount.point == "/" || mount.point == "/boot" || mount.point == "/usr")
            needs.add_disk(mount);
    // most initramfs have drivers of many machines
    const auto loaded = LoadedModules(places.root);
    if (const auto names = modules_in_initramfs(places.root, places.release()))
        for (const auto &name : names.value())
            if (is_in_kernel(loaded.state(name)))
                needs.add(name, Kind::Boot, "the initramfs has it, and it is loaded now");
    for (const auto &device : devices_with_modalias(places.root))
        needs.add(device.modalias, Kind::Device, fmt::format("{} asks for it", device.path));
    for (const auto &module : EnabledModules::read(places).modules)
        needs.add(module.name, Kind::Configured, fmt::format("{} names it", module.origin.text()));
    return needs.take();
}

} // namespace mk::policy
