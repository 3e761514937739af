// SPDX-License-Identifier: GPL-2.0-only
#include "elf/module_symbols.hpp"

#include <gtest/gtest.h>

#include "fixtures/kernel_files.hpp"
#include "fixtures/module_file.hpp"

namespace mk {
namespace {

const std::vector<test::Export> exports = {{"mk_zebra", 0x11223344},
                                           {"mk_apple", 0xdeadbeef, true},
                                           {"mk_pear", 7, true, "MK_FRUIT"},
                                           {"mk_nut", 8}};

ElfObject object(const std::string &bytes) {
    auto made = ElfObject::create(bytes);
    EXPECT_TRUE(made) << made.error().message;
    return std::move(made.value());
}

TEST(ModuleSymbols, NamesOfInit) {
    EXPECT_EQ(
        init_names_of_module(object(test::linked_module({{"license=GPL"}, {}, {}, "mk_start"}))),
        (std::vector<std::string>{"mk_start"}));
    EXPECT_TRUE(init_names_of_module(object(test::linked_module({{"license=GPL"}}))).empty());
}

void expect_all(const std::vector<ExportedSymbol> &found, bool with_crc = true) {
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].name, "mk_apple");
    EXPECT_TRUE(found[0].gpl_only);
    EXPECT_EQ(found[1].name, "mk_nut");
    EXPECT_FALSE(found[1].gpl_only);
    EXPECT_EQ(found[2].name, "mk_pear");
    EXPECT_EQ(found[3].name, "mk_zebra");
    if (!with_crc) {
        EXPECT_EQ(found[0].crc, std::nullopt);
        return;
    }
    EXPECT_EQ(found[0].crc, 0xdeadbeef);
    EXPECT_EQ(found[1].crc, 8U);
    EXPECT_EQ(found[2].symbol_namespace, "MK_FRUIT");
    EXPECT_EQ(found[3].crc, 0x11223344U);
    EXPECT_EQ(found[3].symbol_namespace, "");
}

TEST(ModuleSymbols, TellsWhatAModuleExports) {
    expect_all(exports_of_module(object(test::linked_module({{"license=GPL"}, exports}))));
}

TEST(ModuleSymbols, KnowsTheFlagsOfNewerKernels) {
    expect_all(exports_of_module(object(test::module_with_flags({{"license=GPL"}, exports}))),
               false);
}

TEST(ModuleSymbols, ReadsAStrippedKernel) {
    expect_all(exports_of_kernel(object(test::kernel_image(exports))));
}

TEST(ModuleSymbols, TellsWhatAModuleImports) {
    const auto module = object(test::linked_module(
        {{"license=GPL"}, {}, {{"printk", 5}, {"module_layout", 9}, {"maybe", {}, true}}}));
    EXPECT_TRUE(has_versions(module));
    const auto imports = imports_of_module(module);
    ASSERT_EQ(imports.size(), 3U);
    EXPECT_EQ(imports[0].name, "maybe");
    EXPECT_TRUE(imports[0].weak);
    EXPECT_EQ(imports[0].crc, std::nullopt);
    EXPECT_EQ(imports[1].name, "module_layout");
    EXPECT_EQ(imports[2].crc, 5U);
    EXPECT_FALSE(imports[2].weak);
}

TEST(ModuleSymbols, AModuleWithoutVersionsHasNone) {
    const auto module =
        object(test::linked_module({{"license=GPL"}, {}, {{"printk", std::nullopt}}}));
    EXPECT_FALSE(has_versions(module));
    EXPECT_EQ(imports_of_module(module).front().crc, std::nullopt);
}

// Whatever is cut off or turned round, nothing beyond the bytes is touched (ASan watches).
TEST(ModuleSymbols, TrustsNoOffset) {
    const auto sound = test::linked_module({{"license=GPL"}, exports, {{"printk", 5}}});
    const auto image = test::kernel_image(exports);
    for (const auto &whole : {sound, image})
        for (std::size_t i = 0; i < whole.size(); ++i) {
            auto broken = whole;
            broken[i] = static_cast<char>(broken[i] ^ 0xff);
            if (auto made = ElfObject::create(broken)) {
                exports_of_module(made.value());
                imports_of_module(made.value());
                exports_of_kernel(made.value());
            }
        }
    for (std::size_t size = 0; size < sound.size(); size += 7)
        EXPECT_FALSE(ElfObject::create(sound.substr(0, size))) << size;
}

TEST(ElfObjectTest, SaysWhatIsWrong) {
    const auto why = [](const std::string &bytes) {
        const auto made = ElfObject::create(bytes);
        return made ? "" : made.error().message;
    };
    EXPECT_EQ(why("nothing of the kind"), "it has no ELF header");
    auto other = test::module_file({"license=GPL"});
    other[18] = 3; // e_machine
    EXPECT_NE(why(other).find("another machine"), std::string::npos);
    const auto whole = test::module_file({"license=GPL"});
    EXPECT_NE(why(whole.substr(0, whole.size() - 1)).find("truncated"), std::string::npos);
}

} // namespace
} // namespace mk
