// SPDX-License-Identifier: GPL-2.0-only
// What becomes of each line of modprobe.d, and why.
#include "kmod/line_effect.hpp"

#include "config/configured_machine.hpp"
#include "job/planner.hpp"

namespace mk {
namespace {

class LineEffects : public test::ConfiguredMachine {
  protected:
    // "LINE effect" for those that do not count
    std::vector<std::string> effects() {
        const auto modprobe = ModprobeConfiguration::read(places_);
        auto catalog = Catalog::create(places_.catalog());
        EXPECT_TRUE(catalog);
        std::vector<std::string> result;
        why_.clear();
        for (const auto &line : modprobe.lines()) {
            const auto verdict = judge_line(line, modprobe, &catalog.value());
            if (verdict.why.empty())
                continue;
            const auto &file = line.origin.file;
            result.push_back(file.substr(file.rfind('/') + 1) + ":" +
                             std::to_string(line.origin.line) + " " +
                             std::string(effect_name(verdict.effect)));
            why_ += verdict.why + "\n";
        }
        return result;
    }
    bool tells(const std::string &text) const { return why_.find(text) != std::string::npos; }

    using Lines = std::vector<std::string>;
    std::string why_;
};

TEST_F(LineEffects, WhatModprobeTakesCounts) {
    write("etc/modprobe.d/a.conf", "options dummy numdummies=2 on\n"
                                   "blacklist other\n"
                                   "alias thing dummy\n"
                                   "install other /bin/true\n"
                                   "remove dummy /bin/true\n"
                                   "softdep dummy pre: other\n");
    EXPECT_EQ(effects(), Lines());
}

TEST_F(LineEffects, OfValuesTheLastCountsAndOfCommandsTheFirst) {
    write("etc/modprobe.d/a.conf", "options dummy numdummies=2\n"
                                   "install oth* /bin/one\n"
                                   "softdep dummy pre: other\n");
    write("usr/lib/modprobe.d/b.conf", "options dummy on=1 numdummies=3\n"
                                       "install other /bin/two\n"
                                       "softdep d* post: other\n"
                                       "softdep dummy post: other\n");
    EXPECT_EQ(effects(),
              (Lines{"a.conf:1 overridden", "b.conf:2 overridden", "b.conf:4 overridden"}));
    EXPECT_TRUE(tells("b.conf:1 also sets numdummies, and the last value counts")) << why_;
    EXPECT_TRUE(tells("modprobe runs the install line of " + path("etc/modprobe.d/a.conf:2")))
        << why_;
}

TEST_F(LineEffects, WhatModprobeSkipsIsNamedWithWhatWasMeant) {
    write("etc/modprobe.d/a.conf", "optoins dummy on=1\n"
                                   "install dummy\n"
                                   "include /etc/other\n");
    EXPECT_EQ(effects(), (Lines{"a.conf:1 skipped", "a.conf:2 skipped", "a.conf:3 skipped"}));
    EXPECT_TRUE(tells("did you mean options?")) << why_;
    EXPECT_TRUE(tells("something is missing after the first word")) << why_;
}

TEST_F(LineEffects, WhatNothingHeedsIsUseless) {
    write("etc/modprobe.d/a.conf", "options built x=1\n"
                                   "options dummy nosuch=1\n"
                                   "alias net-pf-99 off\n"
                                   "install soft /bin/false\n");
    write("proc/cmdline", "modprobe.blacklist=dum-my\n");
    EXPECT_EQ(effects(), (Lines{"a.conf:1 useless", "a.conf:2 useless", "a.conf:3 useless",
                                "a.conf:4 useless", ":0 useless"}));
    EXPECT_TRUE(tells("built into the kernel")) << why_;
    EXPECT_TRUE(tells("there is no module \"off\"")) << why_;
    EXPECT_TRUE(tells("literally")) << why_;
}

TEST_F(LineEffects, AnAliasToNothingStopsNothingThatAnotherLineOfTheSameNameHas) {
    tree_.add("famous", {"license=GPL", "alias=net-pf-15"});
    tree_.add("other", {"license=GPL"});
    tree_.index();
    write("etc/modprobe.d/a.conf", "alias net-pf-15 off\n"
                                   "alias net-pf-15 famous\n"
                                   "alias net-pf-16 off\n"
                                   "alias net-pf-1[67] other\n"
                                   "alias net-pf-1* off\n"
                                   "alias net-pf-18 off\n"
                                   "alias net-pf-18 gone\n");
    EXPECT_EQ(effects(), (Lines{"a.conf:1 useless", "a.conf:3 useless", "a.conf:5 counts",
                                "a.conf:6 useless", "a.conf:7 useless"}));
    EXPECT_TRUE(tells("a.conf:2, which leads to famous")) << why_;
    EXPECT_TRUE(tells("a.conf:4, which leads to other")) << why_;
}

TEST_F(LineEffects, AnAliasToNothingSwitchesOffWhatTheIndexHas) {
    tree_.add("famous", {"license=GPL", "alias=net-pf-15", "alias=pci:v*d*"});
    tree_.index();
    write("etc/modprobe.d/a.conf", "alias net-pf-15 off\n"
                                   "alias net-pf-1* off\n"
                                   "alias other off\n"
                                   "alias net-pf-16 off\n");
    EXPECT_EQ(effects(),
              (Lines{"a.conf:1 counts", "a.conf:2 counts", "a.conf:3 counts", "a.conf:4 useless"}));
    EXPECT_TRUE(tells("keeps \"net_pf_15\" from loading famous")) << why_;
    EXPECT_TRUE(tells("keeps \"other\" from loading other")) << why_;
}

TEST_F(LineEffects, NoPatternsInWhatKmodComparesLetterByLetter) {
    write("etc/modprobe.d/a.conf", "options d*y numdummies=1\n"
                                   "blacklist dumm?\n"
                                   "options nosuch x=1\n"
                                   "alias thing dummy\n"
                                   "options thing on=1\n"
                                   "blacklist dumm[y]\n");
    EXPECT_EQ(effects(), (Lines{"a.conf:1 useless", "a.conf:2 useless", "a.conf:3 useless",
                                "a.conf:6 useless"}));
    EXPECT_TRUE(tells("no module or alias \"nosuch\"")) << why_;
}

// A module that is found by the line of an alias gets what options lines of that text say.
TEST_F(LineEffects, OptionsOfThePatternOfAnAliasLineCount) {
    write("etc/modprobe.d/a.conf", "alias net-pf-* dummy\n"
                                   "options net-pf-* on=1\n"
                                   "options net-pf-1* on=1\n"
                                   "options net_pf_* on=0\n"
                                   "alias x[ab]-1 dummy\n"
                                   "options x[ab]_1 on=1\n");
    EXPECT_EQ(effects(), (Lines{"a.conf:2 overridden", "a.conf:3 useless"}));
    EXPECT_TRUE(tells("no module or alias line is called \"net_pf_1*\"")) << why_;
    Planner planner(places_.catalog(), places_.loaded());
    const auto plan = planner.plan({{"net-pf-10"}});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan.value().steps.at(0).parameters.text(), "on=1 on=0");
    EXPECT_EQ(planner.plan({{"xa-1"}}).value().steps.at(0).parameters.text(), "on=1");
}

TEST_F(LineEffects, OneNameALineAndNoFile) {
    write("etc/modprobe.d/a.conf", "blacklist dummy other\n"
                                   "blacklist other # for a reason\n"
                                   "alias thing dummy other\n"
                                   "blacklist dummy.ko\n"
                                   "options other.ko.xz x=1\n");
    EXPECT_EQ(effects(), (Lines{"a.conf:1 counts", "a.conf:3 counts", "a.conf:4 useless",
                                "a.conf:5 useless"}));
    EXPECT_TRUE(tells("ignores \"other\"")) << why_;
    EXPECT_TRUE(tells("written without .ko")) << why_;
}

TEST_F(LineEffects, AValueThatTheKernelRefusesIsToldBeforeTheLoad) {
    write("etc/modprobe.d/a.conf", "options dummy numdummies = 2\n");
    EXPECT_EQ(effects().front(), "a.conf:1 refused");
}

} // namespace
} // namespace mk
