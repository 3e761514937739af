// SPDX-License-Identifier: GPL-2.0-only
// Commands that read the files of another machine, and modkeeper cat among them: beside modprobe
// where it has the same.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>

#include "cli/output/json.hpp"
#include "cli/run.hpp"
#include "fixtures/module_tree.hpp"

namespace mk::cli::test {
namespace {

using Lines = std::set<std::string>;

class OtherRoot : public testing::Test {
  protected:
    OtherRoot() {
        tree_.add_linked("low", {"license=GPL", "parmtype=size:int", "parm=size:of it"}, {});
        tree_.add_linked("high", {"license=GPL", "depends=low", "softdep=pre: extra"}, {"low"});
        tree_.add_linked("extra", {"license=GPL"}, {});
        tree_.index();
        tree_.root().write("etc/modprobe.d/a.conf", "# hello\n"
                                                    "options low size=1\n"
                                                    "optoins low size=2\n"
                                                    "blacklist extra\n"
                                                    "alias thing high\n");
        tree_.root().write("usr/lib/modprobe.d/a.conf", "options low size=9\n");
        tree_.root().write("usr/lib/modprobe.d/b.conf", "options low size=3\n"
                                                        "install ext* /bin/true\n");
    }

    Ran below(std::vector<std::string> words) const {
        for (const char *word : {"-d", root_.c_str(), "-S", "6.1.0-test"})
            words.emplace_back(word);
        return run(words);
    }
    Json json(std::vector<std::string> words) const {
        words.emplace_back("--json");
        const auto ran = below(std::move(words));
        return Json::parse(ran.out);
    }

