// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/kernel_symbols.hpp"

#include <gtest/gtest.h>

#include "fixtures/kernel_root.hpp"

namespace mk {
namespace {

class KernelSymbolsTest : public testing::Test {
  protected:
    Result<KernelSymbols> read() {
        return KernelSymbols::create(InstalledKernel::find("", root_.path()).value());
    }
    test::KernelRoot root_{{{"printk", 5}, {"get_mm", 6, true, "MM"}}};
};

TEST_F(KernelSymbolsTest, ReadsTheImage) {
    const auto symbols = read();
    ASSERT_TRUE(symbols) << symbols.error().message;
    EXPECT_EQ(symbols.value().source(), root_.path() + "/boot/vmlinuz-6.1.0-test");
    EXPECT_TRUE(symbols.value().facts_known());
    EXPECT_EQ(symbols.value().all().size(), 2U);
    const auto *symbol = symbols.value().find("get_mm");
    ASSERT_NE(symbol, nullptr);
    EXPECT_TRUE(symbol->gpl_only);
    EXPECT_EQ(symbol->crc, 6U);
    EXPECT_EQ(symbol->symbol_namespace, "MM");
    EXPECT_EQ(symbols.value().find("get"), nullptr);
}

TEST_F(KernelSymbolsTest, PrefersTheBuildsOwnList) {
    root_.write("lib/modules/6.1.0-test/build/Module.symvers",
                "0x0000000a\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n"
                "0x0000000b\tsecret\tvmlinux\tEXPORT_SYMBOL_GPL\tMM\n"
                "0x0000000c\tof_module\tdrivers/x/x\tEXPORT_SYMBOL\t\n"
                "no list at all\n");
    const auto symbols = read();
    ASSERT_TRUE(symbols);
    EXPECT_EQ(symbols.value().all().size(), 2U);
    EXPECT_EQ(symbols.value().find("printk")->crc, 10U);
    EXPECT_TRUE(symbols.value().find("secret")->gpl_only);
    EXPECT_EQ(symbols.value().find("secret")->symbol_namespace, "MM");
}

TEST_F(KernelSymbolsTest, FallsBackToKallsymsOfTheRunningOne) {
    root_.write("boot/vmlinuz-6.1.0-test", "an arm64 Image, for all that is known");
    root_.write("proc/kallsyms", "0000 r __ksymtab_printk\n0000 t other\n"
                                 "0000 r __ksymtab_mk_one\t[mk_one]\n");
    const auto symbols = read();
    ASSERT_TRUE(symbols) << symbols.error().message;
    EXPECT_FALSE(symbols.value().facts_known());
    ASSERT_EQ(symbols.value().all().size(), 1U);
    EXPECT_FALSE(symbols.value().find("printk")->facts_known);
    EXPECT_EQ(exports_in_kallsyms(root_.path()).size(), 2U);
}

TEST_F(KernelSymbolsTest, SaysWhenNothingIsToBeHad) {
    root_.write("boot/vmlinuz-6.1.0-test", "an arm64 Image, for all that is known");
    const auto symbols = read();
    ASSERT_FALSE(symbols);
    EXPECT_EQ(symbols.error().code, ErrorCode::NotFound);
    EXPECT_NE(symbols.error().message.find("Module.symvers"), std::string::npos);
    EXPECT_NE(symbols.error().message.find("no ELF header"), std::string::npos);
}

} // namespace
} // namespace mk
