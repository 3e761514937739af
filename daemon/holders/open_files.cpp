// SPDX-License-Identifier: GPL-2.0-only
// Open files, sockets and mappings, of which the driver knows whose code is behind them.
#include <unistd.h>

#include <set>
#include <tuple>

#include "holders/open_file_set.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

using FileId = std::tuple<driver::DeviceNumber, std::uint64_t>;

FileId id_of(const driver::Holder &file) {
    return {file.file_system, file.inode};
}

} // namespace

void find_open_files(const HolderSearch &search, HolderList &list) {
    if (!search.driver)
        return;
    const auto own_pid = static_cast<std::uint32_t>(getpid());
    OpenFileSet<FileId> open(search.root.empty());
    std::set<std::pair<std::uint32_t, FileId>> open_in; // by process
    for (const auto &file : search.driver->all) {
        // what this process inherited goes when it ends
        if (file.kind != driver::Holder::Kind::File || file.process == own_pid)
            continue;
        const bool is_socket = file.name.starts_with("socket:");
        auto holder =
            holder_of_file(search.root, file, is_socket ? HolderKind::Socket : HolderKind::File);
        holder.references = open.is_new(id_of(file), {file.process, file.fd}) ? file.references : 0;
        open_in.emplace(file.process, id_of(file));
        if (list.holders.size() < HolderSearch::holders_max)
            list.holders.push_back(std::move(holder));
    }
    std::set<FileId> mapped;
    for (const auto &file : search.driver->all) {
        if (file.kind != driver::Holder::Kind::Mapping ||
            !open_in.emplace(file.process, id_of(file)).second)
            continue;
        auto holder = holder_of_file(search.root, file, HolderKind::Mapping);
        const bool is_counted = !open.has(id_of(file)) && mapped.insert(id_of(file)).second;
        holder.references = is_counted ? file.references : 0;
        if (list.holders.size() < HolderSearch::holders_max)
            list.holders.push_back(std::move(holder));
    }
    if (list.holders.size() == HolderSearch::holders_max)
        list.unchecked.emplace_back("there are more holders than these");
}

} // namespace mk
