// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/modalias.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "base/folder.hpp"
#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

namespace fs = std::filesystem;

bool leads_to(Catalog &catalog, const std::string &alias, const std::string &name) {
    kmod_list *raw = nullptr;
    if (kmod_module_new_from_lookup(&catalog.context(), alias.c_str(), &raw) < 0)
        return false;
    bool found = false;
    kmod_list *entry;
    kmod_list_foreach(entry, raw) {
        KmodModule module(kmod_module_get_module(entry));
        found = found || canonical_name(kmod_module_get_name(module.get())) == name;
    }
    kmod_module_unref_list(raw);
    return found;
}

// Below /sys/devices, each device once: links are not followed. A device that disappears removes
// only its own directory from the search.
std::vector<std::string> modalias_files(const std::string &root) {
    std::vector<std::string> files;
    std::vector<std::string> folders{"/sys/devices"};
    while (!folders.empty()) {
        const fs::path folder = std::move(folders.back());
        folders.pop_back();
        const fs::path real = path_in(root, folder.native());
        for (const auto &name : readable_entries(real.native())) {
            std::error_code gone;
            const auto kind = fs::symlink_status(real / name, gone).type();
            if (kind == fs::file_type::directory)
                folders.push_back((folder / name).native());
            else if (name == "modalias")
                files.push_back((folder / name).native());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

std::vector<MatchingDevice> devices_of(Catalog &catalog, const std::string &name,
                                       const std::string &root) {
    std::vector<MatchingDevice> devices;
    std::map<std::string, bool> looked_up;
    for (const auto &path : modalias_files(root)) {
        const std::string alias = read_line(path_in(root, path));
        if (alias.empty() || alias.size() > alias_max)
            continue;
        auto known = looked_up.find(alias);
        if (known == looked_up.end())
            known = looked_up.emplace(alias, leads_to(catalog, alias, name)).first;
        if (known->second)
            devices.push_back({path.substr(0, path.rfind('/')), alias});
    }
    return devices;
}

} // namespace mk
