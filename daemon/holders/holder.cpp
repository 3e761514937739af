// SPDX-License-Identifier: GPL-2.0-only
#include "holders/holder.hpp"

#include <algorithm>
#include <array>

namespace mk {

namespace {

constexpr std::array<std::string_view, 31> kinds = {
    "module",     "file",      "mapping",   "socket",    "mount",
    "swap",       "loop",      "disk",      "algorithm", "congestion-control",
    "qdisc",      "console",   "livepatch", "directory", "filter",
    "rule",       "scheduler", "watchdog",  "setting",   "bpf",
    "ipsec",      "route",     "governor",  "server",    "tracing",
    "device",     "zswap",     "interface", "quota",     "sequencer",
    "kernel-code"};
static_assert(kinds.size() == static_cast<std::size_t>(HolderKind::KernelCode) + 1);

} // namespace

std::string_view name_of(HolderKind kind) {
    return kinds.at(static_cast<std::size_t>(kind));
}

std::optional<HolderKind> holder_kind(std::string_view name) {
    const auto *found = std::ranges::find(kinds, name);
    return found == kinds.end() ? std::nullopt
                                : std::optional(static_cast<HolderKind>(found - kinds.begin()));
}

std::uint32_t HolderList::explained() const {
    std::uint64_t sum = 0;
    for (const auto &holder : holders)
        sum += holder.references;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, references));
}

namespace {

// A loop device over a file of a file system, which cannot be unmounted before.
bool is_over_file(const Holder &loop) {
    return loop.references == 0 && loop.through.starts_with('/') &&
           !loop.through.starts_with("/dev/");
}

// What others stand on comes after them.
int rank_of(const Holder &holder) {
    switch (holder.kind) {
    case HolderKind::File:
    case HolderKind::Mapping:
    case HolderKind::Socket:
    case HolderKind::Directory:
    case HolderKind::Bpf:
        return holder.pid == 1 ? 6 : 0; // the service manager opens again what it needs
    case HolderKind::Mount:
    case HolderKind::Swap:
        return 1;
    case HolderKind::Loop:
        return is_over_file(holder) ? 1 : 3;
    case HolderKind::Disk:
        return 4;
    case HolderKind::Module:
        return 5;
    default:
        return 2;
    }
}

// Of modules that use each other the unload itself knows the order.
std::string unload_of(const std::vector<const Holder *> &holders) {
    std::string names;
    for (const auto *holder : holders)
        if (holder->kind == HolderKind::Module)
            names += ' ' + holder->what;
    return "modkeeper unload" + names;
}

} // namespace

std::vector<std::string> remedies_of(const HolderList &list) {
    std::vector<const Holder *> holders;
    for (const auto &holder : list.holders) {
        // the root file system stays as long as the machine runs
        if (holder.kind == HolderKind::Mount && holder.mount_point == "/" && holder.pid == 0)
            return {};
        if (!holder.remedy.empty())
            holders.push_back(&holder);
    }
    std::ranges::stable_sort(holders, {}, [](const Holder *holder) { return rank_of(*holder); });
    std::vector<std::string> remedies;
    for (const auto *holder : holders) {
        auto remedy = holder->kind == HolderKind::Module ? unload_of(holders) : holder->remedy;
        if (remedies.size() < remedies_max && std::ranges::find(remedies, remedy) == remedies.end())
            remedies.push_back(std::move(remedy));
    }
    return remedies;
}

HolderList as_told_to(HolderList list, uid_t user) {
    const auto hidden = std::erase_if(list.holders, [&](const Holder &holder) {
        return !holder.is_public && holder.user != user;
    });
    if (hidden > 0)
        list.unchecked.emplace_back("processes of other users are shown to root only");
    return list;
}

} // namespace mk
