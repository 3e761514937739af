// SPDX-License-Identifier: GPL-2.0-only
#include "elf/module_memory.hpp"

#include <elf.h>
#include <gtest/gtest.h>

#include "fixtures/elf_writer.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

test::ElfContent section(const std::string &name, std::size_t bytes, std::uint64_t flags) {
    test::ElfContent content{name, SHT_PROGBITS, std::string(bytes, '\0')};
    content.flags = flags;
    return content;
}

TEST(ModuleMemory, IsCountedByKind) {
    const test::TemporaryFolder folder;
    auto zeros = section(".bss", 1000, SHF_ALLOC | SHF_WRITE);
    zeros.type = SHT_NOBITS;
    const auto path = folder.write(
        "mk_sizes.ko",
        test::elf_file({section(".text", 100, SHF_ALLOC | SHF_EXECINSTR),
                        section(".rodata", 20, SHF_ALLOC),
                        section(".data..ro_after_init", 3, SHF_ALLOC | SHF_WRITE),
                        section(".data", 7, SHF_ALLOC | SHF_WRITE), zeros,
                        section(".init.text", 50, SHF_ALLOC | SHF_EXECINSTR),
                        section(".init.data", 5, SHF_ALLOC | SHF_WRITE),
                        section(".modinfo", 999, SHF_ALLOC), section(".comment", 999, 0)}));
    const auto memory = memory_of_file(path);
    ASSERT_TRUE(memory);
    EXPECT_EQ(memory->text, 100U);
    EXPECT_EQ(memory->rodata, 23U);
    EXPECT_EQ(memory->data, 1007U);
    EXPECT_EQ(memory->init, 55U);
    EXPECT_FALSE(memory_of_file(folder / "missing.ko"));
}

} // namespace
} // namespace mk
