// SPDX-License-Identifier: GPL-2.0-only
#include "core/module_file.hpp"

#include "lib/bytes.hpp"

namespace mk {
namespace {

// The 64-bit format; <linux/elf.h> is not for use without the C library's headers.
struct Header {
    u8 ident[16];
    u16 type, machine;
    u32 version;
    u64 entry, program_offset, section_offset;
    u32 flags;
    u16 header_size, program_size, program_count, section_size, section_count, names_index;
};
struct Section {
    u32 name, type;
    u64 flags, address, offset, size;
    u32 link, info;
    u64 alignment, entry_size;
};
static_assert(sizeof(Header) == 64 && sizeof(Section) == 64);

constexpr u8 magic[] = {0x7f, 'E', 'L', 'F', 2};
constexpr u16 relocatable = 1;
constexpr u32 no_bits = 8;

// Bounds on the time that is spent in the context of a probe.
constexpr u32 sections_max = 1024;
constexpr usize modinfo_max = 65536;

class Bytes {
  public:
    Bytes(const u8 *bytes, usize length) : bytes_(bytes), length_(length) {}

    // Copied: nothing in the file need be aligned.
    template <typename T> bool read(u64 offset, T &value) const {
        if (!has(offset, sizeof(T)))
            return false;
        copy_bytes(&value, bytes_ + offset, sizeof(T));
        return true;
    }
    bool has(u64 offset, u64 size) const { return offset <= length_ && size <= length_ - offset; }
    Text text(u64 offset, u64 size) const {
        return {reinterpret_cast<const char *>(bytes_ + offset), static_cast<usize>(size)};
    }

  private:
    const u8 *bytes_;
    usize length_;
};

bool begins_with(Text text, Text start) {
    return text.length() >= start.length() && text.first(start.length()) == start;
}

// Is @name, with its NUL, at @at of the table of names?
bool named(Text names, u32 at, Text name) {
    if (at >= names.length() || names.length() - at <= name.length())
        return false;
    Text found(names.data() + at, name.length() + 1);
    return begins_with(found, name) && found.data()[name.length()] == 0;
}

void read_modinfo(Text modinfo, ModuleFile &file) {
    const Text name = Text::from_c("name="), vermagic = Text::from_c("vermagic=");
    const char *at = modinfo.data(), *end = at + modinfo.length();
    while (at < end && (file.name.empty() || file.vermagic.empty())) {
        usize length = 0;
        while (at + length < end && at[length])
            length++;
        Text entry(at, length);
        if (begins_with(entry, name))
            file.name = Text(at + name.length(), length - name.length());
        else if (begins_with(entry, vermagic))
            file.vermagic = Text(at + vermagic.length(), length - vermagic.length());
        at += length + 1;
    }
}

Text behind_first_word(Text text) {
    usize at = 0;
    while (at < text.length() && text.data()[at] != ' ')
        at++;
    return {text.data() + at, text.length() - at};
}

} // namespace

bool is_for_kernel(const ModuleFile &file, Text ours) {
    if (!file.has_versions)
        return file.vermagic == ours;
    return !file.vermagic.empty() && behind_first_word(file.vermagic) == behind_first_word(ours);
}

ModuleFile look_into_module(const u8 *bytes, usize length) {
    ModuleFile file;
    Bytes all(bytes, length);
    Header header;
    if (!all.read(0, header) || !same_bytes(header.ident, magic, sizeof(magic)) ||
        header.type != relocatable || header.section_size != sizeof(Section) ||
        header.section_count > sections_max || header.names_index >= header.section_count ||
        !all.has(header.section_offset, static_cast<u64>(header.section_count) * sizeof(Section)))
        return file;

    Section table = {};
    all.read(header.section_offset + header.names_index * sizeof(Section), table);
    if (!all.has(table.offset, table.size))
        return file;
    Text names = all.text(table.offset, table.size);

    const Text modinfo = Text::from_c(".modinfo");
    const Text this_module = Text::from_c(".gnu.linkonce.this_module");
    const Text versions = Text::from_c("__versions");
    bool is_module = false, inside = true;
    for (u32 i = 1; i < header.section_count; i++) {
        Section section = {};
        all.read(header.section_offset + i * sizeof(Section), section);
        if (section.type != no_bits && !all.has(section.offset, section.size)) {
            inside = false;
            continue;
        }
        if (named(names, section.name, modinfo) && section.type != no_bits)
            read_modinfo(all.text(section.offset, min<u64>(section.size, modinfo_max)), file);
        else if (named(names, section.name, this_module))
            is_module = true;
        else if (named(names, section.name, versions))
            file.has_versions = true;
    }
    file.sound = is_module && inside;
    return file;
}

} // namespace mk
