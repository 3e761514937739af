// SPDX-License-Identifier: GPL-2.0-only
// Tracing that somebody set up to switch tracepoints of the module on when something else happens:
// each such order holds the module.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "base/folder.hpp"
#include "base/foreign_text.hpp"
#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "base/text_file.hpp"
#include "holders/module_addresses.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

class TracingScan {
  public:
    TracingScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run() {
        const std::string top = "/sys/kernel/tracing";
        look_below(top);
        for (const auto &instance : readable_entries(path_in(search_.root, top + "/instances")))
            look_below(fmt::format("{}/instances/{}", top, instance));
    }

  private:
    // There are a great many: they are read when something asks for one.
    const ModuleAddresses &symbols() {
        if (!symbols_) {
            std::ifstream kallsyms(path_in(search_.root, "/proc/kallsyms"));
            symbols_.emplace(search_.module.name, kallsyms);
        }
        return *symbols_;
    }

    void look_below(const std::string &folder) {
        look_into(folder + "/set_ftrace_filter");
        const auto events = folder + "/events";
        for (const auto &system : readable_entries(path_in(search_.root, events))) {
            const auto inner = fmt::format("{}/{}", events, system);
            for (const auto &event : readable_entries(path_in(search_.root, inner)))
                look_into(fmt::format("{}/{}/trigger", inner, event));
        }
    }

    // Lines such as "enable_event:nbd:nbd_send_request:unlimited", of a function with its name
    // before that.
    void look_into(const std::string &file) {
        const auto text = read_text(path_in(search_.root, file)).value_or("");
        for (const auto line : split(text, "\n"))
            for (const std::string_view order : {"enable_event:", "disable_event:"})
                if (const auto at = line.find(order); at != std::string_view::npos)
                    look_at(file, line, at + order.size());
    }

    // @place: of "nbd:nbd_send_request:unlimited"
    void look_at(const std::string &file, std::string_view line, std::size_t place) {
        const auto words = split(line.substr(place), ": ");
        if (words.size() < 2 || !symbols().has_tracepoint(words[1]) ||
            list_.holders.size() >= HolderSearch::holders_max)
            return;
        const auto order = fmt::format("{}{}:{}", line.substr(0, place), words[0], words[1]);
        Holder holder;
        holder.kind = HolderKind::Tracing;
        holder.what = as_word(order);
        holder.through = "in " + file;
        holder.references = 1;
        holder.is_public = false; // root alone may see it
        holder.remedy = fmt::format("echo {} > {}", shell_word("!" + order), file);
        list_.holders.push_back(std::move(holder));
    }

    const HolderSearch &search_;
    HolderList &list_;
    std::optional<ModuleAddresses> symbols_;
};

} // namespace

bool has_tracepoints(const HolderSearch &search) {
    const auto sections =
        entries(path_in(search.root, "/sys/module/" + search.module.name + "/sections"));
    return sections &&
           std::ranges::find(sections.value(), "__tracepoints") != sections.value().end();
}

void find_tracing(const HolderSearch &search, HolderList &list) {
    if (list.explained() < list.references && has_tracepoints(search))
        TracingScan(search, list).run();
}

} // namespace mk
