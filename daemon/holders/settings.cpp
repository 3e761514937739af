// SPDX-License-Identifier: GPL-2.0-only
// What was set up in configfs: each folder that somebody made there holds the module of its
// subsystem, and that of its own sort. Folders that the kernel put below it hold nothing.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <initializer_list>
#include <utility>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

using Names = std::vector<std::string>; // of the folders on the way, that of the subsystem first

template <std::size_t size> using Table =
    std::array<std::pair<std::string_view, std::string_view>, size>;

template <std::size_t size> std::string found_in(const Table<size> &table, std::string_view name) {
    const auto found = std::ranges::find(table, name, &Table<size>::value_type::first);
    return found == table.end() ? std::string() : std::string(found->second);
}

std::string module_of_subsystem(const std::string &name) {
    static constexpr Table<3> others = {
        {{"nullb", "null_blk"}, {"target", "target_core_mod"}, {"usb_gadget", "libcomposite"}}};
    const auto other = found_in(others, name);
    return other.empty() ? name : other;
}

bool begins(const Names &path, std::initializer_list<std::string_view> names) {
    return path.size() >= names.size() && std::equal(names.begin(), names.end(), path.begin());
}

// Whether somebody made the folder, which is not that of a subsystem.
bool is_made(const Names &path) {
    const auto &above = path[path.size() - 2];
    if (begins(path, {"usb_gadget"}))
        return path.size() == 2 ||
               (path.size() % 2 == 0 &&
                (above == "functions" || above == "configs" || above == "strings"));
    if (begins(path, {"nvmet"})) // the kernel makes the first group of each port
        return path.size() % 2 == 1 && !(above == "ana_groups" && path.back() == "1");
    if (begins(path, {"target", "core"}))
        return path.size() > 2 && path.size() <= 4 && path[2] != "alua";
    if (begins(path, {"target"})) {
        const auto &name = path.back();
        return path.size() == 2 || (path.size() == 3 && name != "discovery_auth") ||
               (path.size() == 4 && name.starts_with("tpgt_")) ||
               (path.size() == 6 && (path[4] == "lun" || path[4] == "acls" || path[4] == "np"));
    }
    return path.size() == 2;
}

// Of the server of SCSI disks, by what stands in front of the last "_": "fileio_0".
std::string module_of_store(const std::string &folder) {
    static constexpr Table<4> modules = {{{"fileio", "target_core_file"},
                                          {"iblock", "target_core_iblock"},
                                          {"pscsi", "target_core_pscsi"},
                                          {"user", "target_core_user"}}};
    return found_in(modules, folder.substr(0, folder.rfind('_')));
}

std::string module_of_fabric(const std::string &name) {
    static constexpr Table<6> modules = {{{"fc", "tcm_fc"},
                                          {"iscsi", "iscsi_target_mod"},
                                          {"loopback", "tcm_loop"},
                                          {"srpt", "ib_srpt"},
                                          {"usb_gadget", "usb_f_tcm"},
                                          {"vhost", "vhost_scsi"}}};
    return found_in(modules, name);
}

// How many references to @module a folder has that somebody made.
std::uint32_t references_of(const Names &path, const ModuleName &module) {
    const auto subsystem = module_of_subsystem(path[0]);
    std::uint32_t references = subsystem == module;
    if (begins(path, {"target", "core"})) {
        // the second level is of the core, which also holds the store; the third is of the store
        references += path.size() == 3 && subsystem == module;
        return references + (module_of_store(path[2]) == module);
    }
    if (begins(path, {"target"}))
        return references + (module_of_fabric(path[1]) == module);
    if (begins(path, {"usb_gadget"}) && path.size() == 4 && path[2] == "functions") {
        const auto function = "usb_f_" + path[3].substr(0, path[3].find('.'));
        return references + (module == function ? 2 : 0); // what it is made of, too
    }
    return references + (subsystem == module);
}

