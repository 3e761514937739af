// SPDX-License-Identifier: GPL-2.0-only
#include "elf/modinfo_section.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "elf/decompress.hpp"
#include "elf/elf_object.hpp"

namespace mk {

namespace {

using Header = ElfW(Ehdr);
using Section = ElfW(Shdr);

// More than any section that is read here has.
constexpr std::size_t section_max = 1 << 20;

bool read_at(int fd, void *target, std::size_t bytes, std::uint64_t offset) {
    return pread(fd, target, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
}

std::optional<std::string> content(int fd, const Section &section) {
    if (section.sh_size > section_max)
        return std::nullopt;
    std::string bytes(section.sh_size, '\0');
    if (!read_at(fd, bytes.data(), bytes.size(), section.sh_offset))
        return std::nullopt;
    return bytes;
}

std::optional<std::string> find_modinfo(int fd) {
    Header header{};
    if (!read_at(fd, &header, sizeof header, 0) ||
        std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_shentsize != sizeof(Section) || header.e_shstrndx >= header.e_shnum)
        return std::nullopt;
    std::vector<Section> sections(header.e_shnum);
    if (!read_at(fd, sections.data(), sections.size() * sizeof(Section), header.e_shoff))
        return std::nullopt;
    auto names = content(fd, sections[header.e_shstrndx]);
    if (!names)
        return std::nullopt;
    names->push_back('\0');
    for (const auto &section : sections)
        if (section.sh_type == SHT_PROGBITS && section.sh_name < names->size() &&
            std::string_view(names->c_str() + section.sh_name) == ".modinfo")
            return content(fd, section);
    return std::nullopt;
}

bool starts_packed(int fd) {
    std::array<char, 8> head{};
    return read_at(fd, head.data(), head.size(), 0) &&
           packing_of({head.data(), head.size()}) != Packing::None;
}

Result<std::string> no_modinfo(const std::string &path) {
    return Error{ErrorCode::BadFormat,
                 fmt::format("{} is not a kernel module: it has no readable .modinfo section (it "
                             "is damaged, truncated, or another kind of file)",
                             quote(path))};
}

Result<std::string> unpacked_modinfo(const std::string &path) {
    auto bytes = TRY(read_unpacked(path, module_max));
    const auto module = ElfObject::create(std::move(bytes));
    if (!module || !module.value().has_section(".modinfo"))
        return no_modinfo(path);
    return std::string(module.value().section(".modinfo").bytes);
}

} // namespace

Result<std::string> read_modinfo(const std::string &path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return no_modinfo(path);
    auto plain = find_modinfo(fd);
    const bool is_packed = !plain && starts_packed(fd);
    close(fd);
    if (plain)
        return std::move(*plain);
    return is_packed ? unpacked_modinfo(path) : no_modinfo(path);
}

ModuleName module_name_of(const std::string &path) {
    const auto section = read_modinfo(path);
    if (!section)
        return ModuleName::of_file(path);
    const auto declared = modinfo_field(modinfo_fields(section.value()), "name");
    return declared.empty() ? ModuleName::of_file(path) : ModuleName(declared);
}

ModinfoFields modinfo_fields(std::string_view section) {
    ModinfoFields fields;
    for (const auto line : split(section, std::string_view("\0", 1)))
        if (const auto equals = line.find('='); equals != std::string_view::npos)
            fields.emplace_back(line.substr(0, equals), line.substr(equals + 1));
    return fields;
}

std::string_view modinfo_field(const ModinfoFields &fields, std::string_view key) {
    for (const auto &[name, value] : fields)
        if (name == key)
            return value;
    return {};
}

} // namespace mk
