// SPDX-License-Identifier: GPL-2.0-only
// Holder: one thing that keeps a module from being unloaded; and the list of all of them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/module_name.hpp"

namespace mk {

enum class HolderKind : std::uint8_t {
    Module,     // a module that uses it
    File,       // an open file: of a device, of an anonymous inode, of a file system
    Mapping,    // memory to which such a file is mapped; its descriptor may be closed
    Socket,     // of a family or protocol of the module
    Mount,      // of a file system of the module, or from a disk of it
    Swap,       // on a disk of the module
    Loop,       // a loop device that has a file attached
    Disk,       // a disk of the module that is part of another one, or one that the module makes up
    Algorithm,  // of the kernel's cryptography
    Congestion, // TCP congestion control
    Qdisc,      // a queueing discipline of a network interface
    Console,    // a virtual console on a frame buffer of it
    Livepatch,  // the module is a live patch that is enabled
    Directory,  // the working or root directory of a process
    Filter,     // a filter or an action of traffic control
    Rule,       // of the kernel's firewall: a rule, a chain, an address set, a virtual service
    Scheduler,  // of a disk's requests
    Watchdog,   // that runs though nothing has it open
    Setting,    // what was set up in configfs
    Bpf,        // a program or link of BPF
    Ipsec,      // a security association
    Route,      // that puts packets into a tunnel
    Governor,   // of a processor's frequency
    Server,     // of the kernel, which has threads but no process
    Tracing,    // what was set up in tracefs
    Device,     // that the core of a subsystem looks after
    Zswap,      // pages of swap that are kept compressed in memory
    Interface,  // of the network, which holds the module itself
    Quota,      // of a file system, that is switched on
    Sequencer,  // of sound: ports that are connected
    KernelCode, // a function of the kernel that took a reference
};

// "module", "file", "mapping", ...
std::string_view name_of(HolderKind kind);
// Nothing: another name.
std::optional<HolderKind> holder_kind(std::string_view name);

struct Holder {
    HolderKind kind = HolderKind::File;
    // The thing itself: the path of a file or device, the name of a module or of an algorithm.
    std::string what;
    // What comes between it and the module, such as the module through which another one uses it,
    // the disk that a file system is on, or the file that is attached to a loop device.
    std::string through;
    std::uint32_t pid = 0; // of a process; 0: none
    std::string command;   // its name, which it chooses itself
    int fd = -1;           // its descriptor
    std::string mount_point;
    std::uint64_t name_space = 0; // inode of the namespace of pid; 0: that of the caller
    // How many of the module's references it has; 0: none of its own, another holder has them.
    std::uint32_t references = 0;
    bool is_likely = true; // false: it may as well hold something else, and nobody is to end it
    // What to type as root so that it holds the module no more; "": nobody knows.
    std::string remedy;
    // Whom it may be told besides privileged callers: everybody, or only this user.
    bool is_public = true;
    std::optional<uid_t> user;

    bool operator==(const Holder &) const = default;
};

struct HolderList {
    ModuleName module;
    std::uint32_t references = 0; // the kernel's count, when the search began
    std::vector<Holder> holders;
    // What could not be looked at, or only in part, as clauses.
    std::vector<std::string> unchecked;

    // How many of its references the holders have; never more than there are.
    std::uint32_t explained() const;
    // How many of them nobody is known to have.
    std::uint32_t rest() const { return references - explained(); }
    bool is_held() const { return references > 0 || !holders.empty(); }
};

// What to type, in an order that works, so that the holders give the module back: each command
// once, at most this many.
constexpr std::size_t remedies_max = 50;
std::vector<std::string> remedies_of(const HolderList &list);

// What a user without rights may know: @user is that of the caller.
HolderList as_told_to(HolderList list, uid_t user);

} // namespace mk
