// SPDX-License-Identifier: GPL-2.0-only
// Programs and links of BPF on functions of the module, with the processes that have them open.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/folder.hpp"
#include "base/foreign_text.hpp"
#include "base/text_file.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// Of a descriptor: "link_id:\t3" or "prog_id:\t12"
bool is_id(const std::string &text, std::string_view key, std::uint32_t id) {
    const auto wanted = fmt::format("{}:\t{}", key, id);
    const auto lines = split(text, "\n");
    return std::ranges::find(lines, wanted) != lines.end();
}

class BpfScan {
  public:
    BpfScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run() {
        for (const auto &user : *search_.bpf) {
            Holder holder;
            holder.kind = HolderKind::Bpf;
            holder.what = fmt::format("{} {}", user.is_link ? "link" : "program", user.id);
            holder.through = user.name.empty() ? "" : "of the name " + as_word(user.name);
            holder.references = 1;
            holder.is_public = false;
            add_owner(user, holder);
            list_.holders.push_back(std::move(holder));
        }
    }

  private:
    // A link goes with its last descriptor, and its program after it.
    void add_owner(const BpfUser &user, Holder &holder) const {
        for (const auto pid : processes_in(search_.root).pids) {
            const auto folder = folder_of(search_.root, pid);
            for (const auto &fd : readable_entries(folder + "/fd")) {
                const auto target = link_target(fmt::format("{}/fd/{}", folder, fd));
                if (!target || !target->starts_with("anon_inode:bpf"))
                    continue;
                const auto info = read_text(fmt::format("{}/fdinfo/{}", folder, fd)).value_or("");
                if (!is_id(info, user.is_link ? "link_id" : "prog_id", user.id))
                    continue;
                std::from_chars(fd.data(), fd.data() + fd.size(), holder.fd);
                add_process(holder, search_.root, pid);
                return;
            }
        }
    }

    const HolderSearch &search_;
    HolderList &list_;
};

} // namespace

void find_bpf_programs(const HolderSearch &search, HolderList &list) {
    if (search.bpf)
        BpfScan(search, list).run();
}

} // namespace mk
