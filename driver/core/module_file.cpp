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
static_assert(sizeof(Header) == 64);

// The part that is examined of the section_bytes of a header: there are many.
struct Section {
    u32 name, type;
    u64 offset, size;
};
constexpr usize section_bytes = 64;

constexpr u8 magic[] = {0x7f, 'E', 'L', 'F', 2};
constexpr u16 relocatable = 1;
// Types of sections whose offset and size mean nothing.
constexpr u32 no_section = 0, no_bits = 8;

// Bounds on the time that is spent in the context of a probe, where nothing can interrupt it. They
// add up and never multiply: each section is looked at once, and one .modinfo is read.
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

// @start is not empty.
bool begins_with(Text text, Text start) {
    return text.length() >= start.length() && text.data()[0] == start.data()[0] &&
           text.first(start.length()) == start;
}

// Copied: nothing in the file need be aligned.
Section section_at(const u8 *bytes) {
    Section section;
    copy_bytes(&section.name, bytes, sizeof(section.name));
    copy_bytes(&section.type, bytes + 4, sizeof(section.type));
    copy_bytes(&section.offset, bytes + 24, sizeof(section.offset));
    copy_bytes(&section.size, bytes + 32, sizeof(section.size));
    return section;
}

enum class Content { other, modinfo, this_module, versions };

// The table of names.
class Names {
  public:
    explicit Names(Text table)
        : table_(table),
          begin_before_(table.length() - min(table.length(), sizeof(".modinfo") - 1)) {}

    // By the name, with its NUL, at @at.
    Content content_of(u32 at) const {
        if (at >= begin_before_)
            return Content::other;
        u32 letters = first_letters(table_.data() + at);
        if (letters == first_letters(".modinfo") && is(at, ".modinfo"))
            return Content::modinfo;
        if (letters == first_letters("__versions") && is(at, "__versions"))
            return Content::versions;
        if (letters == first_letters(".gnu.linkonce") && is(at, ".gnu.linkonce.this_module"))
            return Content::this_module;
        return Content::other;
    }

  private:
    // What is compared first: nearly all names are of no interest.
    static u32 first_letters(const char *name) {
        u32 letters;
        copy_bytes(&letters, name, sizeof(letters));
        return letters;
    }
    template <usize bytes> bool is(u32 at, const char (&wanted)[bytes]) const {
        return table_.length() - at >= bytes && same_bytes(table_.data() + at, wanted, bytes);
    }

    Text table_;
    usize begin_before_; // those that can be as long as the shortest of interest
};

// The value of an entry "key=value", the first of its key.
struct Value {
    Text key;
    Text value = {};
    bool found = false;

    void take(Text entry) {
        if (found || !begins_with(entry, key))
            return;
        value = Text(entry.data() + key.length(), entry.length() - key.length());
        found = true;
    }
};

void read_modinfo(Text modinfo, ModuleFile &file) {
    Value name{Text::from_c("name=")}, vermagic{Text::from_c("vermagic=")};
    const char *at = modinfo.data(), *end = at + modinfo.length();
    while (at < end && !(name.found && vermagic.found)) {
        Text entry(at, length_within(at, static_cast<usize>(end - at)));
        name.take(entry);
        vermagic.take(entry);
        at += entry.length() + 1;
    }
    file.name = name.value;
    file.vermagic = vermagic.value;
}

Text behind_first_word(Text text) {
    usize at = 0;
    while (at < text.length() && text.data()[at] != ' ')
        at++;
    return {text.data() + at, text.length() - at};
}

} // namespace

bool is_for_kernel(const ModuleFile &file, Text ours) {
    if (file.has_versions && file.vermagic.empty())
        return false;
    return file.vermagic == ours ||
           (file.has_versions && behind_first_word(file.vermagic) == behind_first_word(ours));
}

ModuleFile look_into_module(const u8 *bytes, usize length) {
    ModuleFile file;
    Bytes all(bytes, length);
    Header header;
    if (!all.read(0, header) || !same_bytes(header.ident, magic, sizeof(magic)) ||
        header.type != relocatable || header.section_size != section_bytes ||
        header.section_count > sections_max || header.names_index >= header.section_count ||
        !all.has(header.section_offset, static_cast<u64>(header.section_count) * section_bytes))
        return file;

    const u8 *sections = bytes + header.section_offset;
    Section table = section_at(sections + header.names_index * section_bytes);
    if (!all.has(table.offset, table.size))
        return file;
    Names names(all.text(table.offset, table.size));

    bool is_module = false, inside = true;
    Text modinfo; // the last one: the kernel takes that, or refuses to choose
    for (u32 i = 1; i < header.section_count; i++) {
        Section section = section_at(sections + i * section_bytes);
        if (section.type == no_section || section.type == no_bits)
            continue;
        if (!all.has(section.offset, section.size)) {
            inside = false;
            continue;
        }
        switch (names.content_of(section.name)) {
        case Content::modinfo:
            modinfo = all.text(section.offset, min<u64>(section.size, modinfo_max));
            break;
        case Content::this_module:
            is_module = true;
            break;
        case Content::versions:
            file.has_versions = true;
            break;
        case Content::other:
            break;
        }
    }
    read_modinfo(modinfo, file);
    file.sound = is_module && inside;
    return file;
}

} // namespace mk
