// SPDX-License-Identifier: GPL-2.0-only
#include "holders/remedies.hpp"

#include <algorithm>
#include <map>

#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/process_end.hpp"

namespace mk {

namespace {

class Remedies {
  public:
    explicit Remedies(const HolderSearch &search) : search_(search) {}

    std::string of(const Holder &holder) {
        switch (holder.kind) {
        case HolderKind::Module:
            return "modkeeper unload " + holder.what;
        case HolderKind::File:
        case HolderKind::Mapping:
        case HolderKind::Socket:
        case HolderKind::Directory:
        case HolderKind::Bpf:
            return holder.pid == 0 ? "" : end_of(holder.pid);
        case HolderKind::Swap:
            return "swapoff " + shell_word(holder.what);
        case HolderKind::Loop:
            return clears_itself(holder.what) ? "" : "losetup -d " + shell_word(holder.what);
        case HolderKind::Livepatch:
            return "echo 0 > " + holder.what + "/enabled";
        case HolderKind::Console:
            return "echo 0 > /sys/class/vtconsole/" + holder.what + "/bind";
        default:
            return {};
        }
    }

  private:
    // A loop device that mount set up goes with its last user.
    bool clears_itself(const std::string &path) const {
        const auto name = path.substr(path.rfind('/') + 1);
        return read_line(path_in(search_.root, "/sys/block/" + name + "/loop/autoclear")) == "1";
    }

    // A process may have many files; there may be many processes.
    std::string end_of(std::uint32_t pid) {
        const auto known = ends_.find(pid);
        if (known != ends_.end())
            return known->second;
        if (ends_.size() > 2 * remedies_max)
            return {};
        return ends_[pid] = end_of_process(search_.root, pid);
    }

    const HolderSearch &search_;
    std::map<std::uint32_t, std::string> ends_;
};

} // namespace

void add_remedies(const HolderSearch &search, HolderList &list) {
    Remedies remedies(search);
    for (auto &holder : list.holders)
        if (holder.remedy.empty() && holder.is_likely)
            holder.remedy = remedies.of(holder);
    // Names that somebody chose may have anything in them: nobody is to type what cannot be seen.
    for (auto &holder : list.holders)
        if (!std::ranges::all_of(holder.remedy, [](char c) { return c >= ' ' && c <= '~'; }))
            holder.remedy.clear();
}

std::string end_of_table(const std::string &disk) {
    return "dmsetup clear " + operand_word(disk);
}

std::string end_of_disk(const std::string &root, const std::string &disk) {
    const auto folder = path_in(root, "/sys/block/" + disk);
    if (const auto name = read_line(folder + "/dm/name"); !name.empty())
        return "dmsetup remove " + operand_word(name);
    if (read_value(folder + "/md/level"))
        return "mdadm --stop /dev/" + disk;
    if (read_value(folder + "/loop/backing_file"))
        return "losetup -d /dev/" + disk;
    if (disk.starts_with("bcache"))
        return "echo 1 > /sys/block/" + disk + "/bcache/stop";
    return {};
}

} // namespace mk
