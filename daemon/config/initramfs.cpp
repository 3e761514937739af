// SPDX-License-Identifier: GPL-2.0-only
#include "config/initramfs.hpp"

#include <charconv>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "elf/decompress.hpp"

namespace mk {

namespace {

using Wanted = std::function<bool(std::string_view)>;

// The "new" ASCII format: a magic number, thirteen fields of eight hex digits, the name, the bytes.
constexpr std::string_view magic = "07070"; // then 1, or 2 with checksums
constexpr std::size_t magic_bytes = 6;
constexpr std::size_t field_bytes = 8;
constexpr std::size_t header_bytes = magic_bytes + 13 * field_bytes;
constexpr std::size_t inode_field = 0;
constexpr std::size_t mode_field = 1;
constexpr std::size_t links_field = 4;
constexpr std::size_t size_field = 6;
constexpr std::size_t major_field = 7;
constexpr std::size_t minor_field = 8;
constexpr std::size_t name_field = 11;
constexpr std::string_view last_name = "TRAILER!!!";

Error bad(std::string why) {
    return {ErrorCode::BadFormat, std::move(why)};
}

std::optional<std::size_t> field(std::string_view header, std::size_t index) {
    const auto text = header.substr(magic_bytes + index * field_bytes, field_bytes);
    std::size_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::size_t aligned(std::size_t size) {
    return (size + 3) & ~std::size_t{3};
}

struct Entry {
    std::string_view name;
    std::string_view bytes;
    std::size_t mode = 0;
    std::size_t links = 1;
    std::array<std::size_t, 3> identity = {}; // inode and device
};

// Takes the next entry off @archive, whose beginning is aligned.
Result<Entry> take_entry(std::string_view &archive) {
    if (archive.size() < header_bytes || !archive.starts_with(magic))
        return bad("an entry of the archive is truncated");
    const auto mode = field(archive, mode_field);
    const auto size = field(archive, size_field);
    const auto name_bytes = field(archive, name_field);
    const auto links = field(archive, links_field);
    const auto inode = field(archive, inode_field);
    const auto major = field(archive, major_field);
    const auto minor = field(archive, minor_field);
    if (!links || !inode || !major || !minor || !mode || !size || !name_bytes || *name_bytes == 0)
        return bad("the header of an entry of the archive is damaged");
    const auto data_at = aligned(header_bytes + *name_bytes);
    if (data_at > archive.size() || *size > archive.size() - data_at)
        return bad("the archive is truncated");
    Entry entry{archive.substr(header_bytes, *name_bytes - 1),
                archive.substr(data_at, *size),
                *mode,
                *links,
                {*inode, *major, *minor}};
    archive.remove_prefix(std::min(data_at + aligned(*size), archive.size()));
    return entry;
}

std::string_view without_dot(std::string_view name) {
    if (name.starts_with("./"))
        name.remove_prefix(2);
    while (name.starts_with('/'))
        name.remove_prefix(1);
    return name;
}

// Hard links of one file: only one of them, usually the last, has its bytes.
struct LinkedFile {
    std::vector<std::size_t> wanted; // by index
    std::string_view bytes;
};

Result<void> read_archive(std::string_view &rest, const Wanted &wanted,
                          std::vector<InitramfsFile> &files) {
    std::map<std::array<std::size_t, 3>, LinkedFile> linked;
    while (true) {
        const auto entry = TRY(take_entry(rest));
        if (entry.name == last_name)
            break;
        if (!S_ISREG(entry.mode))
            continue;
        const auto name = without_dot(entry.name);
        auto *file = entry.links > 1 ? &linked[entry.identity] : nullptr;
        if (file != nullptr && !entry.bytes.empty())
            file->bytes = entry.bytes;
        if (file != nullptr && wanted(name))
            file->wanted.push_back(files.size());
        if (wanted(name))
            files.push_back({std::string(name), std::string(entry.bytes)});
    }
    for (const auto &[identity, file] : linked)
        for (const auto index : file.wanted)
            files[index].bytes = file.bytes;
    return {};
}

Result<void> read_segments(std::string_view image, const Wanted &wanted,
                           std::vector<InitramfsFile> &files, bool may_be_packed) {
    while (true) {
        image.remove_prefix(std::min(image.find_first_not_of('\0'), image.size()));
        if (image.empty())
            return {};
        if (!image.starts_with(magic))
            break;
        TRY(read_archive(image, wanted, files));
    }
    const auto packing = packing_of(image);
    if (!may_be_packed || packing == Packing::None)
        return bad("its contents are not a cpio archive");
    if (packing == Packing::Unknown)
        return bad("it is compressed with something other than gzip, xz and zstd");
    const auto unpacked = TRY(unpack(image));
    return read_segments(unpacked, wanted, files, false);
}

} // namespace

Result<std::vector<InitramfsFile>> read_initramfs(std::string_view image, const Wanted &wanted) {
    std::vector<InitramfsFile> files;
    TRY(read_segments(image, wanted, files, true));
    return files;
}

} // namespace mk
