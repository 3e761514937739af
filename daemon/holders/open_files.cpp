// SPDX-License-Identifier: GPL-2.0-only
// Open files, sockets and mappings, of which the driver knows whose code is behind them.
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "base/folder.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

using FileId = std::tuple<driver::DeviceNumber, std::uint64_t>;

FileId id_of(const driver::Holder &file) {
    return {file.file_system, file.inode};
}

// Descriptors that were duplicated or inherited are one open file for the kernel.
bool are_one_file(const driver::Holder &one, const driver::Holder &other) {
    return syscall(SYS_kcmp, one.process, other.process, KCMP_FILE, one.fd, other.fd) == 0;
}

// Tells which of many descriptors is the first of its open file.
class OpenFiles {
  public:
    explicit OpenFiles(bool is_this_machine) : is_this_machine_(is_this_machine) {}

    bool is_new(const driver::Holder &file) {
        // Of one inode; to compare more with each other would take too long.
        constexpr std::size_t compared_max = 64;
        auto &files = files_[id_of(file)];
        if (is_this_machine_ && files.size() <= compared_max &&
            std::ranges::any_of(files, [&](const auto *one) { return are_one_file(*one, file); }))
            return false;
        files.push_back(&file);
        return true;
    }
    bool has(const FileId &id) const { return files_.contains(id); }

  private:
    bool is_this_machine_;
    std::map<FileId, std::vector<const driver::Holder *>> files_;
};

Holder holder_of(const HolderSearch &search, const driver::Holder &file, HolderKind kind) {
    Holder holder;
    holder.kind = kind;
    holder.what = file.name.empty() ? "a file with a long path" : file.name;
    holder.fd = file.fd;
    holder.command = file.comm;
    add_process(holder, search.root, file.process);
    // Another process may have the number by now: its user is told only of what it has open itself.
    const auto link = folder_of(search.root, file.process) + "/fd/" + std::to_string(file.fd);
    if (link_target(link) != holder.what)
        holder.user.reset();
    return holder;
}

} // namespace

void find_open_files(const HolderSearch &search, HolderList &list) {
    if (!search.driver)
        return;
    OpenFiles open(search.root.empty());
    std::set<std::pair<std::uint32_t, FileId>> open_in; // by process
    for (const auto &file : search.driver->all) {
        if (file.kind != driver::Holder::Kind::File)
            continue;
        const bool is_socket = file.name.starts_with("socket:");
        auto holder = holder_of(search, file, is_socket ? HolderKind::Socket : HolderKind::File);
        holder.references = open.is_new(file) ? file.references : 0;
        open_in.emplace(file.process, id_of(file));
        if (list.holders.size() < HolderSearch::holders_max)
            list.holders.push_back(std::move(holder));
    }
    std::set<FileId> mapped;
    for (const auto &file : search.driver->all) {
        if (file.kind != driver::Holder::Kind::Mapping ||
            !open_in.emplace(file.process, id_of(file)).second)
            continue;
        auto holder = holder_of(search, file, HolderKind::Mapping);
        const bool is_counted = !open.has(id_of(file)) && mapped.insert(id_of(file)).second;
        holder.references = is_counted ? file.references : 0;
        if (list.holders.size() < HolderSearch::holders_max)
            list.holders.push_back(std::move(holder));
    }
    if (list.holders.size() == HolderSearch::holders_max)
        list.unchecked.emplace_back("there are more holders than these");
}

} // namespace mk
