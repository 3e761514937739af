// SPDX-License-Identifier: GPL-2.0-only
// Swap and loop devices over files of file systems that hold the module: these cannot be unmounted
// before that ends.
#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"
#include "system/mounts.hpp"

namespace mk {

namespace {

class StoredScan {
  public:
    StoredScan(const HolderSearch &search, const HolderList &list)
        : search_(search), list_(list),
          mounts_(read_mounts(path_in(search.root, "/proc/self") + "/mountinfo")) {}

    std::vector<Holder> run() {
        // "Filename Type Size Used Priority"; blanks in names are \040
        const auto text = read_text(at("/proc/swaps")).value_or("");
        for (const auto line : split(text, "\n"))
            if (const auto words = split(line, " \t");
                words.size() > 1 && words[1] == "file" && is_on_ours(words[0]))
                add(HolderKind::Swap, std::string(words[0]), {});
        for (const auto &disk : readable_entries(at("/sys/block"))) {
            const auto file = read_line(at("/sys/block/" + disk + "/loop/backing_file"));
            if (file.starts_with("/dev/") || !is_on_ours(file))
                continue;
            add_mounts_of(disk);
            add(HolderKind::Loop, "/dev/" + disk, file);
        }
        return std::move(found_);
    }

  private:
    std::string at(const std::string &path) const { return path_in(search_.root, path); }

    // What is mounted where the file is, or next above it, is among the holders.
    bool is_on_ours(std::string_view file) const {
        const Mount *nearest = nullptr;
        for (const auto &mount : mounts_) {
            const bool is_above =
                file.starts_with(mount.point) &&
                (mount.point == "/" || file.substr(mount.point.size()).starts_with('/'));
            if (is_above && (!nearest || nearest->point.size() <= mount.point.size()))
                nearest = &mount;
        }
        return nearest && nearest->point != "/" &&
               std::ranges::any_of(list_.holders, [&](const Holder &holder) {
                   return holder.kind == HolderKind::Mount && holder.pid == 0 &&
                          holder.mount_point == nearest->point;
               });
    }

    void add(HolderKind kind, std::string what, const std::string &through) {
        Holder holder;
        holder.kind = kind;
        holder.what = std::move(what);
        holder.through = through;
        found_.push_back(std::move(holder));
    }

    void add_mounts_of(const std::string &disk) {
        const auto number = read_line(at("/sys/class/block/" + disk + "/dev"));
        for (const auto &mount : mounts_)
            if (!number.empty() && mount.device == number) {
                add(HolderKind::Mount, mount.type, "/dev/" + disk);
                found_.back().mount_point = mount.point;
                found_.back().remedy = "umount " + shell_word(mount.point);
            }
    }

    const HolderSearch &search_;
    const HolderList &list_;
    std::vector<Mount> mounts_;
    std::vector<Holder> found_;
};

} // namespace

void find_stored_files(const HolderSearch &search, HolderList &list) {
    const auto is_mount = [](const Holder &holder) { return holder.kind == HolderKind::Mount; };
    const auto first = std::ranges::find_if(list.holders, is_mount);
    if (first == list.holders.end())
        return;
    // what has to end first comes first
    auto found = StoredScan(search, list).run();
    list.holders.insert(first, std::make_move_iterator(found.begin()),
                        std::make_move_iterator(found.end()));
}

} // namespace mk
