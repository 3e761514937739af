// SPDX-License-Identifier: GPL-2.0-only
#include "holders/holder_text.hpp"

#include <fmt/format.h>

#include "base/foreign_text.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

std::string process_of(const Holder &holder) {
    return fmt::format("{} (pid {})", as_word(holder.command), holder.pid);
}

// What it is, before the process.
std::string thing_of(const Holder &holder) {
    auto what = as_word(holder.what);
    switch (holder.kind) {
    case HolderKind::Module:
        return holder.through.empty() ? what
                                      : fmt::format("{}, which uses {}", what, holder.through);
    case HolderKind::Mount: {
        const bool is_option = holder.through.find('=') != std::string::npos &&
                               holder.through.find(' ') == std::string::npos;
        const bool is_place = holder.through.starts_with('/');
        const auto from = holder.through.empty() ? std::string()
                          : is_option || is_place
                              ? (is_option ? " with " : " from ") + as_word(holder.through)
                              : ", " + holder.through;
        return fmt::format("{} ({}{})", as_word(holder.mount_point), what, from);
    }
    case HolderKind::Loop:
        return fmt::format("{}, to which {} is attached", what, as_word(holder.through));
    case HolderKind::Disk:
        if (holder.through.starts_with("/dev/"))
            return fmt::format("{}, part of {}", what, holder.through);
        return holder.through.empty() ? what : fmt::format("{}, {}", what, holder.through);
    // made of our words, with those of others quoted already
    case HolderKind::Rule:
    case HolderKind::Filter:
    case HolderKind::Bpf:
    case HolderKind::Ipsec:
    case HolderKind::Route:
    case HolderKind::Server:
    case HolderKind::Tracing:
        return holder.through.empty() ? holder.what
                                      : fmt::format("{}, {}", holder.what, holder.through);
    case HolderKind::Congestion:
    case HolderKind::KernelCode:
    case HolderKind::Qdisc:
    case HolderKind::Console:
    case HolderKind::Scheduler:
    case HolderKind::Governor:
    case HolderKind::Device:
    case HolderKind::Watchdog:
    case HolderKind::Setting:
    case HolderKind::Zswap:
    case HolderKind::Interface:
    case HolderKind::Quota:
    case HolderKind::Sequencer:
        return holder.through.empty() ? what : fmt::format("{}, {}", what, holder.through);
    case HolderKind::Algorithm:
    case HolderKind::Socket:
        if (holder.pid == 0)
            return fmt::format("{}, {} of the kernel or of closed files", what,
                               holder.references == 1
                                   ? std::string("1 reference")
                                   : fmt::format("{} references", holder.references));
        return holder.through.empty() ? what : fmt::format("{}, {}", what, holder.through);
    case HolderKind::File:
        return holder.through.empty() ? what : fmt::format("{} ({})", what, holder.through);
    case HolderKind::Mapping:
    case HolderKind::Swap:
    case HolderKind::Livepatch:
    case HolderKind::Directory:
        break;
    }
    return what;
}

} // namespace

std::string text_of(const Holder &holder) {
    auto text = thing_of(holder);
    if (holder.pid == 0)
        return text;
    if (holder.kind == HolderKind::Mount)
        return text + ", in the mount namespace of " + process_of(holder);
    switch (holder.kind) {
    case HolderKind::Mapping:
        return text + ", mapped by " + process_of(holder);
    case HolderKind::Directory:
        return text + ", the directory of " + process_of(holder);
    default:
        return text + ", opened by " + process_of(holder);
    }
}

std::string unexplained(const HolderList &list) {
    const auto explained = list.explained();
    if (explained >= list.references)
        return {};
    return fmt::format(
        "{} of {} references {} explained; code of the kernel may have taken the rest: stop the "
        "services that use it; to see who takes more of them, run modkeeper param modkeeper "
        "track_refs=1 first",
        explained, list.references, explained == 1 ? "is" : "are");
}

namespace {

// What to type, if that is short enough for a sentence.
std::string remedy_clause(const HolderList &list) {
    constexpr std::size_t told_max = 4;
    const auto remedies = remedies_of(list);
    if (remedies.empty())
        return {};
    if (remedies.size() > told_max)
        return fmt::format("modkeeper holders {} lists what to type to free it", list.module);
    return "run " + join(remedies, ", then ");
}

} // namespace

HeldBy held_by(const HolderList &list) {
    // Anybody can open many thousands of files: a message lists only some.
    constexpr std::size_t told_max = 20;
    HeldBy held;
    held.is_held = list.is_held();
    std::size_t more = 0;
    for (const auto &holder : list.holders) {
        if (holder.kind == HolderKind::Module)
            continue;
        if (held.clauses.size() < told_max)
            held.clauses.push_back(fmt::format("{} {}", name_of(holder.kind), text_of(holder)));
        else
            ++more;
    }
    if (held.clauses.empty())
        return held;
    if (more > 0)
        held.rest.push_back(fmt::format("{} more", more));
    held.remedy = remedy_clause(list);
    if (list.explained() >= list.references)
        return held;
    if (list.unchecked.empty()) {
        held.rest.push_back(unexplained(list));
        return held;
    }
    // Whoever does not see all of them cannot say that the kernel has the rest.
    held.rest.insert(held.rest.end(), list.unchecked.begin(), list.unchecked.end());
    held.remedy += fmt::format("{}\"modkeeper holders {}\", as root, may tell of more",
                               held.remedy.empty() ? "" : "; ", list.module);
    return held;
}

} // namespace mk
