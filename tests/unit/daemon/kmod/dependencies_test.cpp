// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/dependencies.hpp"

#include "kmod/places.hpp"

#include <gtest/gtest.h>

#include "fixtures/kernel_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class DependenciesTest : public testing::Test {
  protected:
    DependenciesTest() {
        root_.add("mk_low", {{"license=GPL"}, {{"low", 1}}});
        root_.add("mk_mid", {{"license=GPL", "depends=mk_low"}, {{"mid", 1}}, {{"low", 1}}});
        root_.add("mk_top", {{"license=GPL", "depends=mk-mid,mk_low", "weakdep=mk_later"},
                             {},
                             {{"mid", 1}, {"low", 1}}});
        root_.write("modprobe.d/soft.conf",
                    "alias the-top mk_top\n"
                    "softdep mk_low pre: the-top post: mk_absent\n"); // a circle, too
        root_.index();
        root_.load("mk_low");
    }

    static std::string shown(const Dependency &tree) {
        static constexpr const char *marks[] = {"", "<", ">", "~"};
        std::string text = marks[static_cast<int>(tree.need)] + tree.name;
        if (tree.state != LoadState::Absent)
            text += "*";
        if (!tree.has_file)
            text += "!";
        if (tree.repeated)
            text += "+";
        if (tree.below.empty())
            return text;
        text += "(";
        for (const auto &below : tree.below)
            text += (text.back() == '(' ? "" : " ") + shown(below);
        return text + ")";
    }

    // Written by depmod since kmod 33.
    static constexpr const char *weakdep_index = "lib/modules/6.1.0-test/modules.weakdep";

    Result<Catalog> catalog() {
        return Catalog::create({root_.module_dir(), {root_.path() + "/modprobe.d"}});
    }

    test::KernelRoot root_{{}};
    LoadedModules loaded_{root_.path()};
};

TEST_F(DependenciesTest, ShowsNeedsOfEveryKindAndEndsCircles) {
    auto made = catalog();
    Dependencies dependencies(made.value(), loaded_);
    EXPECT_EQ(shown(dependencies.needs("mk_top"_module)),
              "mk_top(mk_mid(mk_low*(<mk_top+ >mk_absent!)) mk_low*+ ~mk_later!)");
}

TEST_F(DependenciesTest, ShowsWhoNeedsIt) {
    auto made = catalog();
    Dependencies dependencies(made.value(), loaded_);
    EXPECT_EQ(shown(dependencies.needed_by("mk_mid"_module)),
              "mk_mid(mk_top(<mk_low*(mk_mid+ mk_top+)))");
}

TEST_F(DependenciesTest, ASoftdepMayBeOfAllThatMatch) {
    root_.write("modprobe.d/soft.conf", "softdep mk_[tm]* post: mk_soft\n");
    auto made = catalog();
    Dependencies dependencies(made.value(), loaded_);
    EXPECT_EQ(shown(dependencies.needs("mk_mid"_module)), "mk_mid(mk_low* >mk_soft!)");
    EXPECT_EQ(shown(dependencies.needed_by("mk_soft"_module)), "mk_soft!(>mk_mid(mk_top) >mk_top)");
}

TEST_F(DependenciesTest, OfSeveralSoftdepLinesTheFirstCounts) {
    root_.write("modprobe.d/soft.conf", "softdep mk_mi[c-e] post: mk_soft\n"
                                        "softdep mk_mid pre: mk_other\n");
    auto made = catalog();
    Dependencies dependencies(made.value(), loaded_);
    EXPECT_EQ(shown(dependencies.needs("mk_mid"_module)), "mk_mid(mk_low* >mk_soft!)");
}

TEST_F(DependenciesTest, WeakOnesOfTheConfigurationShowBothWays) {
    root_.write("etc/modprobe.d/weak.conf", "weakdep mk_mi* mk-later\n"
                                            "weakdep mk_other mk_later\n");
    auto made = catalog();
    Dependencies dependencies(made.value(), loaded_, ModprobeConfiguration::read({root_.path()}));
    EXPECT_EQ(shown(dependencies.needs("mk_mid"_module)),
              "mk_mid(mk_low*(<mk_top(mk_mid+ mk_low*+ ~mk_later!) >mk_absent!) ~mk_later!)");
    root_.write(weakdep_index, "");
    EXPECT_EQ(shown(dependencies.needed_by("mk_later"_module)),
              "mk_later!(~mk_mid(mk_top(<mk_low*(mk_mid+ mk_top+))))");
}

TEST_F(DependenciesTest, WeakOnesThatDepmodListsShowWhoAsks) {
    root_.write(weakdep_index, "# Weak dependencies\nweakdep mk_top mk_later\n");
    auto made = catalog();
    Dependencies dependencies(made.value(), loaded_);
    EXPECT_EQ(shown(dependencies.needed_by("mk_later"_module)),
              "mk_later!(~mk_top(<mk_low*(mk_mid(mk_top+) mk_top+)))");
}

} // namespace
} // namespace mk
