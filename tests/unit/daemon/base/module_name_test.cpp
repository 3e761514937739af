// SPDX-License-Identifier: GPL-2.0-only
#include "base/module_name.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace mk {
namespace {

std::string refusal(std::string_view target) {
    auto checked = check_load_target(target);
    if (checked)
        return "";
    EXPECT_EQ(checked.error().code, ErrorCode::InvalidArgument);
    return checked.error().message;
}

TEST(ModuleName, TakesNamesAliasesAndPaths) {
    for (auto target :
         {"dummy", "snd-hda-intel", "8021q", "pci:v00008086d00001234sv*", "devname:net/tun",
          "/lib/modules/x/dummy.ko", "net-pf-10", "/tmp/my driver (1).ko"})
        EXPECT_EQ(refusal(target), "") << target;
    // that of a processor lists its features
    EXPECT_EQ(refusal("cpu:type:x86," + std::string(4000, 'F')), "");
    EXPECT_EQ(refusal(std::string(module_name_max, 'a')), "");
}

TEST(ModuleName, NamesWhatIsWrong) {
    EXPECT_NE(refusal("").find("empty"), std::string::npos);
    EXPECT_NE(refusal("a/b").find("\"a/b\""), std::string::npos);
    EXPECT_NE(refusal("a/b").find("slash"), std::string::npos);
    EXPECT_NE(refusal("./a.ko").find("absolute"), std::string::npos);
    EXPECT_NE(refusal("a b").find("space"), std::string::npos);
    EXPECT_NE(refusal("a\nb").find("\"a?b\""), std::string::npos);
    EXPECT_NE(refusal("caf\xc3\xa9").find("ASCII"), std::string::npos);
    auto longer = refusal(std::string(module_name_max + 1, 'a'));
    EXPECT_NE(longer.find("56 characters"), std::string::npos) << longer;
    const auto much = refusal("x:" + std::string(alias_max, 'a'));
    EXPECT_NE(much.find("too long"), std::string::npos);
    EXPECT_LT(much.size(), 300U);
    EXPECT_NE(refusal("/" + std::string(path_max, 'a')).find("too long"), std::string::npos);
    EXPECT_NE(refusal("/tmp/").find("directory"), std::string::npos);
    EXPECT_NE(refusal("..").find("is not a valid module name"), std::string::npos);
}

TEST(ModuleName, IsSpelledAsTheKernelDoes) {
    EXPECT_EQ(ModuleName("snd-hda-intel").str(), "snd_hda_intel");
    EXPECT_EQ(ModuleName("snd-hda-intel"), ModuleName("snd_hda-intel"));
    EXPECT_EQ(ModuleName::of_file("/a/b-c.ko.xz").str(), "b_c");
    EXPECT_EQ(ModuleName::of_file("/a/plain").str(), "plain");
    EXPECT_EQ(ModuleName::of_target("/a/b-c.ko").str(), "b_c");
    EXPECT_EQ(ModuleName::of_target("b-c").str(), "b_c");
    EXPECT_TRUE(ModuleName().empty());
}

TEST(ModuleName, IsATextInEitherSpelling) {
    const ModuleName name("snd-hda-intel");
    for (const std::string text : {"snd_hda_intel", "snd-hda-intel", "snd-hda_intel"})
        EXPECT_TRUE(name == text && text == name) << text;
    for (const std::string text : {"snd_hda", "snd_hda_intel_", "snd.hda.intel", ""})
        EXPECT_TRUE(name != text && text != name) << text;
    EXPECT_EQ(fmt::format("{:>15}", name), "  snd_hda_intel");
    EXPECT_EQ("/sys/module/" + name + "/holders", "/sys/module/snd_hda_intel/holders");
}

TEST(ModuleName, IsMadeOfATextOnlyByConversion) {
    static_assert(!std::is_convertible_v<std::string, ModuleName>);
    static_assert(!std::is_convertible_v<const char *, ModuleName>);
    static_assert(std::is_convertible_v<ModuleName, const std::string &>);
    const auto checked = ModuleName::checked("b-c");
    ASSERT_TRUE(checked);
    EXPECT_EQ(checked.value().str(), "b_c");
    EXPECT_EQ(ModuleName::checked("b/c").error().message,
              "\"b/c\" is not a valid module name: it has a slash");
}

TEST(ModuleName, IsOnceInAListOfNames) {
    EXPECT_EQ(texts_of(each_once(module_names({"b-c", "a", "b_c", "a"}))),
              (std::vector<std::string>{"b_c", "a"}));
    EXPECT_EQ(each_once({"b-c", "/b-c.ko", "b_c", "/b_c.ko"}),
              (std::vector<std::string>{"b-c", "/b-c.ko", "/b_c.ko"}));
}

TEST(ModuleName, CutsLongTextsInMessages) {
    EXPECT_EQ(quote(std::string(81, 'x')), '"' + std::string(80, 'x') + "...\"");
}

} // namespace
} // namespace mk
