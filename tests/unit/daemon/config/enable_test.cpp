// SPDX-License-Identifier: GPL-2.0-only
// enable, disable, mask, unmask and parameters that stay: what is written, kept and refused.
#include "config/enable.hpp"
#include "fixtures/module_names.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "config/configured_machine.hpp"
#include "config/modprobe_options.hpp"
#include "kmod/modprobe_configuration.hpp"

namespace mk::test {
namespace {

using Lines = std::vector<std::string>;
using testing::Test;

class BootChoices : public ConfiguredMachine {};

bool mentions(const Lines &lines, const std::string &text) {
    for (const auto &line : lines)
        if (line.find(text) != std::string::npos)
            return true;
    return false;
}

TEST_F(BootChoices, EnableWritesOneLineForEach) {
    EXPECT_EQ(lines(enable(places_, {"dummy", "other", "dummy"}, false)),
              (Lines{"added dummy", "added other"}));
    EXPECT_EQ(text(own_load_).substr(text(own_load_).find('\n') + 1), "dummy\nother\n");
    auto again = enable(places_, {"dummy"}, false);
    ASSERT_TRUE(again);
    EXPECT_FALSE(did_something(again.value()));
    EXPECT_EQ(again.value()[0].file, path(own_load_));
}

TEST_F(BootChoices, WhatAnotherFileEnablesIsNotWrittenTwice) {
    write("etc/modules-load.d/mine.conf", "dummy\n");
    auto changes = enable(places_, {"dummy"}, false);
    ASSERT_TRUE(changes);
    EXPECT_FALSE(did_something(changes.value()));
    EXPECT_EQ(text(own_load_), "(none)");
    auto disabled = lines(disable(places_, {"dummy"}));
    EXPECT_TRUE(mentions(disabled, "mine.conf:1")) << disabled[0];
}

TEST_F(BootChoices, DisableTakesItsOwnLineAndLeavesTheOthers) {
    write(own_load_, "# mine\nother\n\n dummy \n; end\n");
    EXPECT_EQ(lines(disable(places_, {"dummy"})), Lines{"removed  dummy "});
    EXPECT_EQ(text(own_load_), "# mine\nother\n\n; end\n");
    EXPECT_EQ(lines(disable(places_, {"dummy"})), Lines{"note module dummy is not enabled"});
}

TEST_F(BootChoices, AFileThatIsEmptyAgainGoesAway) {
    ASSERT_TRUE(enable(places_, {"dummy"}, false));
    ASSERT_TRUE(disable(places_, {"dummy"}));
    EXPECT_EQ(text(own_load_), "(none)");
}

TEST_F(BootChoices, NamesThatCannotBeMeantAreRefused) {
    EXPECT_EQ(lines(enable(places_, {"dumy"}, false))[0], "NotFound");
    EXPECT_TRUE(mentions(lines(enable(places_, {"dumy"}, false)), "did you mean dummy"));
    EXPECT_EQ(lines(enable(places_, {"built"}, false))[0], "BuiltIn");
    EXPECT_EQ(lines(mask(places_, {"built"}, false))[0], "BuiltIn");
    for (const auto *bad : {"../dummy", "a b", "", "#dummy", "dum\ninstall", "a\\b"}) {
        EXPECT_EQ(lines(enable(places_, {bad}, true))[0], "InvalidArgument") << bad;
        EXPECT_EQ(lines(mask(places_, {bad}, true))[0], "InvalidArgument") << bad;
    }
    EXPECT_EQ(lines(enable(places_, {}, true))[0], "InvalidArgument");
    EXPECT_EQ(lines(enable(places_, Lines(choices_max + 1, "dummy"), true))[0], "InvalidArgument");
    EXPECT_EQ(text(own_load_), "(none)");
    EXPECT_EQ(lines(enable(places_, {"dumy"}, true)), Lines{"added dumy"});
}

TEST_F(BootChoices, AllOrNothing) {
    EXPECT_EQ(lines(enable(places_, {"dummy", "none"}, false))[0], "NotFound");
    EXPECT_EQ(text(own_load_), "(none)");
}

TEST_F(BootChoices, MaskClosesBothWays) {
    EXPECT_EQ(lines(mask(places_, {"dummy"}, false)),
              (Lines{"added blacklist dummy", "added install dummy /bin/false"}));
    EXPECT_EQ(lines(enable(places_, {"dummy"}, false))[0], "ReplacedByCommand");
    auto again = mask(places_, {"dummy"}, false);
    ASSERT_TRUE(again);
    EXPECT_FALSE(did_something(again.value()));
    auto undone = lines(unmask(places_, {"dummy"}));
    EXPECT_EQ(undone.size(), 2U);
    EXPECT_EQ(text(own_), "(none)");
    EXPECT_EQ(lines(unmask(places_, {"dummy"})), Lines{"note module dummy is not masked"});
}

// The backslash says that a line goes on, and there is none.
TEST_F(BootChoices, ALineThatTheFileCutsShortIsOneLine) {
    write(own_, "install dummy /bin/false\nblacklist dummy\\\n");
    EXPECT_EQ(lines(unmask(places_, {"dummy"})).size(), 2U);
    EXPECT_EQ(text(own_), "(none)");
}

// Also a comment that a backslash ends goes on in the next line.
TEST_F(BootChoices, NothingIsWrittenBehindALineThatGoesOn) {
    for (const char *last : {"# see C:\\modules\\", "options dummy text=a\\", "\\", "# a\\\\\\",
                             "# whole\\\\", "options dummy text=a \\\n  on=1 \\"})
        for (const char *end : {"\n", ""}) {
            write(own_, "options other n=1\n" + std::string(last) + end);
            EXPECT_EQ(lines(mask(places_, {"dummy"}, false)),
                      (Lines{"added blacklist dummy", "added install dummy /bin/false"}));
            const auto modprobe = ModprobeConfiguration::read(places_);
            EXPECT_EQ(modprobe.of(LineKind::Blacklist, "dummy"_module).size(), 1U) << text(own_);
            EXPECT_TRUE(modprobe.blocking_install("dummy")) << text(own_);
            EXPECT_FALSE(modprobe.option("dummy"_module, "blacklist")) << text(own_);
            ASSERT_TRUE(persist_parameter(places_, "dummy"_module, "numdummies", "5"));
            ASSERT_TRUE(unmask(places_, {"dummy"}));
            EXPECT_NE(text(own_).find(last), std::string::npos) << text(own_);
        }
}

TEST_F(BootChoices, ALineThatOursKeptFromCountingIsNamed) {
    write("etc/modprobe.d/z.conf", "install d* /bin/false\n");
    write(own_, "blacklist dummy\ninstall dummy /bin/false\n");
    EXPECT_TRUE(mentions(lines(unmask(places_, {"dummy"})), "z.conf:1"));
    EXPECT_EQ(text(own_), "blacklist dummy\ninstall dummy /bin/false\n");
}

TEST_F(BootChoices, AddsOnlyWhatIsMissing) {
    write("etc/modprobe.d/blacklist.conf", "blacklist dummy\n");
    auto changes = lines(mask(places_, {"dummy"}, false));
    EXPECT_EQ(changes[0], "added install dummy /bin/false");
    EXPECT_TRUE(mentions(changes, "blacklist.conf:1"));
    EXPECT_TRUE(mentions(lines(unmask(places_, {"dummy"})), "blacklist.conf:1"));
    EXPECT_NE(text(own_), "(none)");
}

TEST_F(BootChoices, SaysWhatAMaskDoesNotStop) {
    write("etc/modules-load.d/mine.conf", "soft\n");
    load("soft", "", "");
    auto changes = lines(mask(places_, {"soft"}, false));
    EXPECT_TRUE(mentions(changes, "softdeps"));
    EXPECT_TRUE(mentions(changes, "mine.conf:1"));
    EXPECT_TRUE(mentions(changes, "modkeeper unload soft"));
    EXPECT_FALSE(mentions(lines(mask(places_, {"other"}, false)), "softdeps"));
}

TEST_F(BootChoices, AnInstallCommandOfAnotherFileIsNotOverruledInSilence) {
    write("etc/modprobe.d/a.conf", "install dummy /sbin/modprobe -i dummy\n");
    EXPECT_TRUE(mentions(lines(mask(places_, {"dummy"}, false)), "a.conf:1"));
    EXPECT_EQ(text(own_), "(none)");
}

// Each call in a process of its own, as the daemon has them.
void all_at_once(int count, const std::function<void(int)> &call) {
    std::vector<pid_t> children;
    for (int i = 0; i < count; ++i)
        if (const pid_t child = fork(); child == 0) {
            call(i);
            _exit(0);
        } else {
            children.push_back(child);
        }
    for (const pid_t child : children)
        waitpid(child, nullptr, 0);
}

std::size_t count_of(const std::string &text, const std::string &line) {
    std::size_t count = 0;
    for (const auto one : split(text, "\n"))
        count += one == line ? 1 : 0;
    return count;
}

TEST_F(BootChoices, CallsAtOnceWriteEachLineOnce) {
    all_at_once(8, [&](int) { (void)enable(places_, {"dummy"}, false); });
    EXPECT_EQ(count_of(text(own_load_), "dummy"), 1U) << text(own_load_);
    all_at_once(8, [&](int) { (void)mask(places_, {"other"}, false); });
    EXPECT_EQ(count_of(text(own_), "blacklist other"), 1U) << text(own_);
    EXPECT_EQ(count_of(text(own_), "install other /bin/false"), 1U) << text(own_);
}

TEST_F(BootChoices, OfEnableAndMaskAtOnceEnableDoesNotPassAMask) {
    for (int round = 0; round < 20; ++round) {
        all_at_once(2, [&](int i) {
            if (i == 0)
                _exit(enable(places_, {"dummy"}, false) ? 0 : 1);
            const auto masked = lines(mask(places_, {"dummy"}, false));
            // whoever masks after somebody enabled is told
            if (mentions(masked, "still lists module dummy"))
                write("told", "");
        });
        const bool both = text(own_load_) != "(none)" && text(own_) != "(none)";
        EXPECT_TRUE(!both || text("told") != "(none)");
        for (const auto &file : {own_, own_load_, std::string("told")})
            std::filesystem::remove(path(file));
    }
}

TEST_F(BootChoices, WhatIsSoAlreadyNeedsNoRightToWrite) {
    ASSERT_TRUE(enable(places_, {"dummy"}, false));
    const auto before = std::filesystem::last_write_time(path("etc/modules-load.d"));
    EXPECT_TRUE(enable(places_, {"dummy"}, false));
    EXPECT_EQ(std::filesystem::last_write_time(path("etc/modules-load.d")), before);
}

TEST_F(BootChoices, AMaskThatWouldNotHoldIsSaid) {
    write("etc/modprobe.d/a.conf", "install d* /bin/echo\n");
    EXPECT_TRUE(mentions(lines(mask(places_, {"dummy"}, false)), "a.conf:1"));
    EXPECT_EQ(text(own_), "(none)");
    write("etc/modprobe.d/a.conf", "softdep d[t-v]* pre: other\n");
    EXPECT_TRUE(mentions(lines(mask(places_, {"dummy"}, false)), "softdeps"));
    ASSERT_TRUE(unmask(places_, {"dummy"}));
    write("etc/modprobe.d/a.conf", "");
    write("etc/modprobe.d/z.conf", "install d* /bin/echo\n");
    EXPECT_EQ(lines(mask(places_, {"dummy"}, false)).size(), 2U) << "ours comes first";
}

TEST_F(BootChoices, ABlacklistOfTheCommandLineCountsLetterByLetter) {
    write("proc/cmdline", "modprobe.blacklist=\"dummy,other\"\n");
    EXPECT_EQ(lines(enable(places_, {"dummy"}, false)), Lines{"added dummy"});
    EXPECT_EQ(lines(mask(places_, {"other"}, false))[0], "added blacklist other");
}

class PersistentOptions : public ConfiguredMachine {};

TEST_F(PersistentOptions, KeepsForeignLinesAndComments) {
    write(own_, "# mine\noptions dummy numdummies=1 text=x\nblacklist other\n");
    EXPECT_EQ(lines(persist_parameter(places_, "dummy"_module, "numdummies", "5")),
              (Lines{"removed options dummy numdummies=1 text=x", "added options dummy text=x",
                     "added options dummy numdummies=5"}));
    EXPECT_EQ(text(own_), "# mine\noptions dummy text=x\nblacklist other\n"
                          "options dummy numdummies=5\n");
    EXPECT_EQ(lines(unset_parameter(places_, "dummy"_module, "numdummies")),
              Lines{"removed options dummy numdummies=5"});
    EXPECT_EQ(text(own_), "# mine\noptions dummy text=x\nblacklist other\n");
}

TEST_F(PersistentOptions, ValuesComeBackAsTheyWereMeant) {
    for (const auto *value : {"a b", "c\\d", "", "e=f"}) {
        ASSERT_TRUE(persist_parameter(places_, "dummy"_module, "text", value)) << value;
        auto read = ModprobeConfiguration::read(places_).option("dummy"_module, "text");
        ASSERT_TRUE(read) << value;
        EXPECT_EQ(read->value, value);
    }
}

TEST_F(PersistentOptions, WhatIsSaidAlreadyIsNotWritten) {
    write("etc/modprobe.d/zz.conf", "options dummy numdummies=5\n");
    auto changes = persist_parameter(places_, "dummy"_module, "numdummies", "5");
    ASSERT_TRUE(changes);
    EXPECT_FALSE(did_something(changes.value()));
    EXPECT_EQ(text(own_), "(none)");
}

TEST_F(PersistentOptions, WhatWouldBeOverruledIsRefused) {
    write("etc/modprobe.d/zz.conf", "options dummy numdummies=5\n");
    auto refused = lines(persist_parameter(places_, "dummy"_module, "numdummies", "6"));
    EXPECT_NE(refused[1].find("zz.conf:1"), std::string::npos) << refused[1];
    write("etc/modprobe.d/zz.conf", "");
    write("proc/cmdline", "dummy.numdummies=7\n");
    refused = lines(persist_parameter(places_, "dummy"_module, "numdummies", "6"));
    EXPECT_NE(refused[1].find("command line"), std::string::npos) << refused[1];
    EXPECT_EQ(text(own_), "(none)");
}

// Of what a line leaves open the rest is in those that follow.
TEST_F(PersistentOptions, WhatAQuoteWouldTakeInIsRefused) {
    for (const char *open : {"options dummy text=\"open\n", "options dummy \"text=a\n",
                             "options dummy on=1 text=a\"b\n"}) {
        write("etc/modprobe.d/a.conf", open);
        auto refused = lines(persist_parameter(places_, "dummy"_module, "numdummies", "7"));
        EXPECT_EQ(refused[0], "Failed");
        EXPECT_NE(refused[1].find("an unclosed quote"), std::string::npos) << refused[1];
        EXPECT_NE(refused[1].find("a.conf:1"), std::string::npos) << refused[1];
        EXPECT_EQ(text(own_), "(none)");
    }
    write("etc/modprobe.d/a.conf", "options other text=\"open\n");
    EXPECT_EQ(lines(persist_parameter(places_, "dummy"_module, "numdummies", "7")),
              Lines{"added options dummy numdummies=7"});
}

// Whoever may configure is not whoever may read every file.
TEST_F(PersistentOptions, WhatAHiddenLineSaysIsNotToldAndNotConfirmed) {
    const auto hide = [&](const std::string &file) {
        std::filesystem::permissions(path(file), std::filesystem::perms(0600));
    };
    const std::string zz = "etc/modprobe.d/zz.conf";
    write(zz, "options dummy text=hunter2\n");
    hide(zz);
    const auto wrong = lines(persist_parameter(places_, "dummy"_module, "text", "guess"));
    const auto right = lines(persist_parameter(places_, "dummy"_module, "text", "hunter2"));
    EXPECT_EQ(wrong, right);
    EXPECT_NE(wrong[1].find("zz.conf:1"), std::string::npos) << wrong[1];
    EXPECT_EQ(wrong[1].find("hunter2"), std::string::npos) << wrong[1];
    std::filesystem::remove(path(zz));
    write(own_, "options dummy on=1 text=hunter2\n");
    hide(own_);
    EXPECT_EQ(lines(persist_parameter(places_, "dummy"_module, "text", "hunter2")),
              (Lines{"removed ", "added ", "added options dummy text=hunter2"}));
    EXPECT_EQ(lines(unset_parameter(places_, "dummy"_module, "on")), Lines{"removed "});
    EXPECT_EQ(text(own_), "options dummy text=hunter2\n");
}

TEST_F(PersistentOptions, AnEarlierFileIsOverruled) {
    write("etc/modprobe.d/a.conf", "options dummy numdummies=5\n");
    EXPECT_EQ(lines(persist_parameter(places_, "dummy"_module, "numdummies", "6")),
              Lines{"added options dummy numdummies=6"});
    EXPECT_EQ(ModprobeConfiguration::read(places_).option("dummy"_module, "numdummies")->value,
              "6");
    ASSERT_TRUE(unset_parameter(places_, "dummy"_module, "numdummies"));
    auto refused = lines(unset_parameter(places_, "dummy"_module, "numdummies"));
    EXPECT_NE(refused[1].find("a.conf:1"), std::string::npos) << refused[1];
}

} // namespace
} // namespace mk::test
