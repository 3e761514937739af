// SPDX-License-Identifier: GPL-2.0-only
// Ports of the sequencer of sound that are connected: each connection holds the modules of both
// ports, and that of a sound card with its first one in each direction. Some stay when the program
// that made them ends.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "base/foreign_text.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// How the sequencer numbers its clients.
constexpr unsigned dummy_client = 14;
constexpr unsigned first_of_cards = 16;
constexpr unsigned clients_of_card = 4;
constexpr unsigned first_of_programs = 128;

// The number that @text begins with.
unsigned number_in(std::string_view text) {
    unsigned number = 0;
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// "128:0" at the start of @text; "": there is none. Names are shown as their owners chose them,
// with line feeds too, so that any line may be one of theirs.
std::string address_in(std::string_view text) {
    const auto address = text.substr(0, text.find('['));
    const auto colon = address.find(':');
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool is_address = colon != std::string_view::npos && colon != 0 &&
                            colon + 1 != address.size() &&
                            std::ranges::all_of(address.substr(0, colon), is_digit) &&
                            std::ranges::all_of(address.substr(colon + 1), is_digit);
    return std::string(is_address ? address : std::string_view());
}

std::string module_of_card(const std::string &root, unsigned card) {
    const auto text = read_text(path_in(root, "/proc/asound/modules")).value_or("");
    for (const auto line : split(text, "\n"))
        if (const auto words = split(line, " ");
            words.size() == 2 && number_in(words[0]) == card && words[0] == std::to_string(card))
            return std::string(words[1]);
    return {};
}

class SequencerScan {
  public:
    SequencerScan(const HolderSearch &search, HolderList &list) : search_(search), list_(list) {}

    // "Client  14 : "Midi Through" [Kernel Legacy]", below it "  Port   0 : "Midi Through Port-0"
    // (RWe-) [In/Out]", below that "    Connecting To: 128:0[r:0], 129:1" and "    Connected From:"
    void run() {
        const auto text = read_text(path_in(search_.root, "/proc/asound/seq/clients")).value_or("");
        for (const auto line : split(text, "\n")) {
            if (line.starts_with("Client ") && line.find(" : \"") != std::string_view::npos)
                begin_client(line);
            else if (line.starts_with("  Port "))
                port_ = number_in(line.substr(7));
            else if (const auto to = after(line, "    Connecting To: "); !to.empty())
                add_all(to, true);
            else if (const auto from = after(line, "    Connected From: "); !from.empty())
                add_all(from, false);
        }
    }

  private:
    static std::string_view after(std::string_view line, std::string_view words) {
        return line.starts_with(words) ? line.substr(words.size()) : std::string_view();
    }

    void begin_client(std::string_view line) {
        client_ = number_in(line.substr(7));
        name_ = line.substr(line.find('"') + 1);
        name_ = name_.substr(0, name_.rfind("\" ["));
        card_.clear();
        if (client_ >= first_of_cards && client_ < first_of_programs)
            card_ = module_of_card(search_.root, (client_ - first_of_cards) / clients_of_card);
        module_ = module_of_client();
    }

    std::string module_of_client() const {
        if (client_ == dummy_client)
            return "snd_seq_dummy";
        if (client_ < first_of_cards || client_ >= first_of_programs)
            return "snd_seq";
        if (name_.find("FM synth") != std::string::npos)
            return name_.starts_with("OPL4") ? "snd_opl4_synth" : "snd_opl3_synth";
        return uses(card_, "snd_seq_virmidi") ? "snd_seq_virmidi" : "snd_seq_midi";
    }

    bool uses(const std::string &user, const std::string &used) const {
        const auto module = std::ranges::find(search_.loaded, used, &LoadedModule::name);
        return module != search_.loaded.end() &&
               std::ranges::find(module->used_by, user) != module->used_by.end();
    }

    void add_all(std::string_view others, bool is_source) {
        bool is_first = true; // for which the card is opened
        for (const auto other : split(others, ", ")) {
            const auto address = address_in(other);
            if (address.empty())
                continue;
            const std::uint32_t references =
                (module_ == search_.module.name) + (is_first && card_ == search_.module.name);
            is_first = false;
            const auto own = fmt::format("{}:{}", client_, port_);
            if (references > 0)
                add(is_source ? own : address, is_source ? address : own, references);
        }
    }

    // Both ports may hold the module.
    void add(const std::string &source, const std::string &target, std::uint32_t references) {
        auto what = fmt::format("{} to {}", source, target);
        const auto known = std::ranges::find_if(list_.holders, [&](const Holder &holder) {
            return holder.kind == HolderKind::Sequencer && holder.what == what;
        });
        if (known != list_.holders.end()) {
            known->references += references;
            return;
        }
        Holder holder;
        holder.kind = HolderKind::Sequencer;
        holder.what = std::move(what);
        holder.through = "which are connected, one of " + as_word(name_);
        holder.references = references;
        holder.remedy = fmt::format("aconnect -d {} {}", source, target);
        if (list_.holders.size() < HolderSearch::holders_max)
            list_.holders.push_back(std::move(holder));
    }

    const HolderSearch &search_;
    HolderList &list_;
    unsigned client_ = 0;
    unsigned port_ = 0;
    std::string name_;   // of the client
    std::string module_; // of its ports
    std::string card_;   // module of the card that it belongs to; "": none
};

} // namespace

void find_sequencer_ports(const HolderSearch &search, HolderList &list) {
    if (search.module.name.starts_with("snd_"))
        SequencerScan(search, list).run();
}

} // namespace mk