class SettingScan {
  public:
    SettingScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run() {
        for (const auto &subsystem : readable_entries(path_in(search_.root, top))) {
            links_.clear();
            made_.clear();
            walk({subsystem});
            if (std::ranges::none_of(made_, &Holder::references) &&
                std::ranges::none_of(links_, &Holder::references))
                continue;
            keep_in_the_way();
            for (auto *holders : {&links_, &made_})
                for (auto &holder : *holders)
                    if (list_.holders.size() < HolderSearch::holders_max)
                        list_.holders.push_back(std::move(holder));
        }
    }

  private:
    static inline const std::string top = "/sys/kernel/config";

    static std::string path_of(const Names &names) {
        auto path = top;
        for (const auto &name : names)
            path += '/' + name;
        return path;
    }

    static bool is_link(const std::string &path) {
        std::error_code failed;
        return std::filesystem::is_symlink(path, failed);
    }

    // Of the folders that hold nothing, only those below one that does are in the way.
    void keep_in_the_way() {
        std::string above; // what is below a folder stands before it
        for (auto holder = made_.rbegin(); holder != made_.rend(); ++holder)
            if (holder->references > 0)
                above = holder->what + '/';
            else if (above.empty() || !holder->what.starts_with(above))
                holder->what.clear();
        std::erase_if(made_, [](const Holder &holder) { return holder.what.empty(); });
    }

    // What is below a folder has to be removed first.
    void walk(const Names &folder) {
        constexpr std::size_t depth_max = 10;
        constexpr std::size_t most = 2000;
        const auto names = entries(path_in(search_.root, path_of(folder)));
        // files are attributes
        if (!names || folder.size() > depth_max || links_.size() + made_.size() > most)
            return;
        for (const auto &name : names.value()) {
            auto inner = folder;
            inner.push_back(name);
            look_at(inner, path_in(search_.root, path_of(folder)) + '/' + name);
        }
        if (folder.size() > 1 && is_made(folder))
            add(made_, path_of(folder), references_of(folder, search_.module.name),
                "rmdir " + shell_word(path_of(folder)));
    }

    void look_at(const Names &inner, const std::string &place) {
        const auto path = path_of(inner);
        if (is_link(place))
            add(links_, path, references_of_port(inner), "rm " + shell_word(path));
        else if (inner.back() == "UDC" && !read_line(place).empty())
            links_.insert(links_.begin(), setting(path, 0, "echo > " + shell_word(path)));
        else
            walk(inner);
    }

    // A port of the server of NVMe disks holds its transport as long as it serves something:
    // "nvmet/ports/1/subsystems/name".
    std::uint32_t references_of_port(const Names &link) {
        if (!begins(link, {"nvmet", "ports"}) || link.size() != 5)
            return 0;
        const auto type =
            read_line(path_in(search_.root, path_of({link[0], link[1], link[2], "addr_trtype"})));
        const auto module = type == "loop" ? std::string("nvme_loop") : "nvmet_" + type;
        const auto port = path_of({link[0], link[1], link[2]});
        return module == search_.module.name &&
               std::ranges::none_of(links_, [&](const Holder &other) {
                   return other.references > 0 && other.what.starts_with(port + "/");
               });
    }

    static Holder setting(const std::string &what, std::uint32_t references, std::string remedy) {
        Holder holder;
        holder.kind = HolderKind::Setting;
        holder.what = what;
        holder.references = references;
        holder.remedy = std::move(remedy);
        return holder;
    }

    static void add(std::vector<Holder> &holders, const std::string &what, std::uint32_t references,
                    std::string remedy) {
        holders.push_back(setting(what, references, std::move(remedy)));
    }

    const HolderSearch &search_;
    HolderList &list_;
    std::vector<Holder> links_; // and what else has to go before the folders
    std::vector<Holder> made_;
};

} // namespace

void find_settings(const HolderSearch &search, HolderList &list) {
    SettingScan(search, list).run();
}

} // namespace mk
