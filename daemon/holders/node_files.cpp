// SPDX-License-Identifier: GPL-2.0-only
// Open files of device nodes whose operations belong to the kernel or to another module, which
// holds the driver of the device for them: sound cards, SCSI devices, cameras, terminals.
#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

struct Number {
    bool block = false;
    unsigned major = 0;
    unsigned minor = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): what the default compares with is no pointer
    auto operator<=>(const Number &) const = default;
};
using Nodes = std::map<Number, std::string>; // with their names

// Subsystems that hold the driver of a device while one of its nodes is open. Others, such as
// input, let the device go away.
bool holds_drivers(const std::string &subsystem) {
    static constexpr std::array<std::string_view, 14> names = {
        "block", "bsg",         "drm",          "dvb",       "media", "mtd", "ptp",
        "rc",    "scsi_device", "scsi_generic", "scsi_tape", "sound", "tty", "video4linux"};
    return std::ranges::find(names, subsystem) != names.end();
}

std::string subsystem_of(const std::string &root, const DeviceNode &node) {
    const auto folder =
        path_in(root, (node.block ? "/sys/dev/block/" : "/sys/dev/char/") +
                          std::to_string(node.major) + ":" + std::to_string(node.minor));
    return link_name(folder + "/subsystem");
}

// With the driver, files whose operations are the module's own are known already.
Nodes nodes_to_find(const HolderSearch &search) {
    Nodes nodes;
    for (const auto &node : search.nodes)
        if (!search.driver || holds_drivers(subsystem_of(search.root, node)))
            nodes[{node.block, node.major, node.minor}] = node.name;
    return nodes;
}

class FileScan {
  public:
    FileScan(const HolderSearch &search, HolderList &list)
        : search_(search), list_(list), nodes_(nodes_to_find(search)) {
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
        const auto folder = folder_of(search_.root, pid) + "/fd";
        const auto names = entries(folder);
        if (!names) {
            denied_ += names.error().code == ErrorCode::NotAuthorized;
            return;
        }
        for (const auto &name : names.value()) {
            ++descriptors_;
            int fd = -1;
            std::from_chars(name.data(), name.data() + name.size(), fd);
            if (!known_.contains({pid, fd}))
                look_at(pid, fd, fmt::format("{}/{}", folder, name));
        }
    }

    // Whether an open file can be one of the nodes, by what its link says: in another root or
    // namespace a node has another path, which ends with the same name.
    bool may_be_node(const std::string &target) const {
        return target.starts_with("/dev/") || std::ranges::any_of(nodes_, [&](const auto &node) {
                   return target.ends_with("/dev/" + node.second);
               });
    }

    void look_at(std::uint32_t pid, int fd, const std::string &link) {
        const auto target = link_target(link);
        if (!target || !may_be_node(*target))
            return;
        const auto number = number_of(link, *target);
        const auto node = number ? nodes_.find(*number) : nodes_.end();
        if (node == nodes_.end() || list_.holders.size() >= HolderSearch::holders_max)
            return;
        Holder holder;
        holder.kind = HolderKind::File;
        holder.what = "/dev/" + node->second;
        holder.fd = fd;
        add_process(holder, search_.root, pid);
        // A terminal is held once, however often it is open.
        const bool is_first = counted_.insert(*number).second;
        holder.references = is_first || !is_terminal(*number);
        list_.holders.push_back(std::move(holder));
    }

    // Without asking a file system that is elsewhere: a device's node is there at once.
    std::optional<Number> number_of(const std::string &link, const std::string &target) const {
        if (!search_.root.empty()) { // links of a test lead nowhere: by the name
            for (const auto &[number, name] : nodes_)
                if (target == "/dev/" + name)
                    return number;
            return std::nullopt;
        }
        struct statx status {};
        constexpr int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
        if (statx(AT_FDCWD, link.c_str(), flags, STATX_TYPE, &status) != 0 ||
            (!S_ISCHR(status.stx_mode) && !S_ISBLK(status.stx_mode)))
            return std::nullopt;
        return Number{S_ISBLK(status.stx_mode) != 0, status.stx_rdev_major, status.stx_rdev_minor};
    }

    bool is_terminal(const Number &number) const {
        const auto node = nodes_.find(number);
        return !number.block && node != nodes_.end() && node->second.starts_with("tty");
    }

    const HolderSearch &search_;
    HolderList &list_;
    Nodes nodes_;
    std::set<std::pair<std::uint32_t, int>> known_;
    std::set<Number> counted_;
    std::size_t descriptors_ = 0;
    std::size_t denied_ = 0;
};

} // namespace

void find_node_files(const HolderSearch &search, HolderList &list) {
    // To go through all open files takes long.
    if (search.driver && list.explained() >= list.references)
        return;
    FileScan(search, list).run();
}

} // namespace mk
