// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/module_decoder.hpp"

#include <gtest/gtest.h>
#include <ostream>
#include <random>

#include "byte_builder.hpp"

namespace mk::driver {
namespace {

using namespace test;

TEST(ModuleDecoder, TakesNumbersTextsAndLists) {
    auto bytes = module_entry("nf_tables", "nft_ct,nft_nat", "numdummies:int:0444,mode:charp:0");
    append(bytes, module_entry("btrfs"));
    const auto modules = decode_modules(bytes);
    ASSERT_TRUE(modules) << modules.error().message;
    ASSERT_EQ(modules.value().size(), 2U);
    const LoadedModule &module = modules.value().front();
    EXPECT_EQ(module.name, "nf_tables");
    EXPECT_EQ(module.state, LoadState::Coming);
    EXPECT_TRUE(module.permanent);
    EXPECT_EQ(module.references, 3U);
    EXPECT_EQ(texts_of(module.used_by), (std::vector<std::string>{"nft_ct", "nft_nat"}));
    EXPECT_TRUE(module.uses.empty());
    EXPECT_EQ(module.bytes, 120U);
    EXPECT_EQ(module.init_ns, 77U);
    ASSERT_EQ(module.parameters.size(), 2U);
    EXPECT_EQ(module.parameters[0].name, "numdummies");
    EXPECT_EQ(module.parameters[0].type, "int");
    EXPECT_EQ(module.parameters[1].name, "mode");
    EXPECT_EQ(module.parameters[1].type, "charp");
    EXPECT_EQ(modules.value()[1].name, "btrfs");
}

TEST(ModuleDecoder, OlderEntryLeavesTheRestZero) {
    const auto modules =
        decode_modules(module_entry("old", "a", {}, offsetof(modkeeper_module, init_ns)));
    ASSERT_TRUE(modules) << modules.error().message;
    EXPECT_EQ(modules.value().front().name, "old");
    EXPECT_EQ(modules.value().front().init_ns, 0U);
}

TEST(ModuleDecoder, NewerEntryIsPassedOver) {
    const auto modules =
        decode_modules(module_entry("new", "a", {}, sizeof(modkeeper_module) + 24));
    ASSERT_TRUE(modules) << modules.error().message;
    EXPECT_EQ(modules.value().front().name, "new");
    EXPECT_EQ(modules.value().front().init_ns, 77U);
}

struct Damage {
    const char *what;
    void (*apply)(std::vector<std::byte> &);
};

// When the test fails.
void PrintTo(const Damage &damage, std::ostream *out) {
    *out << damage.what;
}

class MalformedEntry : public testing::TestWithParam<Damage> {};

TEST_P(MalformedEntry, IsRefused) {
    auto bytes = module_entry("dummy", "a,b");
    ASSERT_TRUE(decode_modules(bytes));
    GetParam().apply(bytes);
    const auto modules = decode_modules(bytes);
    ASSERT_FALSE(modules) << GetParam().what;
    EXPECT_NE(modules.error().message.find("malformed module entry"), std::string::npos);
}

constexpr std::size_t name_at = offsetof(modkeeper_module, name);
constexpr Damage damages[] = {
    {"entry cut off", [](auto &bytes) { bytes.resize(4); }},
    {"texts cut off", [](auto &bytes) { bytes.resize(bytes.size() - 8); }},
    {"size 0", [](auto &bytes) { poke<__u32>(bytes, 0, 0); }},
    {"fixed part longer than the entry", [](auto &bytes) { poke<__u16>(bytes, 4, 0xffff); }},
    {"fixed part too short", [](auto &bytes) { poke<__u16>(bytes, 4, 2); }},
    {"name in the fixed part",
     [](auto &bytes) {
         poke(bytes, name_at, modkeeper_text{8, 1});
     }},
    {"name beyond the end",
     [](auto &bytes) {
         poke(bytes, name_at, modkeeper_text{0xffffffff, 0xffffffff});
     }},
    {"name without its NUL", [](auto &bytes) { poke<__u32>(bytes, name_at + 4, 3); }},
};

INSTANTIATE_TEST_SUITE_P(ModuleDecoder, MalformedEntry, testing::ValuesIn(damages));

TEST(ModuleDecoder, SurvivesRandomDamage) {
    std::mt19937 random(19450716);
    auto good = module_entry("nf_tables", "nft_ct,nft_nat", "a:int:0644,b:charp:0,c");
    append(good, module_entry("btrfs"));
    std::size_t refused = 0;
    for (int round = 0; round < 20000; ++round)
        refused += decode_modules(damaged(good, random)) ? 0 : 1;
    EXPECT_GT(refused, 0U);
}

} // namespace
} // namespace mk::driver
