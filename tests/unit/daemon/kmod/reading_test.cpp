// SPDX-License-Identifier: GPL-2.0-only
// What modprobe.d, modules-load.d and the command line say, and where they say it.
#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/modules_load.hpp"

namespace mk::test {
namespace {

using Texts = std::vector<std::string>;

class Reading : public testing::Test {
  protected:
    Texts options(const std::string &module) const {
        Texts result;
        for (const auto &option : ModprobeConfiguration::read(places_).options(ModuleName(module)))
            result.push_back(to_text(option) + " " + shown(option.origin));
        return result;
    }
    Texts enabled() const {
        Texts result;
        for (const auto &one : EnabledModules::read(places_).modules)
            result.push_back(one.name + " " + shown(one.origin));
        return result;
    }
    // Without the folder of the test.
    std::string shown(const Origin &origin) const {
        auto text = origin.text();
        return text.starts_with(root_.path()) ? text.substr(root_.path().size()) : text;
    }

    TemporaryFolder root_;
    ConfigurationPlaces places_{root_.path()};
};

TEST_F(Reading, OptionsSayWhereTheyAre) {
    root_.write("etc/modprobe.d/a.conf",
                "# a comment\n\noptions foo-bar a=1 b\noptions foo_bar\tc=2\n");
    EXPECT_EQ(options("foo_bar"),
              (Texts{"a=1 /etc/modprobe.d/a.conf:3", "b /etc/modprobe.d/a.conf:3",
                     "c=2 /etc/modprobe.d/a.conf:4"}));
    EXPECT_EQ(options("foo"), Texts{});
}

TEST_F(Reading, ABackslashContinuesALineAndSparesACharacter) {
    root_.write("etc/modprobe.d/a.conf", "options x a=1 \\\n  b=\\\\2\n# c\noptions x c=\\3\n");
    EXPECT_EQ(options("x"), (Texts{"a=1 /etc/modprobe.d/a.conf:1", "b=\\2 /etc/modprobe.d/a.conf:1",
                                   "c=3 /etc/modprobe.d/a.conf:4"}));
}

TEST_F(Reading, QuotesKeepSpacesTogether) {
    root_.write("etc/modprobe.d/a.conf",
                "options x text=\"a b\" \"other=c d\" say=x\"y\" last=\"e\n");
    auto found = ModprobeConfiguration::read(places_).options("x"_module);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].value, "a b");
    EXPECT_EQ(found[1].name, "other");
    EXPECT_EQ(found[1].value, "c d");
    EXPECT_EQ(found[2].value, "x\"y\"") << "the kernel takes off pairs only";
    EXPECT_EQ(found[3].value, "e");
    EXPECT_EQ(to_text(found[0]), "text=\"a b\"");
    EXPECT_EQ(to_text({"text", "a\tb", true}), "text=\"a\tb\"");
}

TEST_F(Reading, FilesCountByNameAndTheFirstFolderHidesTheOthers) {
    root_.write("etc/modprobe.d/m.conf", "options x a=etc\n");
    root_.write("run/modprobe.d/m.conf", "options x a=hidden\n");
    root_.write("run/modprobe.d/z.conf", "options x a=run\n");
    root_.write("lib/modprobe.d/b.conf", "options x a=lib\n");
    root_.write("usr/lib/modprobe.d/n.conf", "options x a=masked\n");
    root_.write("etc/modprobe.d/ignored.txt", "options x a=no\n");
    root_.write("etc/modprobe.d/.hidden.conf", "options x a=no\n");
    std::filesystem::create_symlink("/dev/null", root_ / "etc/modprobe.d/n.conf");
    EXPECT_EQ(options("x"),
              (Texts{"a=lib /lib/modprobe.d/b.conf:1", "a=etc /etc/modprobe.d/m.conf:1",
                     "a=run /run/modprobe.d/z.conf:1"}));
    auto counts = ModprobeConfiguration::read(places_).option("x"_module, "a");
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->value, "run");
}

