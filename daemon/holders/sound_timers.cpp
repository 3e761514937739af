// SPDX-License-Identifier: GPL-2.0-only
// Timers of sound that somebody uses: each user holds the module of the timer.
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "base/foreign_text.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/processes.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// The module of a card, by its number: a line is " 0 snd_dummy".
std::string module_of_card(const std::string &root, std::string_view card) {
    const auto text = read_text(path_in(root, "/proc/asound/modules")).value_or("");
    for (const auto line : split(text, "\n"))
        if (const auto words = split(line, " "); words.size() == 2 && words[0] == card)
            return std::string(words[1]);
    return {};
}

// Of the line "G3: HR timer : 0.001us (1000000000 ticks)", or of the timer of a card's device, such
// as "P0-0-1: PCM capture 0-0-1 : SLAVE".
std::string module_of_timer(const std::string &root, std::string_view line) {
    if (line.starts_with("G3:"))
        return "snd_hrtimer";
    if (line.starts_with("P") || line.starts_with("C"))
        return module_of_card(root, line.substr(1, line.find_first_of("-:") - 1));
    return {};
}

class TimerScan {
  public:
    TimerScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    void run() {
        const auto text = read_text(path_in(search_.root, "/proc/asound/timers")).value_or("");
        bool is_ours = false;
        for (const auto line : split(text, "\n")) {
            constexpr std::string_view client = "  Client ";
            if (!line.starts_with(client))
                is_ours = module_of_timer(search_.root, line) == search_.module.name;
            else if (is_ours)
                add(line.substr(client.size(), line.rfind(" : ") - client.size()));
        }
    }

  private:
    // "application 316", "sequencer queue 0"
    void add(std::string_view client) {
        constexpr std::string_view application = "application ";
        if (client.starts_with(application)) {
            std::uint32_t pid = 0;
            const auto number = client.substr(application.size());
            std::from_chars(number.data(), number.data() + number.size(), pid);
            return add(pid, -1, "/dev/snd/timer", "a timer of sound", 1);
        }
        if (!client.starts_with("sequencer queue"))
            return add(0, -1, "/dev/snd/timer", "used by " + as_word(client), 1);
        // The queue does not say whose it is.
        std::uint32_t references = 1;
        for (const auto pid : processes_in(search_.root).pids)
            each_descriptor(search_.root, pid, [&](int fd, std::string_view target) {
                if (target == "/dev/snd/seq")
                    add(pid, fd, "/dev/snd/seq", "perhaps " + std::string(client),
                        std::exchange(references, 0));
            });
        if (references > 0)
            add(0, -1, "/dev/snd/seq", std::string(client), references);
    }

    void add(std::uint32_t pid, int fd, const char *what, std::string through,
             std::uint32_t references) {
        Holder holder;
        holder.kind = HolderKind::File;
        holder.what = what;
        holder.through = std::move(through);
        holder.fd = fd;
        holder.references = references;
        if (pid != 0)
            add_process(holder, search_.root, pid);
        if (list_.holders.size() < HolderSearch::holders_max)
            list_.holders.push_back(std::move(holder));
    }

    const HolderSearch &search_;
    HolderList &list_;
};

} // namespace

void find_sound_timers(const HolderSearch &search, HolderList &list) {
    if (search.module.name.starts_with("snd_"))
        TimerScan(search, list).run();
}

} // namespace mk
