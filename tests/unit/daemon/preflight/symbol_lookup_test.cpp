// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/symbol_lookup.hpp"

#include <gtest/gtest.h>

#include "fixtures/kernel_root.hpp"

namespace mk {
namespace {

class SymbolLookupTest : public testing::Test {
  protected:
    SymbolLookupTest() {
        root_.add("mk_base",
                  {{"license=GPL"}, {{"mk_call", 0x20, true, "MK"}, {"mk_other", 0x21}}});
        root_.add("mk_user", {{"license=GPL"}, {}, {{"mk_call", 0x20}, {"printk", 0x10}}});
        root_.add("mk_idle", {{"license=GPL"}, {}, {{"mk_call", 0x20}}});
        root_.index();
        root_.load("mk_base");
        root_.load("mk_user");
    }

    Result<std::vector<FoundSymbol>> find(const SymbolSearch &search) {
        const auto kernel = InstalledKernel::find("", root_.path());
        auto catalog =
            Catalog::create({kernel.value().module_dir(), {root_.path() + "/modprobe.d"}});
        Symvers symvers(kernel.value(), catalog.value());
        return find_symbols(search, kernel.value(), catalog.value(), symvers);
    }

    test::KernelRoot root_{{{"printk", 0x10}, {"mk_inner", 0x11, true}}};
};

TEST_F(SymbolLookupTest, TellsTheProviderAndWhoOfTheLoadedUsesIt) {
    const auto found = find({"mk_call"});
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found.value().size(), 1U);
    const auto &symbol = found.value().front();
    EXPECT_EQ(symbol.provider, "mk_base");
    EXPECT_TRUE(symbol.live);
    EXPECT_TRUE(symbol.symbol.gpl_only);
    EXPECT_EQ(symbol.symbol.crc, 0x20U);
    EXPECT_EQ(symbol.symbol.symbol_namespace, "MK");
    EXPECT_EQ(symbol.used_by, std::vector<std::string>{"mk_user"});
}

TEST_F(SymbolLookupTest, LooksOnDiskTooWhenAsked) {
    const auto found = find({"mk_call", true});
    ASSERT_TRUE(found);
    EXPECT_EQ(found.value().front().used_by, (std::vector<std::string>{"mk_idle", "mk_user"}));
}

TEST_F(SymbolLookupTest, TakesPatterns) {
    const auto found = find({"mk_*"});
    ASSERT_TRUE(found);
    std::vector<std::string> names;
    for (const auto &symbol : found.value())
        names.push_back(symbol.provider + ":" + symbol.symbol.name);
    EXPECT_EQ(names, (std::vector<std::string>{"mk_base:mk_call", "vmlinux:mk_inner",
                                               "mk_base:mk_other"}));
}

TEST_F(SymbolLookupTest, KnowsLoadedModulesWithoutAFile) {
    root_.write("proc/kallsyms", "0 r __ksymtab_mk_call\t[mk_base]\n0 r __ksymtab_odd\t[mk_odd]\n");
    const auto found = find({"odd"});
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found.value().front().provider, "mk_odd");
    EXPECT_FALSE(found.value().front().symbol.facts_known);
    // not told twice
    EXPECT_EQ(find({"mk_call"}).value().size(), 1U);
}

TEST_F(SymbolLookupTest, SuggestsANameOrSaysWhyNot) {
    auto found = find({"mk_cal"});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::NotFound);
    EXPECT_NE(found.error().message.find("did you mean mk_call?"), std::string::npos);
    EXPECT_FALSE(find({"nothing*"}));
    root_.write("boot/vmlinuz-6.1.0-test", "an arm64 Image, for all that is known");
    found = find({"printk"});
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().message.find("are not known"), std::string::npos);
}

} // namespace
} // namespace mk
