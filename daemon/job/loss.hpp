// SPDX-License-Identifier: GPL-2.0-only
// Loss: one thing that vanishes with a module, how it is used, and the words for that.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mk {

enum class LossKind : std::uint8_t {
    Interface,
    Disk,
    SoundCard,
    Display,
    Input,
    Node, // another device node
    FileSystem,
};

enum class LossUse : std::uint8_t {
    Up,
    Address,      // detail: "192.0.2.1/24"
    Port,         // detail: the bridge or bond that it is a port of
    Ports,        // detail: an interface that is a port of it
    Stacked,      // detail: an interface that stands on it, such as a VLAN
    DefaultRoute, // through it or what stands on it
    Ssh,          // the connection of whoever asks; detail: the peer
    Mounted,      // detail: where
    Root,         // the file system of "/" is on it
    Swap,         // detail: the node
    Backed,       // by a file; detail: its path
    Below,        // detail: a disk that stands on it
    LastKeyboard, // no other one stays
};

struct LossFact {
    LossUse use = LossUse::Up;
    std::string detail;

    bool operator==(const LossFact &) const = default;
};

enum class Importance : std::uint8_t {
    Plain,
    InUse,
    WayIn, // the machine may be out of reach afterwards
};

struct Loss {
    std::string module;
    LossKind kind = LossKind::Node;
    std::string name; // "eth0", "/dev/watchdog0"
    std::vector<LossFact> facts;

    Importance importance() const;
};

// The highest; Plain if there are none.
Importance importance_of(const std::vector<Loss> &losses);

// "interface", "disk", "sound-card", "display", "input", "node", "file-system"
std::string_view word_of(LossKind kind);
// "plain", "in-use", "way-in"
std::string_view word_of(Importance importance);
// "up", "address", "port-of", ...
std::string_view word_of(LossUse use);

// "network interface", "disk"
std::string_view noun_of(LossKind kind);
// "network interface eth0"
std::string name_of(const Loss &loss);
// "is up, has the address 192.0.2.1/24 and carries the default route"; "": nothing uses it. Names
// and paths of others are quoted.
std::string use_text(const Loss &loss);

} // namespace mk
