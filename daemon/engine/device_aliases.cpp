// SPDX-License-Identifier: GPL-2.0-only
#include "engine/device_aliases.hpp"

#include <filesystem>
#include <map>
#include <system_error>

#include "engine/module_name.hpp"
#include "engine/text_file.hpp"

namespace mk::engine {

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

} // namespace

std::vector<MatchingDevice> devices_of(Catalog &catalog, const std::string &name,
                                       const std::string &root) {
    std::vector<MatchingDevice> devices;
    std::map<std::string, bool> looked_up;
    std::error_code error;
    // Links are not followed: every device is there once.
    fs::recursive_directory_iterator it(root + "/sys/devices",
                                        fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && it != end; it.increment(error)) {
        if (it->path().filename() != "modalias")
            continue;
        const std::string alias = read_line(it->path().string());
        if (alias.empty() || alias.size() > alias_max)
            continue;
        auto known = looked_up.find(alias);
        if (known == looked_up.end())
            known = looked_up.emplace(alias, leads_to(catalog, alias, name)).first;
        if (known->second)
            devices.push_back({it->path().parent_path().string().substr(root.size()), alias});
    }
    return devices;
}

} // namespace mk::engine
