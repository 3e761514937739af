// SPDX-License-Identifier: GPL-2.0-only
// What was set up in configfs, each folder of which holds the module of its subsystem.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/folder.hpp"
#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

std::string module_of(const std::string &subsystem) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> others = {
        {{"nullb", "null_blk"}, {"usb_gadget", "libcomposite"}}};
    for (const auto &[name, module] : others)
        if (name == subsystem)
            return std::string(module);
    return canonical_name(subsystem);
}

// The subsystem and the sort of item are of the same module.
constexpr std::uint32_t references_each = 2;

} // namespace

void find_settings(const HolderSearch &search, HolderList &list) {
    const std::string root = "/sys/kernel/config";
    for (const auto &subsystem : readable_entries(path_in(search.root, root))) {
        if (module_of(subsystem) != search.module.name)
            continue;
        const auto folder = fmt::format("{}/{}", root, subsystem);
        for (const auto &item : readable_entries(path_in(search.root, folder))) {
            auto path = fmt::format("{}/{}", folder, item);
            // files are attributes of the subsystem itself
            if (!entries(path_in(search.root, path)))
                continue;
            Holder holder;
            holder.kind = HolderKind::Setting;
            holder.what = std::move(path);
            holder.references = references_each;
            holder.remedy = "rmdir " + shell_word(holder.what);
            list.holders.push_back(std::move(holder));
        }
    }
}

} // namespace mk
