// SPDX-License-Identifier: GPL-2.0-only
#include "holders/holder.hpp"

#include <algorithm>
#include <array>

namespace mk {

namespace {

constexpr std::array<std::string_view, 14> kinds = {
    "module", "file",    "mapping",   "socket",     "mount",
    "swap",   "loop",    "disk",      "algorithm",  "congestion-control",
    "qdisc",  "console", "livepatch", "kernel-code"};
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

HolderList as_told_to(HolderList list, uid_t user) {
    const auto hidden = std::erase_if(list.holders, [&](const Holder &holder) {
        return !holder.is_public && holder.user != user;
    });
    if (hidden > 0)
        list.unchecked.emplace_back("processes of other users are shown to root only");
    return list;
}

} // namespace mk