    mk::test::ModuleTree tree_;
    const std::string root_ = tree_.root().path();
};

TEST_F(OtherRoot, CatShowsEachLineWithItsPlaceAndWhatBecomesOfIt) {
    const auto ran = below({"cat"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("# " + root_ + "/etc/modprobe.d/a.conf\n    2  options low size=1\n"),
              std::string::npos)
        << ran.out;
    EXPECT_NE(ran.out.find("overridden: " + root_ + "/usr/lib/modprobe.d/b.conf:1 also sets size"),
              std::string::npos)
        << ran.out;
    EXPECT_NE(ran.out.find("    3  optoins low size=2\n       # skipped: "), std::string::npos)
        << ran.out;
    EXPECT_NE(ran.out.find("# " + root_ + "/usr/lib/modprobe.d/a.conf is hidden by " + root_ +
                           "/etc/modprobe.d/a.conf"),
              std::string::npos)
        << ran.out;
}

TEST_F(OtherRoot, CatShowsTheOptionsOfTheAliasByWhichAModuleIsFound) {
    tree_.root().write("etc/modprobe.d/c.conf", "alias net-pf-* high\n"
                                                "options net-pf-* found=1\n"
                                                "options net-pf-9* lost=1\n");
    for (const char *name : {"high", "net-pf-10"}) {
        const auto ran = below({"cat", name});
        EXPECT_NE(ran.out.find("found=1"), std::string::npos) << name << ran.out;
        EXPECT_EQ(ran.out.find("lost=1"), std::string::npos) << name << ran.out;
        EXPECT_EQ(ran.out.find("useless"), std::string::npos) << name << ran.out;
    }
    EXPECT_EQ(below({"cat", "low"}).out.find("found=1"), std::string::npos);
}

TEST_F(OtherRoot, CatTellsProgramsTheSame) {
    const auto all = json({"cat"});
    const auto &skipped = all["lines"][1];
    EXPECT_EQ(skipped["kind"], nullptr);
    EXPECT_EQ(skipped["text"], "optoins low size=2");
    EXPECT_EQ(skipped["effect"], "skipped");
    EXPECT_EQ(skipped["file"], root_ + "/etc/modprobe.d/a.conf");
    EXPECT_EQ(skipped["line"], 3);
    EXPECT_EQ(all["lines"][0]["overridden_by"], root_ + "/usr/lib/modprobe.d/b.conf:1");
    ASSERT_EQ(all["hidden"].size(), 1U);
    EXPECT_EQ(all["hidden"][0]["file"], root_ + "/usr/lib/modprobe.d/a.conf");
    EXPECT_EQ(all["hidden"][0]["hidden_by"], root_ + "/etc/modprobe.d/a.conf");
}

TEST_F(OtherRoot, CatTellsOfTheCommandLineAndOfWhatALineHasTooMuch) {
    tree_.root().write("proc/cmdline", "quiet low.size=7\n");
    tree_.root().write("etc/modprobe.d/z.conf", "blacklist extra and more\n");
    const auto all = json({"cat"});
    const auto &last = all["lines"].back();
    EXPECT_EQ(last["text"], "options low size=7");
    EXPECT_EQ(last["file"], nullptr);
    EXPECT_EQ(last["line"], nullptr);
    EXPECT_EQ(last["where"], "the kernel command line");
    EXPECT_NE(below({"cat"}).out.find("       options low size=7\n"), std::string::npos);
    EXPECT_NE(below({"cat"}).out.find("blacklist extra and more\n"), std::string::npos);
}

TEST_F(OtherRoot, CatOfANameShowsWhatModprobeWouldLookAt) {
    const auto texts = [&](const std::string &name) {
        Lines lines;
        const auto all = json({"cat", name});
        for (const auto &line : all["lines"])
            lines.insert(line["text"].get<std::string>());
        return lines;
    };
    EXPECT_EQ(texts("extra"), (Lines{"blacklist extra", "install ext* /bin/true"}));
    EXPECT_EQ(texts("thing"), (Lines{"alias thing high", "softdep high pre: extra"}));
    EXPECT_EQ(texts("low"),
              (Lines{"options low size=1", "optoins low size=2", "options low size=3"}));
    EXPECT_EQ(below({"cat", "nosuch"}).status, 3);
    EXPECT_EQ(below({"cat", ""}).status, 2);
    EXPECT_EQ(below({"cat", "a/b"}).status, 2);
}

// Of some kinds of lines modprobe compares a pattern with the name, of others the letters.
TEST_F(OtherRoot, CatOfANameHasThePatternsThatModprobeWouldCompareWithIt) {
    tree_.add_linked("far_off", {"license=GPL"}, {});
    tree_.index();
    tree_.root().write("usr/lib/modprobe.d/c.conf", "install far-[a-p]?? /bin/true\n"
                                                    "remove f*-off /bin/true\n"
                                                    "softdep far-of[a-f] pre: low\n"
                                                    "install far-[p-z]?? /bin/false\n"
                                                    "options far* a=1\n"
                                                    "blacklist far*\n"
                                                    "options far-off a=2\n"
                                                    "alias thin-* extra\n"
                                                    "alias other far-off\n");
    const auto texts = [&](const std::string &name) {
        Lines lines;
        const auto all = json({"cat", name});
        for (const auto &line : all["lines"])
            if (line["file"].get<std::string>().ends_with("/c.conf"))
                lines.insert(line["text"].get<std::string>());
        return lines;
    };
    const Lines far = {"install far_[a-p]?? /bin/true", "remove f*_off /bin/true",
                       "softdep far_of[a-f] pre: low", "options far_off a=2",
                       "alias other far_off"};
    EXPECT_EQ(texts("far-off"), far);
    EXPECT_EQ(texts("far_off"), far);
    EXPECT_EQ(texts("other"), far) << "it leads there";
    EXPECT_EQ(texts("thin-7"), (Lines{"alias thin_* extra"}));
    EXPECT_EQ(texts("low"), Lines{});
}

TEST_F(OtherRoot, CatDoesNotSpeakForFilesThatItCouldNotRead) {
    tree_.add_linked("quiet", {"license=GPL"}, {});
    tree_.index();
    EXPECT_NE(below({"cat", "quiet"}).err.find("no line is about \"quiet\""), std::string::npos);
    std::filesystem::create_symlink("gone", root_ + "/etc/modprobe.d/gone.conf");
    const auto ran = below({"cat", "quiet"});
    EXPECT_EQ(ran.status, 0);
    EXPECT_NE(ran.err.find("no line of the files that could be read is about \"quiet\""),
              std::string::npos)
        << ran.err;
}

// What modprobe --showconfig prints before the index.
Lines showconfig(const std::string &options) {
    const auto command =
        "PATH=/usr/sbin:/sbin:$PATH modprobe " + options + " --showconfig 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE *)> pipe(popen(command.c_str(), "r"), pclose);
    Lines lines;
    std::array<char, 4096> line{};
    while (fgets(line.data(), line.size(), pipe.get()) != nullptr) {
        if (std::string(line.data()).starts_with("# End"))
            break;
        std::istringstream words(line.data());
        std::string text;
        for (std::string word; words >> word;)
            text += (text.empty() ? "" : " ") + word;
        if (!text.empty())
            lines.insert(text);
    }
    return lines;
}

TEST_F(OtherRoot, CatHasTheLinesOfShowconfig) {
    Lines theirs =
        showconfig(fmt::format("-C {0}/etc/modprobe.d -C {0}/usr/lib/modprobe.d -d {0} -S "
                               "6.1.0-test",
                               root_));
    // the command line of this machine counts for modprobe wherever it looks
    for (const auto &line : showconfig("-C /dev/null"))
        theirs.erase(line);
    Lines ours;
    const auto all = json({"cat"});
    for (const auto &one : all["lines"])
        if (one["kind"] != nullptr && one["file"] != nullptr)
            ours.insert(one["text"].get<std::string>());
    EXPECT_EQ(ours, theirs);
}

TEST_F(OtherRoot, WhatReadsFilesReadsThoseBelowIt) {
    const auto plan = json({"plan", "high", "--no-check"});
    ASSERT_EQ(plan["steps"].size(), 3U) << plan;
    EXPECT_EQ(plan["steps"][0]["arguments"], Json::array({"size=1", "size=3"}));
    EXPECT_TRUE(plan["steps"][2]["file"].get<std::string>().starts_with(root_));
    EXPECT_NE(below({"deps", "high"}).out.find("─low\n"), std::string::npos);
    EXPECT_EQ(json({"info", "low"})["file"], root_ + "/lib/modules/6.1.0-test/kernel/low.ko");
    EXPECT_EQ(json({"param", "low"})["parameters"][0]["options"][1]["value"], "3");
    EXPECT_EQ(json({"check", "low"})["kernel_release"], "6.1.0-test");
    EXPECT_EQ(run({"is-masked", "extra", "--root", root_}).status, 0);
    tree_.root().write("etc/modules-load.d/x.conf", "high\n");
    EXPECT_EQ(run({"is-enabled", "high", "--root", root_}).status, 0);
}

TEST_F(OtherRoot, WhatIsNotThereIsNamed) {
    const auto kernel = run({"plan", "high", "--root", root_, "--kernel", "6.1.0-tost"});
    EXPECT_EQ(kernel.status, 3);
    EXPECT_NE(kernel.err.find("did you mean 6.1.0-test?"), std::string::npos) << kernel.err;
    const auto none = run({"plan", "high", "--root", root_});
    EXPECT_EQ(none.status, 3);
    EXPECT_NE(none.err.find("--kernel"), std::string::npos) << none.err;
    EXPECT_EQ(run({"plan", "high", "--root", root_ + "/nowhere"}).status, 3);
    EXPECT_EQ(below({"param", "low", "size=2"}).status, 2);
}

} // namespace
} // namespace mk::cli::test
