// SPDX-License-Identifier: GPL-2.0-only
// A module's file that is larger than what a probe may spend its time on.
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/module_file.hpp"

namespace {

// A file of a header, a .modinfo with @modinfo in it, and the sections that make it a module.
class LargeFile {
  public:
    explicit LargeFile(const std::string &modinfo) {
        const std::string names("\0.modinfo\0.gnu.linkonce.this_module\0", 37);
        const std::size_t names_at = 64 + modinfo.size();
        const std::size_t sections_at = (names_at + names.size() + 7) / 8 * 8;
        bytes_.resize(sections_at + 4 * 64);
        text(0, std::string("\x7f"
                            "ELF\2",
                            5));
        put(16, 1, 2);
        put(40, sections_at, 8);
        put(58, 64, 2);
        put(60, 4, 2);
        put(62, 3, 2);
        text(64, modinfo);
        text(names_at, names);
        section(sections_at + 64, 1, 64, modinfo.size());
        section(sections_at + 2UL * 64, 10, 0, 64);
        section(sections_at + 3UL * 64, 0, names_at, names.size());
    }

    mk::ModuleFile look() const { return mk::look_into_module(bytes_.data(), bytes_.size()); }

  private:
    void put(std::size_t at, mk::u64 value, std::size_t size) {
        std::memcpy(bytes_.data() + at, &value, size);
    }
    void text(std::size_t at, const std::string &text) {
        std::memcpy(bytes_.data() + at, text.data(), text.size());
    }
    void section(std::size_t at, mk::u32 name, std::size_t offset, std::size_t size) {
        put(at, name, 4);
        put(at + 4, 1, 4);
        put(at + 24, offset, 8);
        put(at + 32, size, 8);
    }

    std::vector<mk::u8> bytes_;
};

constexpr std::size_t looked_at = 65536;
const std::string last("name=dummy\0", 11);

// One that fills it up to @bytes.
std::string modinfo_of(std::size_t bytes) {
    return std::string(bytes - last.size(), 'x').replace(bytes - last.size() - 1, 1, 1, '\0') +
           last;
}

TEST(ModuleFile, ALongModinfoIsReadUpToABound) {
    const LargeFile bytes(modinfo_of(looked_at));
    const auto file = bytes.look();
    EXPECT_TRUE(file.sound);
    EXPECT_TRUE(file.name == mk::Text::from_c("dummy"));
}

TEST(ModuleFile, WhatStandsBehindTheBoundIsNotLookedAt) {
    const LargeFile bytes(modinfo_of(looked_at + last.size()));
    const auto file = bytes.look();
    EXPECT_TRUE(file.sound) << "the kernel may take it all the same";
    EXPECT_TRUE(file.name.empty());
}

} // namespace
