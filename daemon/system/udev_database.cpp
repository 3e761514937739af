// SPDX-License-Identifier: GPL-2.0-only
#include "system/udev_database.hpp"

#include <charconv>

#include "base/folder.hpp"
#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

constexpr std::size_t entry_max = 1 << 16;

std::string name_of(const std::string &path) {
    return path.substr(path.rfind('/') + 1);
}

// "+pci:0000:00:03.0", "b254:0", "n2": the name of its entry; "": it has none.
std::string id_of(const std::string &device, const std::string &root) {
    const auto subsystem = link_name(path_in(root, device) + "/subsystem");
    if (subsystem.empty())
        return {};
    if (const auto number = read_line(path_in(root, device + "/dev")); !number.empty())
        return (subsystem == "block" ? "b" : "c") + number;
    if (const auto index = read_line(path_in(root, device + "/ifindex"));
        subsystem == "net" && !index.empty())
        return "n" + index;
    return "+" + subsystem + ":" + name_of(device);
}

} // namespace

std::optional<std::uint64_t> udev_knows_since_ns(const std::string &device,
                                                 const std::string &root) {
    const auto id = id_of(device, root);
    if (id.empty())
        return std::nullopt;
    const auto entry = read_text(path_in(root, "/run/udev/data/" + id), entry_max).value_or("");
    for (const auto line : split(entry, "\n")) {
        std::uint64_t microseconds = 0;
        if (!line.starts_with("I:"))
            continue;
        const auto *end = line.data() + line.size();
        const auto read = std::from_chars(line.data() + 2, end, microseconds);
        if (read.ec == std::errc() && read.ptr == end && microseconds < UINT64_MAX / 1000)
            return microseconds * 1000;
    }
    return std::nullopt;
}

} // namespace mk
