// SPDX-License-Identifier: GPL-2.0-only
#include "explain/control_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/foreign_text.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

constexpr std::size_t id_shown = 12;

struct Engine {
    std::string_view prefix; // of a scope "<prefix><ID>.scope"
    std::string_view name;
};
constexpr std::array<Engine, 5> engines = {{{"docker-", "docker"},
                                            {"libpod-", "podman"},
                                            {"cri-containerd-", "kubernetes"},
                                            {"crio-", "kubernetes"},
                                            {"nerdctl-", "containerd"}}};

std::optional<unsigned> number_in(std::string_view text) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return number;
}

// What is between the two; nothing: it does not begin and end so, or there is nothing between.
std::string_view between(std::string_view text, std::string_view prefix, std::string_view suffix) {
    if (text.size() <= prefix.size() + suffix.size() || !text.starts_with(prefix) ||
        !text.ends_with(suffix))
        return {};
    text.remove_prefix(prefix.size());
    text.remove_suffix(suffix.size());
    return text;
}

bool is_id(std::string_view text) {
    return text.size() >= id_shown && std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
           });
}

// systemd's \xNN in the names of units.
std::string unescaped(std::string_view name) {
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        unsigned code = 0;
        const auto *digits = name.data() + i + 2;
        if (name.substr(i, 2) == "\\x" && i + 4 <= name.size() &&
            std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
            text += static_cast<char>(code);
            i += 3;
        } else {
            text += name[i];
        }
    }
    return text;
}

class Reader {
  public:
    explicit Reader(std::string_view path) : names_(split(path, "/")) {}

    // The outermost container counts: what is inside of it names its own groups.
    ControlGroup read() {
        for (at_ = 0; at_ < names_.size(); ++at_)
            if (is_container())
                break;
            else
                read_unit(names_[at_]);
        return std::move(group_);
    }

  private:
    std::string_view name() const { return names_[at_]; }
    std::string_view before() const { return at_ == 0 ? std::string_view() : names_[at_ - 1]; }
    std::string_view after() const {
        return at_ + 1 == names_.size() ? std::string_view() : names_[at_ + 1];
    }

    bool take(std::string_view engine, std::string_view container) {
        if (container.empty())
            return false;
        group_.engine = engine;
        group_.container = container;
        return true;
    }

    bool is_container() {
        read_pod();
        return is_of_engine() || is_lxc() || is_machine();
    }

    // With systemd's groups, or with its own below one of its own.
    bool is_of_engine() {
        for (const auto &engine : engines)
            if (const auto id = between(name(), engine.prefix, ".scope"); is_id(id))
                return take(group_.pod.empty() ? engine.name : "kubernetes",
                            id.substr(0, id_shown));
        if (!is_id(name()))
            return false;
        if (!group_.pod.empty())
            return take("kubernetes", name().substr(0, id_shown));
        return before() == "docker" && take("docker", name().substr(0, id_shown));
    }

    // kubepods-burstable-pod<UID>.slice, where UID has '_' for '-'; or pod<UID> below kubepods
    void read_pod() {
        is_in_kubepods_ = is_in_kubepods_ || name().starts_with("kubepods");
        if (!is_in_kubepods_)
            return;
        auto text = name();
        if (text.ends_with(".slice"))
            text.remove_suffix(6);
        const auto start = text.starts_with("pod") ? 0 : text.find("-pod");
        if (start == std::string_view::npos)
            return;
        group_.pod = text.substr(start + (start == 0 ? 3 : 4));
        std::replace(group_.pod.begin(), group_.pod.end(), '_', '-');
    }

    bool is_lxc() {
        return take("lxc", between(name(), "lxc.payload.", "")) ||
               (before() == "lxc" && at_ == 1 && take("lxc", name()));
    }

    // A virtual machine has a scope of its own too: what is in that runs on this kernel. So does
    // the supervisor of a container.
    bool is_machine() {
        if (after() == "supervisor")
            return false;
        auto machine = unescaped(between(name(), "machine-", ".scope"));
        if (machine.empty() && after() == "payload")
            machine = unescaped(between(name(), "systemd-nspawn@", ".service"));
        return !machine.starts_with("qemu-") && take("machine", machine);
    }

    void read_unit(std::string_view unit) {
        if (const auto uid = number_in(between(unit, "user-", ".slice")))
            group_.owner = *uid;
        // The service manager of a user, which has units of its own.
        if (number_in(between(unit, "user@", ".service")))
            return;
        if (!group_.unit.empty() || !is_unit(unit))
            return;
        group_.unit = unit;
        if (const auto session = between(unit, "session-", ".scope"); !session.empty())
            group_.session = session;
    }

    static bool is_unit(std::string_view name) {
        constexpr std::array<std::string_view, 5> kinds = {".service", ".scope", ".socket",
                                                           ".mount", ".swap"};
        return name != "init.scope" && std::any_of(kinds.begin(), kinds.end(), [&](auto kind) {
                   return name.size() > kind.size() && name.ends_with(kind);
               });
    }

    std::vector<std::string_view> names_;
    std::size_t at_ = 0;
    bool is_in_kubepods_ = false;
    ControlGroup group_;
};

std::string_view spoken(std::string_view engine) {
    return engine == "lxc" ? "LXC " : engine == "kubernetes" ? "Kubernetes " : "";
}

std::string container_text(const ControlGroup &group) {
    auto kind = std::string(spoken(group.engine));
    if (kind.empty() && group.engine != "machine")
        kind = group.engine + " ";
    auto text = fmt::format("the {}container {}", kind, as_word(group.container));
    if (!group.pod.empty())
        text += " of pod " + as_word(group.pod);
    return text;
}

} // namespace

ControlGroup read_control_group(std::string_view path) {
    return Reader(path).read();
}

std::string place_text(const ControlGroup &group) {
    const auto whose = group.owner ? fmt::format(" of user {}", *group.owner) : std::string();
    if (!group.container.empty())
        return container_text(group) + whose;
    if (!group.session.empty())
        return "session " + as_word(group.session) + whose;
    return group.unit.empty() ? "" : as_word(group.unit) + whose;
}

std::string in_place(std::string_view path) {
    const auto place = place_text(read_control_group(path));
    return place.empty() ? "" : " in " + place;
}

} // namespace mk
