// SPDX-License-Identifier: GPL-2.0-only
#include "holders/mapped_targets.hpp"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/descriptor.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

constexpr std::size_t answer_size = 256U << 10;

// False: @bytes are too short.
template <typename T> bool read_at(std::string_view bytes, std::size_t place, T &value) {
    if (place > bytes.size() || bytes.size() - place < sizeof value)
        return false;
    std::memcpy(&value, bytes.data() + place, sizeof value);
    return true;
}

std::string text_at(std::string_view bytes, std::size_t place, std::size_t most) {
    const auto text = bytes.substr(std::min(place, bytes.size()), most);
    return std::string(text.substr(0, text.find('\0')));
}

// What follows the head of the answer; nothing: the question failed.
std::optional<std::string> ask(int control, unsigned long question, const std::string &name,
                               unsigned flags, unsigned &count) {
    std::string buffer(answer_size, '\0');
    dm_ioctl head{};
    head.version[0] = DM_VERSION_MAJOR;
    head.data_size = answer_size;
    head.data_start = sizeof head;
    head.flags = flags;
    name.copy(head.name, sizeof head.name - 1);
    std::memcpy(buffer.data(), &head, sizeof head);
    if (ioctl(control, question, buffer.data()) != 0)
        return std::nullopt;
    std::memcpy(&head, buffer.data(), sizeof head);
    count = head.target_count;
    return buffer.substr(std::min<std::size_t>(head.data_start, buffer.size()));
}

// Words among the parameters of a target. Others than these have no helpers, but keys, perhaps.
void add_helpers(const std::string &type, std::string_view parameters, MappedDisk &disk) {
    static constexpr std::array<std::string_view, 4> with_helpers = {"cache", "mirror", "multipath",
                                                                     "raid"};
    if (std::ranges::find(with_helpers, type) == with_helpers.end())
        return;
    for (const auto word : split(parameters, " "))
        if (word[0] >= 'a' && word[0] <= 'z')
            disk.helpers.emplace_back(word);
}

} // namespace

std::vector<MappedDisk> read_disk_list(std::string_view answer) {
    std::vector<MappedDisk> disks;
    for (std::size_t place = 0;;) {
        dm_name_list entry{};
        if (!read_at(answer, place, entry) || entry.dev == 0)
            break;
        disks.push_back({text_at(answer, place + offsetof(dm_name_list, name), DM_NAME_LEN),
                         minor(entry.dev),
                         {},
                         {},
                         true});
        if (entry.next == 0)
            break;
        place += entry.next;
    }
    return disks;
}

void read_targets(std::string_view answer, unsigned count, MappedDisk &disk) {
    std::size_t place = 0;
    for (unsigned i = 0; i < count; ++i) {
        dm_target_spec target{};
        if (!read_at(answer, place, target))
            break;
        auto type =
            text_at(answer, place + offsetof(dm_target_spec, target_type), DM_MAX_TYPE_NAME);
        add_helpers(type, text_at(answer, place + sizeof target, answer_size), disk);
        disk.targets.push_back(std::move(type));
        if (target.next == 0)
            break;
        place = target.next;
    }
}

std::optional<std::vector<MappedDisk>> mapped_disks() {
    const Descriptor control(open("/dev/mapper/control", O_RDWR | O_CLOEXEC));
    unsigned count = 0;
    const auto list = control ? ask(control.get(), DM_LIST_DEVICES, {}, 0, count) : std::nullopt;
    if (!list)
        return std::nullopt;
    auto disks = read_disk_list(*list);
    std::vector<MappedDisk> waiting;
    const auto read_table = [&](MappedDisk &disk, unsigned which) {
        if (const auto table = ask(control.get(), DM_TABLE_STATUS, disk.name,
                                   DM_STATUS_TABLE_FLAG | DM_NOFLUSH_FLAG | which, count))
            read_targets(*table, count, disk);
    };
    for (auto &disk : disks) {
        MappedDisk other{disk.name, disk.minor, {}, {}, false};
        read_table(disk, 0);
        read_table(other, DM_QUERY_INACTIVE_TABLE_FLAG);
        if (!other.targets.empty())
            waiting.push_back(std::move(other));
    }
    disks.insert(disks.end(), waiting.begin(), waiting.end());
    return disks;
}

} // namespace mk