TEST_F(Reading, TheCommandLineComesLast) {
    root_.write("etc/modprobe.d/z.conf", "options x a=file\n");
    root_.write("proc/cmdline",
                "quiet x.a=boot y-z.b=\"c d\" modprobe.blacklist=p,q-r .n=1 x.sub.c=2 "
                "x.\"d e\" x.f=\"open\n");
    auto all = ModprobeConfiguration::read(places_);
    EXPECT_EQ(all.option("x"_module, "a")->value, "boot");
    EXPECT_EQ(all.option("x"_module, "a")->origin.text(), "the kernel command line");
    EXPECT_EQ(options("y_z"), Texts{"b=\"c d\" the kernel command line"});
    EXPECT_EQ(all.of(LineKind::Blacklist, "p"_module).size(), 1U);
    EXPECT_TRUE(all.of(LineKind::Blacklist, "q_r"_module).empty())
        << "kmod compares letter by letter";
    EXPECT_EQ(all.options("x"_module).size(), 2U);
    EXPECT_EQ(all.modules_with_options(), (Texts{"x", "y_z"}));
}

TEST_F(Reading, AnEmptyOptionOfTheCommandLineIsNoPartOfAQuoteThatIsOpen) {
    root_.write("etc/modprobe.d/a.conf", "options x t=\\\"a \n");
    root_.write("proc/cmdline", "x. x.b=1\n");
    EXPECT_EQ(ModprobeConfiguration::read(places_).option("x"_module, "t")->value, "a  b=1");
}

TEST_F(Reading, OnlyTheFirstInstallLineCounts) {
    root_.write("etc/modprobe.d/a.conf",
                "install one /bin/false\ninstall two /sbin/modprobe -i two\n"
                "install two /bin/true\ninstall thr* /usr/bin/false\n");
    auto all = ModprobeConfiguration::read(places_);
    EXPECT_EQ(all.blocking_install("one")->origin.line, 1U);
    EXPECT_FALSE(all.blocking_install("two"));
    EXPECT_TRUE(all.blocking_install("three"));
    EXPECT_FALSE(all.blocking_install("four"));
}

TEST_F(Reading, LinesThatKmodIgnoresAreNotTaken) {
    auto lines = parse_modprobe_lines("Options x a=1\noptions x\ninstall x\n # x\nblacklist\n"
                                      "blacklist x # y\nsoftdep x pre: y\nremove x z\nalias a-b x\n"
                                      "weakdep x\n",
                                      {"f"});
    ASSERT_EQ(lines.size(), 10U);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(lines[i].kind, LineKind::Unknown) << i;
    EXPECT_EQ(lines[5].kind, LineKind::Blacklist);
    EXPECT_EQ(lines[6].rest, "pre: y");
    EXPECT_EQ(lines[8].name, "a_b");
    EXPECT_EQ(lines[8].rest, "x");
    EXPECT_EQ(lines[9].kind, LineKind::Unknown);
}

TEST_F(Reading, WeakDependenciesAreOfTheFirstLineThatMatches) {
    root_.write("etc/modprobe.d/a.conf", "weakdep other w\nweakdep x y z-a\tv\nweakdep x* u\n");
    auto all = ModprobeConfiguration::read(places_);
    EXPECT_EQ(all.weak_dependencies("x"_module), (Texts{"y", "z-a", "v"}));
    EXPECT_EQ(all.weak_dependencies("x2"_module), Texts{"u"});
    EXPECT_EQ(all.weak_dependencies("y"_module), Texts{});
}

TEST_F(Reading, ARangeOfAPatternKeepsItsDash) {
    root_.write("etc/modprobe.d/a.conf", "install foo-[1-3] /bin/false\ninstall [x /bin/false\n");
    auto all = ModprobeConfiguration::read(places_);
    EXPECT_TRUE(all.blocking_install("foo_2"));
    EXPECT_FALSE(all.blocking_install("foo_4"));
    EXPECT_EQ(all.lines().at(1).kind, LineKind::Unknown);
}

TEST_F(Reading, AFolderHidesNothingFromKmodButFromSystemd) {
    std::filesystem::create_directories(root_ / "etc/modprobe.d/x.conf");
    std::filesystem::create_directories(root_ / "etc/modules-load.d/x.conf");
    root_.write("usr/lib/modprobe.d/x.conf", "options x a=1\n");
    root_.write("usr/lib/modules-load.d/x.conf", "hidden\n");
    EXPECT_EQ(options("x"), Texts{"a=1 /usr/lib/modprobe.d/x.conf:1"});
    EXPECT_EQ(enabled(), Texts{});
    EXPECT_EQ(ModprobeConfiguration::read(places_).unread().size(), 1U)
        << "it is told all the same";
}

