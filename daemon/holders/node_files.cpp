// SPDX-License-Identifier: GPL-2.0-only
// Open files of device nodes whose operations belong to the kernel or to another module, which
// holds the driver of the device for them: sound cards, SCSI devices, cameras, terminals.
#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/root_path.hpp"
#include "holders/open_file_set.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

using driver::DeviceId;

std::uint32_t own_pid() {
    return static_cast<std::uint32_t>(getpid());
}

// Files of nodes, wherever they were found.
class NodeFiles {
  public:
    NodeFiles(const HolderSearch &search, HolderList &list, const NodeNames &nodes)
        : search_(search), list_(list), nodes_(nodes), open_(search.root.empty()) {}

    // @fd: -1 if it is mapped.
    void add(const DeviceId &device, ProcessDescriptor descriptor) {
        const auto node = nodes_.find(device);
        if (node == nodes_.end() || descriptor.pid == own_pid() ||
            list_.holders.size() >= HolderSearch::holders_max)
            return;
        Holder holder;
        holder.kind = descriptor.fd < 0 ? HolderKind::Mapping : HolderKind::File;
        holder.what = "/dev/" + node->second;
        holder.fd = descriptor.fd;
        add_process(holder, search_.root, descriptor.pid);
        // A terminal is held once, however often it is open.
        const bool is_terminal = !device.block && node->second.starts_with("tty");
        const bool was_open = open_.has(device);
        if (descriptor.fd < 0)
            holder.references = !was_open && mapped_.insert(device).second;
        else
            holder.references = open_.is_new(device, descriptor) && !(is_terminal && was_open);
        list_.holders.push_back(std::move(holder));
    }

  private:
    const HolderSearch &search_;
    HolderList &list_;
    const NodeNames &nodes_;
    OpenFileSet<DeviceId> open_;
    std::set<DeviceId> mapped_;
};

// By the links of /proc.
class FileScan {
  public:
    FileScan(const HolderSearch &search, HolderList &list, const NodeNames &nodes)
        : search_(search), list_(list), nodes_(nodes), files_(search, list, nodes) {
        if (search.driver)
            for (const auto &file : search.driver->all)
                known_.emplace(file.process, file.fd);
    }

    void run() {
        if (nodes_.empty())
            return;
        const auto processes = processes_in(search_.root);
        for (const auto pid : processes.pids)
            look_into(pid);
        if (processes.cut || descriptors_ > HolderSearch::descriptors_max)
            list_.unchecked.emplace_back("some processes were left out: there are too many");
        if (denied_ > 0)
            list_.unchecked.emplace_back("files of other users' processes were not looked at");
    }

  private:
    void look_into(std::uint32_t pid) {
        if (descriptors_ > HolderSearch::descriptors_max)
            return;
        const auto failed =
            each_descriptor(search_.root, pid, [&](int fd, std::string_view target) {
                ++descriptors_;
                if (may_be_node(target) && !known_.contains({pid, fd}))
                    look_at(pid, fd, std::string(target));
            });
        denied_ += failed == EACCES || failed == EPERM;
    }

    // Whether an open file can be one of the nodes, by what its link says: in another root or
    // namespace a node has another path, which ends with the same name.
    bool may_be_node(std::string_view target) const {
        return target.starts_with("/dev/") || std::ranges::any_of(nodes_, [&](const auto &node) {
                   return target.ends_with("/dev/" + node.second);
               });
    }

    void look_at(std::uint32_t pid, int fd, const std::string &target) {
        const auto link = fmt::format("{}/fd/{}", folder_of(search_.root, pid), fd);
        if (const auto device = device_of(link, target))
            files_.add(*device, {pid, fd});
    }

    // Without asking a file system that is elsewhere: a device's node is there at once.
    std::optional<DeviceId> device_of(const std::string &link, const std::string &target) const {
        if (!search_.root.empty()) { // links of a test lead nowhere: by the name
            for (const auto &[device, name] : nodes_)
                if (target == "/dev/" + name)
                    return device;
            return std::nullopt;
        }
        struct statx status {};
        constexpr int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
        if (statx(AT_FDCWD, link.c_str(), flags, STATX_TYPE, &status) != 0 ||
            (!S_ISCHR(status.stx_mode) && !S_ISBLK(status.stx_mode)))
            return std::nullopt;
        return DeviceId{S_ISBLK(status.stx_mode) != 0,
                        {status.stx_rdev_major, status.stx_rdev_minor}};
    }

    const HolderSearch &search_;
    HolderList &list_;
    const NodeNames &nodes_;
    NodeFiles files_;
    std::set<std::pair<std::uint32_t, int>> known_;
    std::size_t descriptors_ = 0;
    std::size_t denied_ = 0;
};

// What the driver says. The files come before the mappings of their process.
void add_told(const HolderSearch &search, HolderList &list) {
    NodeFiles files(search, list, search.holding);
    for (const auto &file : search.driver->all) {
        if (file.kind != driver::Holder::Kind::Node)
            continue;
        const bool is_character = search.holding.contains({false, file.node});
        if (is_character || search.holding.contains({true, file.node}))
            files.add({!is_character, file.node}, {file.process, file.fd});
    }
}

// Files on file systems that are on the module's disks, which keep these from being unmounted. Not
// of a disk that half of the machine is on.
void add_stored(const HolderSearch &search, HolderList &list) {
    constexpr std::size_t most = 50;
    std::vector<Holder> holders;
    for (const auto &file : search.driver->all) {
        if (file.kind != driver::Holder::Kind::Node || file.process == own_pid() ||
            !search.holding.contains({true, file.file_system}))
            continue;
        auto holder =
            holder_of_file(search.root, file, file.fd < 0 ? HolderKind::Mapping : HolderKind::File);
        const auto is_same = [&](const Holder &known) {
            return known.pid == holder.pid && known.what == holder.what;
        };
        if (std::ranges::none_of(holders, is_same) && std::ranges::none_of(list.holders, is_same))
            holders.push_back(std::move(holder));
        if (holders.size() > most)
            return;
    }
    list.holders.insert(list.holders.end(), holders.begin(), holders.end());
}

} // namespace

void find_node_files(const HolderSearch &search, HolderList &list) {
    if (search.driver && search.driver->has_nodes)
        add_stored(search, list);
    if (search.driver && list.explained() >= list.references)
        return;
    if (search.driver && search.driver->has_nodes)
        return add_told(search, list);
    // To go through all links of /proc takes long. With the driver, files whose operations are the
    // module's own are known already.
    FileScan(search, list, search.driver ? search.holding : all_nodes(search.nodes)).run();
}

} // namespace mk
