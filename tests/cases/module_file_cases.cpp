// SPDX-License-Identifier: GPL-2.0-only
// What a module's file says of itself, whatever its bytes are.
#include "check.hpp"
#include "core/module_file.hpp"
#include "lib/bytes.hpp"
#include "suites.hpp"

using mk::look_into_module;
using mk::ModuleFile;
using mk::Text;
using mk::u16;
using mk::u32;
using mk::u64;
using mk::u8;
using mk::usize;

namespace {

// A file with a header, four sections and their names, byte by byte.
class File {
  public:
    static constexpr usize size = 1024;
    static constexpr usize modinfo_at = 64, names_at = 256, sections_at = 512;

    File() { start_over(); }

    // One of them is what a stack of the kernel has room for.
    void start_over() {
        mk::clear_bytes(bytes_, sizeof(bytes_));
        put(0, 0x464c457f, 4);
        bytes_[4] = 2;
        put(16, 1, 2);           // relocatable
        put(40, sections_at, 8); // where the sections are
        put(58, 64, 2);          // their size
        put(60, 4, 2);           // their number
        put(62, 3, 2);           // which has the names
        text(modinfo_at, "license=GPL\0vermagic=6.1.0 SMP \0name=dummy", 43);
        text(names_at, "\0.modinfo\0.gnu.linkonce.this_module\0__versions", 47);
        section(1, 1, modinfo_at, 43);
        section(2, 10, 0, 64);
        section(3, 0, names_at, 47);
    }

    void put(usize at, u64 value, usize bytes) { mk::copy_bytes(bytes_ + at, &value, bytes); }
    void text(usize at, const char *text, usize length) {
        mk::copy_bytes(bytes_ + at, text, length);
    }
    void section(u32 index, u32 name, u64 offset, u64 length) {
        usize at = sections_at + 64UL * index;
        put(at, name, 4);
        put(at + 4, 1, 4); // its contents are the module's own
        put(at + 24, offset, 8);
        put(at + 32, length, 8);
    }
    void type(u32 index, u32 type) { put(sections_at + 64UL * index + 4, type, 4); }
    ModuleFile look(usize length = size) const { return look_into_module(bytes_, length); }

  private:
    alignas(8) u8 bytes_[size];
};

} // namespace

static const char *name_and_vermagic_are_found() {
    File file;
    ModuleFile found = file.look();
    CHECK(found.sound);
    CHECK(found.name == Text::from_c("dummy"));
    CHECK(found.vermagic == Text::from_c("6.1.0 SMP "));
    CHECK(!found.has_versions);
    file.start_over();
    file.section(1, 36, 0, 64);
    CHECK(file.look().has_versions);
    return nullptr;
}

static const char *a_cut_file_is_not_sound() {
    File file;
    for (usize length = 0; length < 768; length++)
        CHECK(!file.look(length).sound);
    CHECK(file.look(768).sound);
    return nullptr;
}

static const char *no_module_is_not_sound() {
    File file;
    file.put(16, 2, 2); // an executable
    CHECK(!file.look().sound);
    file.start_over();
    file.put(4, 1, 1); // of 32 bits
    CHECK(!file.look().sound);
    file.start_over();
    file.section(2, 0, 0, 64); // nameless
    CHECK(!file.look().sound);
    file.start_over();
    file.type(2, 8); // without contents
    CHECK(!file.look().sound);
    file.start_over();
    file.put(58, 63, 2); // sections of another size
    CHECK(!file.look().sound);
    return nullptr;
}

static const char *what_points_outside_is_not_followed() {
    File file;
    file.section(3, 0, ~0ULL, 47); // the names
    CHECK(!file.look().sound);
    file.start_over();
    file.section(1, 1, File::size - 10, 43);
    CHECK(!file.look().sound && file.look().name.empty());
    file.start_over();
    file.put(40, ~0ULL - 64, 8); // the table
    CHECK(!file.look().sound);
    file.start_over();
    file.section(1, 1, 64, ~0ULL); // around and back
    CHECK(!file.look().sound);
    file.start_over();
    file.section(1, 0xffffffff, 64, 43); // a name far away
    CHECK(file.look().name.empty());
    return nullptr;
}

static const char *a_section_without_contents_may_point_anywhere() {
    File file;
    file.put(60, 5, 2);
    const u32 types[] = {0, 8};
    for (u32 type : types) {
        file.section(4, 1, ~0ULL, ~0ULL);
        file.type(4, type);
        CHECK(file.look().sound);
        CHECK(file.look().name == Text::from_c("dummy"));
    }
    return nullptr;
}

static const char *many_sections_are_too_many() {
    File file;
    file.put(60, 0xffff, 2);
    CHECK(!file.look().sound);
    return nullptr;
}

// A file could name the same bytes a thousand times, and have them all gone through.
static const char *only_the_last_modinfo_is_read() {
    File file;
    file.put(60, 6, 2);
    file.section(4, 1, File::modinfo_at, 43);
    file.section(5, 1, File::size - 16, 16); // NULs
    ModuleFile found = file.look();
    CHECK(found.sound);
    CHECK(found.name.empty() && found.vermagic.empty());
    file.text(File::size - 16, "name=last", 9);
    CHECK(file.look().name == Text::from_c("last"));
    CHECK(file.look().vermagic.empty());
    return nullptr;
}

static const char *the_first_entry_of_a_key_counts() {
    File file;
    file.text(File::modinfo_at, "name=\0name=second\0vermagic=6.1\0vermagic=6.2", 44);
    file.section(1, 1, File::modinfo_at, 44);
    CHECK(file.look().name.empty());
    CHECK(file.look().vermagic == Text::from_c("6.1"));
    return nullptr;
}

static const char *vermagic_is_compared_as_the_kernel_does() {
    ModuleFile file;
    Text ours = Text::from_c("6.1.0-56-amd64 SMP preempt ");
    file.vermagic = ours;
    CHECK(is_for_kernel(file, ours));
    file.vermagic = Text::from_c("6.1.0-57-amd64 SMP preempt ");
    CHECK(!is_for_kernel(file, ours));
    file.has_versions = true;
    CHECK(is_for_kernel(file, ours));
    file.vermagic = Text::from_c("6.1.0-56-amd64 SMP ");
    CHECK(!is_for_kernel(file, ours));
    file.vermagic = Text();
    CHECK(!is_for_kernel(file, ours));
    return nullptr;
}

static const mk_case cases[] = {
    {"name_and_vermagic_are_found", name_and_vermagic_are_found},
    {"a_cut_file_is_not_sound", a_cut_file_is_not_sound},
    {"no_module_is_not_sound", no_module_is_not_sound},
    {"what_points_outside_is_not_followed", what_points_outside_is_not_followed},
    {"a_section_without_contents_may_point_anywhere",
     a_section_without_contents_may_point_anywhere},
    {"many_sections_are_too_many", many_sections_are_too_many},
    {"only_the_last_modinfo_is_read", only_the_last_modinfo_is_read},
    {"the_first_entry_of_a_key_counts", the_first_entry_of_a_key_counts},
    {"vermagic_is_compared_as_the_kernel_does", vermagic_is_compared_as_the_kernel_does},
};

const mk_case_suite mk_module_file_cases = suite_of("module_file", cases);