TEST_F(Reading, ALongCommandLineIsReadAsKmodAndTheKernelDo) {
    root_.write("proc/cmdline", "x.a=1 modules_load=first " + std::string(4200, 'y') +
                                    " x.b=2 modules_load=last\n");
    EXPECT_EQ(options("x"), Texts{"a=1 the kernel command line"}) << "kmod reads 4095 bytes of it";
    EXPECT_EQ(enabled().size(), 2U);
}

TEST_F(Reading, WhoMayReadALineIsKnown) {
    root_.write("etc/modprobe.d/a.conf", "options x a=1\n");
    const auto closed = root_.write("etc/modprobe.d/b.conf", "options x b=1\n");
    root_.write("secret/c.conf", "options x c=1\n");
    std::filesystem::create_symlink("/secret/c.conf", root_ / "etc/modprobe.d/c.conf");
    std::filesystem::permissions(closed, std::filesystem::perms(0640));
    std::filesystem::permissions(root_ / "secret", std::filesystem::perms(0700));
    std::vector<bool> is_public;
    for (const auto &option : ModprobeConfiguration::read(places_).options("x"_module))
        is_public.push_back(option.origin.is_public);
    EXPECT_EQ(is_public, (std::vector<bool>{true, false, false}));
    EXPECT_FALSE(ModprobeConfiguration::read(places_).options_are_public("x"));
    EXPECT_TRUE(ModprobeConfiguration::read(places_).options_are_public("y"));
}

// Also in the lines behind the hidden one, which are part of the same text.
TEST_F(Reading, AQuoteThatAHiddenLineLeavesOpenHidesAllOfItsText) {
    root_.write("etc/modprobe.d/a.conf", "options x key=\"a\n");
    root_.write("etc/modprobe.d/b.conf", "options x n=1\noptions x b\" c=2\n");
    std::filesystem::permissions(root_ / "etc/modprobe.d/a.conf", std::filesystem::perms(0600));
    const auto found = ModprobeConfiguration::read(places_).options("x"_module);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].value, "a n=1 b");
    EXPECT_FALSE(found[0].origin.is_public);
    EXPECT_EQ(found[1].name, "c");
    EXPECT_TRUE(found[1].origin.is_public);
}

TEST_F(Reading, WhatCannotBeReadIsTold) {
    std::filesystem::create_directories(root_ / "etc/modprobe.d/folder.conf");
    auto all = ModprobeConfiguration::read(places_);
    ASSERT_EQ(all.unread().size(), 1U);
    EXPECT_EQ(all.unread()[0].path, root_ / "etc/modprobe.d/folder.conf");
    EXPECT_NE(all.unread()[0].reason, "");
}

TEST_F(Reading, NothingThereIsNoTrouble) {
    EXPECT_TRUE(ModprobeConfiguration::read(places_).lines().empty());
    EXPECT_TRUE(ModprobeConfiguration::read(places_).unread().empty());
    EXPECT_TRUE(EnabledModules::read(places_).modules.empty());
}

TEST_F(Reading, ModulesOfTheBootSayWhereTheyAre) {
    root_.write("etc/modules-load.d/b.conf", "# one\n; two\n\n  loop \t\r\ntun");
    root_.write("usr/lib/modules-load.d/a.conf", "br-netfilter\n");
    root_.write("usr/lib/modules-load.d/b.conf", "hidden\n");
    root_.write("proc/cmdline", "modules_load=x,y rd.modules-load=z\n");
    EXPECT_EQ(enabled(),
              (Texts{"x the kernel command line", "y the kernel command line",
                     "z the kernel command line", "br-netfilter /usr/lib/modules-load.d/a.conf:1",
                     "loop /etc/modules-load.d/b.conf:4", "tun /etc/modules-load.d/b.conf:5"}));
    EXPECT_EQ(EnabledModules::read(places_).of("br_netfilter"_module).size(), 1U);
}

} // namespace
} // namespace mk::test
