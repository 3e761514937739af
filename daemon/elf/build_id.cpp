// SPDX-License-Identifier: GPL-2.0-only
#include "elf/build_id.hpp"

#include <elf.h>

#include <algorithm>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "elf/elf_object.hpp"

namespace mk {

namespace {

constexpr std::string_view owner("GNU\0", 4);
constexpr std::size_t header_bytes = 3 * sizeof(std::uint32_t);

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::uint64_t aligned(std::uint64_t size) {
    return (size + 3) & ~std::uint64_t{3};
}

std::string srcversion_in(std::string_view modinfo) {
    constexpr std::string_view key = "srcversion=";
    for (auto line : split(modinfo, std::string_view("\0", 1)))
        if (line.starts_with(key))
            return std::string(line.substr(key.size()));
    return {};
}

} // namespace

std::string BuildId::text() const {
    if (!build_id.empty())
        return "build id " + build_id;
    return srcversion.empty() ? "unknown" : "srcversion " + srcversion;
}

bool of_two_builds(const BuildId &one, const BuildId &other) {
    if (!one.build_id.empty() && !other.build_id.empty())
        return one.build_id != other.build_id;
    return !one.srcversion.empty() && !other.srcversion.empty() &&
           one.srcversion != other.srcversion;
}

bool of_one_build(const BuildId &one, const BuildId &other) {
    const bool is_known = (!one.build_id.empty() && !other.build_id.empty()) ||
                          (!one.srcversion.empty() && !other.srcversion.empty());
    return is_known && !of_two_builds(one, other);
}

std::string build_id_in(std::string_view notes) {
    while (notes.size() >= header_bytes) {
        const auto name_bytes = number_at<std::uint32_t>(notes, 0);
        const auto value_bytes = number_at<std::uint32_t>(notes, sizeof(std::uint32_t));
        const auto type = number_at<std::uint32_t>(notes, 2 * sizeof(std::uint32_t));
        const auto value_at = header_bytes + aligned(name_bytes);
        if (value_at > notes.size() || value_bytes > notes.size() - value_at)
            return {};
        if (type == NT_GNU_BUILD_ID && notes.substr(header_bytes, name_bytes) == owner)
            return hex(notes.substr(value_at, value_bytes));
        notes.remove_prefix(std::min<std::uint64_t>(value_at + aligned(value_bytes), notes.size()));
    }
    return {};
}

BuildId identity_of_loaded(const std::string &root, const ModuleName &module) {
    const auto folder = "/sys/module/" + module;
    const auto notes = read_text(path_in(root, folder + "/notes/.note.gnu.build-id"));
    return {notes ? build_id_in(*notes) : "", read_line(path_in(root, folder + "/srcversion"))};
}

BuildId identity_of_file(std::string bytes) {
    const auto object = ElfObject::create(std::move(bytes));
    if (!object)
        return {};
    return {build_id_in(object.value().section(".note.gnu.build-id").bytes),
            srcversion_in(object.value().section(".modinfo").bytes)};
}

} // namespace mk
