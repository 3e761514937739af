// SPDX-License-Identifier: GPL-2.0-only
// Programs and links of BPF on functions of the module, with the processes that have them open.
#include <fmt/format.h>

#include "base/foreign_text.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

std::string_view word_of(BpfUser::Kind kind) {
    switch (kind) {
    case BpfUser::Kind::Link:
        return "link";
    case BpfUser::Kind::Program:
        return "program";
    default:
        return "map";
    }
}

class BpfScan {
  public:
    BpfScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run() {
        for (const auto &user : *search_.bpf) {
            Holder holder;
            holder.kind = HolderKind::Bpf;
            holder.what = fmt::format("{} {}", word_of(user.kind), user.id);
            holder.through = user.name.empty() ? "" : "of the name " + as_word(user.name);
            holder.references = user.holds;
            holder.is_public = false;
            add_owner(user, holder);
            if (!user.pinned.empty())
                add_pin(user, holder);
            list_.holders.push_back(std::move(holder));
        }
    }

  private:
    // A link goes with its last descriptor, and its program after it.
    void add_owner(const BpfUser &user, Holder &holder) const {
        for (const auto &file : search_.special) {
            if (!file.target.starts_with("anon_inode:bpf"))
                continue;
            const auto info =
                fmt::format("{}/fdinfo/{}", folder_of(search_.root, file.pid), file.fd);
            if (!is_described(user, read_text(info).value_or("")))
                continue;
            holder.fd = file.fd;
            add_process(holder, search_.root, file.pid);
            return;
        }
    }

    // A name keeps it as well as a process that has it open.
    void add_pin(const BpfUser &user, Holder &holder) {
        auto pin = holder;
        pin.pid = 0;
        pin.fd = -1;
        pin.command.clear();
        pin.user.reset();
        pin.through +=
            (pin.through.empty() ? "" : ", ") + std::string("kept as ") + as_word(user.pinned);
        pin.remedy = "rm " + shell_word(user.pinned);
        if (holder.pid == 0) {
            holder = std::move(pin);
            return;
        }
        pin.references = 0;
        list_.holders.push_back(std::move(pin));
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
