// SPDX-License-Identifier: GPL-2.0-only
#include "holders/mapped_targets.hpp"

#include <gtest/gtest.h>
#include <linux/dm-ioctl.h>
#include <sys/sysmacros.h>

#include <cstring>

namespace mk {
namespace {

std::string disk(const std::string &name, unsigned minor, bool is_last) {
    constexpr std::size_t size = 64;
    dm_name_list entry{};
    entry.dev = makedev(253, minor);
    entry.next = is_last ? 0 : size;
    std::string bytes(size, '\0');
    std::memcpy(bytes.data(), &entry, sizeof entry);
    name.copy(bytes.data() + offsetof(dm_name_list, name), name.size());
    return bytes;
}

MappedDisk targets(std::string_view answer, unsigned count) {
    MappedDisk disk;
    read_targets(answer, count, disk);
    return disk;
}

std::string target(const char *type, const std::string &parameters) {
    dm_target_spec head{};
    std::strcpy(head.target_type, type);
    return std::string(reinterpret_cast<const char *>(&head), sizeof head) + parameters + '\0';
}

TEST(MappedTargets, ReadsWhatTargetsHaveChosen) {
    EXPECT_EQ(targets(target("multipath", "0 0 1 1 round-robin 0 1 1 8:0 1"), 1).helpers,
              std::vector<std::string>{"round-robin"});
    // its key is not looked at
    EXPECT_TRUE(targets(target("crypt", "aes-xts-plain64 deadbeef 0 8:0 0"), 1).helpers.empty());
}

TEST(MappedTargets, ReadsNamesAndTypes) {
    const auto disks = read_disk_list(disk("one", 0, false) + disk("two", 3, true));
    EXPECT_EQ(disks, (std::vector<MappedDisk>{{"one", 0, {}, {}}, {"two", 3, {}, {}}}));
    dm_target_spec first{};
    dm_target_spec second{};
    std::strcpy(first.target_type, "linear");
    first.next = sizeof first;
    std::strcpy(second.target_type, "crypt");
    std::string bytes(2 * sizeof first, '\0');
    std::memcpy(bytes.data(), &first, sizeof first);
    std::memcpy(bytes.data() + sizeof first, &second, sizeof second);
    EXPECT_EQ(targets(bytes, 2).targets, (std::vector<std::string>{"linear", "crypt"}));
    EXPECT_EQ(targets(bytes, 1).targets, std::vector<std::string>{"linear"});
}

TEST(MappedTargets, BelievesNothingThatIsCutShort) {
    EXPECT_TRUE(read_disk_list(disk("one", 0, true).substr(0, 8)).empty());
    EXPECT_TRUE(targets("short", 3).targets.empty());
}

TEST(MappedTargets, AsksTheKernel) {
    const auto disks = mapped_disks(); // for root only
    for (const auto &one : disks.value_or(std::vector<MappedDisk>()))
        EXPECT_FALSE(one.name.empty());
}

} // namespace
} // namespace mk
