// SPDX-License-Identifier: GPL-2.0-only
// Drift of the initramfs: its modules and modprobe.d are copies from the day when it was built, and
// are compared with the files on disk.
#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "base/folder.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "config/drift.hpp"
#include "config/initramfs.hpp"
#include "config/initramfs_image.hpp"
#include "elf/build_id.hpp"
#include "elf/decompress.hpp"

namespace mk {

namespace {

constexpr std::string_view configuration_folder = "etc/modprobe.d/";

bool is_configuration(std::string_view name) {
    return name.starts_with(configuration_folder) && name.ends_with(".conf");
}

struct Comparison {
    const ConfigurationPlaces &places;
    std::string image;
    std::string remedy;
    Drift &drift;

    void differs(DriftKind kind, const ModuleName &module, const std::string &subject,
                 std::string on_disk, std::string inside) const {
        drift.items.push_back({kind,
                               module,
                               {subject, true},
                               {std::move(on_disk), true},
                               {std::move(inside), true},
                               image,
                               {remedy, true}});
    }

    void compare_module(const InitramfsFile &file) const {
        const auto path = places.root + "/" + std::string(without_usr(file.name));
        const auto name = ModuleName::of_file(file.name);
        auto on_disk = read_unpacked(path);
        if (!on_disk)
            return on_disk.error().code == ErrorCode::NotFound
                       ? differs(DriftKind::InitramfsModule, name, path, "no file", "a file")
                       : drift.unchecked.push_back(on_disk.error().message);
        auto inside = unpack(file.bytes);
        if (!inside)
            return drift.unchecked.push_back(
                fmt::format("{} in {}: {}", file.name, image, inside.error().message));
        if (on_disk.value() == inside.value())
            return;
        const auto disk = identity_of_file(std::move(on_disk.value()));
        const auto copy = identity_of_file(std::move(inside.value()));
        // Removing debug information or a signature does not change the build.
        if (disk.build_id.empty() || copy.build_id.empty())
            differs(DriftKind::InitramfsModule, name, path, "its bytes", "other bytes");
        else if (of_two_builds(disk, copy))
            differs(DriftKind::InitramfsModule, name, path, disk.text(), copy.text());
    }

    void compare_configuration(const InitramfsFile &file) const {
        const auto path = places.root + "/" + file.name;
        const auto on_disk = read_text(path);
        std::error_code failed;
        if (!std::filesystem::exists(path, failed))
            differs(DriftKind::InitramfsConfiguration, {}, path, "no file", "a file");
        else if (!on_disk)
            drift.unchecked.push_back(fmt::format("{}: it cannot be read", path));
        else if (*on_disk != file.bytes)
            differs(DriftKind::InitramfsConfiguration, {}, path, "its lines", "other lines");
    }

    void find_missing(const std::set<std::string> &inside) const {
        const auto folder = places.root + "/" + std::string(configuration_folder);
        for (const auto &entry : readable_entries(folder)) {
            std::error_code failed;
            auto name = std::string(configuration_folder) + entry;
            if (is_configuration(name) &&
                std::filesystem::is_regular_file(folder + entry, failed) && !inside.contains(name))
                differs(DriftKind::InitramfsConfiguration, {}, folder + entry, "a file", "no file");
        }
    }
};

} // namespace

void find_initramfs_drift(const ConfigurationPlaces &places, Drift &drift) {
    const auto release = places.release();
    const auto found = read_initramfs_image(places.root, release);
    if (!found)
        return drift.unchecked.push_back(found.error().message);
    const auto &image = found.value().path;
    auto files = read_initramfs(found.value().bytes, [](auto name) {
        return is_module_in_initramfs(name) || is_configuration(name);
    });
    if (!files)
        return drift.unchecked.push_back(fmt::format("{}: {}", image, files.error().message));
    const Comparison comparison{places, image, "update-initramfs -u -k " + release, drift};
    std::set<std::string> configuration;
    for (const auto &file : files.value()) {
        if (is_configuration(file.name)) {
            comparison.compare_configuration(file);
            configuration.insert(file.name);
        } else if (without_usr(file.name).starts_with("lib/modules/" + release + "/")) {
            comparison.compare_module(file);
        }
    }
    // An initramfs without any reads no modprobe.d at all, and misses nothing.
    if (!configuration.empty())
        comparison.find_missing(configuration);
}

} // namespace mk
