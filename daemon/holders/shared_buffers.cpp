// SPDX-License-Identifier: GPL-2.0-only
// Buffers that a driver shares with others (dma-buf): each holds the module of the driver, also
// after the file of its device was closed.
#include <algorithm>

#include <fmt/format.h>

#include "base/foreign_text.hpp"
#include "base/text_file.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// Who made it, of the line "exp_name:\tvgem" of a descriptor.
std::string maker_in(const std::string &descriptor) {
    constexpr std::string_view key = "exp_name:\t";
    for (const auto line : split(descriptor, "\n"))
        if (line.starts_with(key))
            return std::string(line.substr(key.size()));
    return {};
}

// The core of graphics makes buffers for its drivers, and holds these.
bool is_maker(const HolderSearch &search, const std::string &name) {
    if (name == search.module.name)
        return true;
    const auto core = std::ranges::find(search.loaded, name, &LoadedModule::name);
    return name == "drm" && core != search.loaded.end() &&
           std::ranges::find(core->used_by, search.module.name) != core->used_by.end();
}

} // namespace

void find_shared_buffers(const HolderSearch &search, HolderList &list) {
    for (const auto &file : search.special) {
        if (list.explained() >= list.references || list.holders.size() >= HolderSearch::holders_max)
            return;
        if (!file.target.starts_with("/dmabuf:"))
            continue;
        const auto info = fmt::format("{}/fdinfo/{}", folder_of(search.root, file.pid), file.fd);
        const auto maker = maker_in(read_text(info).value_or(""));
        if (!is_maker(search, maker))
            continue;
        Holder holder;
        holder.kind = HolderKind::File;
        holder.what = file.target;
        holder.through = "a buffer of " + as_word(maker);
        holder.fd = file.fd;
        holder.references = 1;
        add_process(holder, search.root, file.pid);
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
