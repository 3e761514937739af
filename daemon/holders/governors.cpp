// SPDX-License-Identifier: GPL-2.0-only
// Processors whose frequency the module governs.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

// Another one to take in its place, "" if there is none: first those that kernels have built in.
std::string other_governor(const HolderSearch &search, const std::string &policy,
                           const std::string &name) {
    static constexpr std::array<std::string_view, 2> built_in = {"schedutil", "performance"};
    const auto text = read_line(path_in(search.root, policy + "/scaling_available_governors"));
    const auto available = split(text, " ");
    for (const auto other : built_in)
        if (other != name && std::ranges::find(available, other) != available.end())
            return std::string(other);
    const auto other =
        std::ranges::find_if(available, [&](std::string_view one) { return one != name; });
    return other == available.end() ? std::string() : std::string(*other);
}

} // namespace

void find_governors(const HolderSearch &search, HolderList &list) {
    const std::string folder = "/sys/devices/system/cpu/cpufreq";
    if (!search.module.name.starts_with("cpufreq_"))
        return;
    for (const auto &name : readable_entries(path_in(search.root, folder))) {
        const auto policy = fmt::format("{}/{}", folder, name);
        auto governor = read_line(path_in(search.root, policy + "/scaling_governor"));
        if (governor.empty() || search.module.name != "cpufreq_" + governor)
            continue;
        const auto other = other_governor(search, policy, governor);
        Holder holder;
        holder.kind = HolderKind::Governor;
        holder.what = std::move(governor);
        holder.through =
            "of the frequency of CPUs " + read_line(path_in(search.root, policy + "/related_cpus"));
        holder.references = 1;
        if (!other.empty())
            holder.remedy = fmt::format("echo {} > {}/scaling_governor", other, policy);
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
