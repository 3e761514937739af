// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/modalias.hpp"

#include <fmt/core.h>
#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/folder.hpp"
#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

bool leads_to(Catalog &catalog, const std::string &alias, const ModuleName &name) {
    kmod_list *raw = nullptr;
    if (kmod_module_new_from_lookup(&catalog.context(), alias.c_str(), &raw) < 0)
        return false;
    bool found = false;
    kmod_list *entry;
    kmod_list_foreach(entry, raw) {
        KmodModule module(kmod_module_get_module(entry));
        found = found || name == kmod_module_get_name(module.get());
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
        const auto folder = std::move(folders.back());
        folders.pop_back();
        const auto contents = readable_contents(path_in(root, folder));
        for (const auto &name : contents.folders)
            folders.push_back(fmt::format("{}/{}", folder, name));
        if (std::ranges::binary_search(contents.others, "modalias"))
            files.push_back(folder + "/modalias");
    }
    std::sort(files.begin(), files.end());
    return files;
}

// @fits is asked once of each modalias.
template <typename Fits>
std::vector<MatchingDevice> devices_that(const std::string &root, Fits fits) {
    std::vector<MatchingDevice> devices;
    std::map<std::string, bool> asked;
    for (const auto &path : modalias_files(root)) {
        const std::string alias = read_line(path_in(root, path));
        if (alias.empty() || alias.size() > alias_max)
            continue;
        auto known = asked.find(alias);
        if (known == asked.end())
            known = asked.emplace(alias, fits(alias)).first;
        if (known->second)
            devices.push_back({path.substr(0, path.rfind('/')), alias});
    }
    return devices;
}

} // namespace

std::vector<MatchingDevice> devices_of(Catalog &catalog, const ModuleName &name,
                                       const std::string &root) {
    return devices_that(root, [&](const auto &alias) { return leads_to(catalog, alias, name); });
}

std::vector<MatchingDevice> devices_with_modalias(const std::string &root) {
    return devices_that(root, [](const auto &) { return true; });
}

std::vector<MatchingDevice> devices_matching(const std::vector<std::string> &aliases,
                                             const std::string &root) {
    return devices_that(root, [&](const auto &device) {
        return std::any_of(aliases.begin(), aliases.end(), [&](const auto &alias) {
            return fnmatch(alias.c_str(), device.c_str(), 0) == 0;
        });
    });
}

} // namespace mk
