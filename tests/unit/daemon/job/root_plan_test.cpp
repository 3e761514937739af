// SPDX-License-Identifier: GPL-2.0-only
// Plans for the modules below another root, beside what modprobe says of the same random files.
// MODKEEPER_RANDOM_ROUNDS: how many; MODKEEPER_RANDOM_SEED: where it begins, at 1 if nothing is
// said.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <sstream>

#include "base/module_name.hpp"
#include "fixtures/module_tree.hpp"
#include "job/planner.hpp"
#include "kmod/places.hpp"

namespace mk {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

const Lines targets = {"one", "two", "three", "four-x", "four_x", "five", "lonely", "net-pf-99"};

constexpr std::array commands = {"/bin/true", "echo $CMDLINE_OPTS; false"};

unsigned number_of(const char *variable, unsigned otherwise) {
    const char *text = std::getenv(variable);
    return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : otherwise;
}

class RootPlan : public testing::Test {
  protected:
    RootPlan() {
        tree_.add_linked("one", {"license=GPL", "alias=net-pf-99"}, {});
        tree_.add_linked("two", {"license=GPL"}, {"one"});
        tree_.add_linked("three", {"license=GPL", "softdep=pre: lonely"}, {"two", "one"});
        tree_.add_linked("four_x", {"license=GPL", "parmtype=a:int"}, {"one"});
        tree_.add_linked("five", {"license=GPL", "alias=net-pf-99"}, {"four_x"});
        tree_.add_linked("lonely", {"license=GPL", "softdep=post: five"}, {});
        tree_.build_in("built");
        tree_.index();
        for (const char *parent : {"etc", "run", "usr/local/lib", "usr/lib", "lib"})
            folders_.push_back(tree_.root() / (std::string(parent) + "/modprobe.d"));
    }

    std::string random_line(std::mt19937 &random) const {
        const auto of = [&](const Lines &choices) { return choices[random() % choices.size()]; };
        const Lines names = {"one", "two",    "four-x", "four_x",
                             "t*",  "lonely", "[f-t]*", "net-pf-*"};
        switch (random() % 6) {
        case 0:
            return "options " + of(names) + " a=" + of({"1", "2", "\"b c\"", ""}) + of({"", " b"});
        case 1:
            return "softdep " + of(names) + of({" pre: ", " post: "}) + of(names);
        case 2:
            return "install " + of(names) + " " + of({commands[0], commands[1]});
        case 3:
            return "alias " + of({"net-pf-99", "two", "other", "f*"}) + " " + of(names);
        case 4:
            return of({"remove one x", "optoins one a=1", "# nothing", "options one"});
        default:
            return "softdep " + of(names) + " pre: one lonely post: two";
        }
    }

    void fill(std::mt19937 &random) {
        const Lines files = {"a.conf", "m.conf", "modules.conf", "z.conf", "x.txt"};
        for (const auto &folder : folders_) {
            fs::remove_all(folder);
            for (auto files_left = random() % 3; files_left > 0; --files_left) {
                std::string text;
                for (auto count = random() % 5; count > 0; --count)
                    text += random_line(random) + "\n";
                const auto file = folder + "/" + files[random() % files.size()];
                tree_.root().write(file.substr(tree_.root().path().size() + 1), text);
            }
        }
    }

    Lines said_by_modprobe(const std::string &name, bool ignore_install = false) const {
        std::string command = "PATH=/usr/sbin:/sbin:$PATH modprobe";
        for (const auto &folder : folders_)
            command += " -C " + folder;
        command += fmt::format(" -d {} -S 6.1.0-test {} --show-depends {} 2>/dev/null",
                               tree_.root().path(), ignore_install ? "-i" : "", name);
        const std::unique_ptr<FILE, int (*)(FILE *)> pipe(popen(command.c_str(), "r"), pclose);
        Lines lines;
        std::array<char, 8192> line{};
        while (fgets(line.data(), line.size(), pipe.get()) != nullptr)
            add(lines, normal(line.data()));
        return lines;
    }

    // modprobe shows a module once for each alias that leads to it, and a command with its options.
    static void add(Lines &lines, std::string line) {
        for (const auto *command : commands)
            if (line.starts_with("install " + std::string(command)))
                line = "install " + std::string(command);
        const auto what = [](const std::string &text) {
            return text.starts_with("insmod ") ? text.substr(0, text.find(' ', 7)) : text;
        };
        if (std::none_of(lines.begin(), lines.end(),
                         [&](const auto &known) { return what(known) == what(line); }))
            lines.push_back(std::move(line));
    }

    static std::string normal(const std::string &line) {
        std::istringstream words(line);
        std::string text;
        for (std::string word; words >> word;)
            text += (text.empty() ? "" : " ") + word;
        return text;
    }

    Result<Plan> plan(const std::string &name, bool ignore_install = false) const {
        const ConfigurationPlaces places{tree_.root().path(), "6.1.0-test"};
        Planner planner(places.catalog(), places.loaded());
        LoadRequest request{{name}};
        request.ignore_blacklist = true;
        request.ignore_install = ignore_install;
        return planner.plan(request);
    }

    // Then nothing is planned, where modprobe loads what softdeps name around it before it fails.
    bool leads_nowhere(const std::string &name, bool ignore_install = false) const {
        const auto made = plan(name, ignore_install);
        return made && made.value().steps.empty() && made.value().goals.front().modules.empty() &&
               made.value().goals.front().obstacles.front().code == ErrorCode::NotFound;
    }

    Lines planned(const std::string &name, bool ignore_install = false) const {
        const auto plan = this->plan(name, ignore_install);
        Lines lines;
        for (const auto &step : plan ? plan.value().steps : std::vector<PlanStep>{}) {
            if (step.action == StepAction::RunCommand)
                add(lines, normal("install " + step.command.text() + " " + step.parameters.text()));
            else
                lines.push_back(
                    normal((step.action == StepAction::BuiltIn ? "builtin " + step.module
                                                               : "insmod " + step.path) +
                           " " + step.parameters.text()));
        }
        return lines;
    }

    test::ModuleTree tree_;
    Lines folders_;
};

TEST_F(RootPlan, EveryPlanIsModprobes) {
    constexpr unsigned usual = 25;
    const auto rounds = number_of("MODKEEPER_RANDOM_ROUNDS", usual);
    const auto first = number_of("MODKEEPER_RANDOM_SEED", 1);
    for (unsigned round = 0; round < rounds && !HasFailure(); ++round) {
        std::mt19937 random(first + round);
        fill(random);
        for (const auto &name : targets)
            for (const bool ignore : {false, true})
                EXPECT_TRUE(leads_nowhere(name, ignore) ||
                            planned(name, ignore) == said_by_modprobe(name, ignore))
                    << name << (ignore ? " without its command" : "") << " is planned as "
                    << testing::PrintToString(planned(name, ignore)) << ", but modprobe says "
                    << testing::PrintToString(said_by_modprobe(name, ignore))
                    << ": MODKEEPER_RANDOM_ROUNDS=1 MODKEEPER_RANDOM_SEED=" << first + round;
    }
}

TEST_F(RootPlan, ALineThatModprobeSkipsMayEndWithTheFile) {
    tree_.root().write("etc/modprobe.d/a.conf", "options one a=1\nwhat is this \\\n");
    tree_.root().write("etc/modprobe.d/b.conf", "options one b=2\n");
    EXPECT_EQ(planned("one"), said_by_modprobe("one"));
    EXPECT_EQ(planned("one").size(), 1U);
}

TEST_F(RootPlan, WithoutItsCommandATargetGoesWithoutItsSoftdepsToo) {
    tree_.root().write("etc/modprobe.d/a.conf",
                       "softdep two pre: lonely post: five\nsoftdep one pre: lonely\n"
                       "install one /bin/true\n");
    EXPECT_EQ(planned("one", true).size(), 1U);
    EXPECT_EQ(planned("one", true), said_by_modprobe("one", true));
    // what it depends on keeps them
    EXPECT_EQ(planned("two", true), said_by_modprobe("two", true));
    const auto made = plan("two", true);
    ASSERT_TRUE(made);
    EXPECT_EQ(made.value().steps.back().module, "two");
    EXPECT_EQ(made.value().steps.size(), 5U);
}

TEST_F(RootPlan, WhatGoesWithoutItsSoftdepsAsATargetHasThemForAnother) {
    tree_.root().write("etc/modprobe.d/a.conf",
                       "softdep one pre: lonely\nsoftdep four_x pre: one\n");
    const ConfigurationPlaces places{tree_.root().path(), "6.1.0-test"};
    Planner planner(places.catalog(), places.loaded());
    LoadRequest request{{"one", "four_x"}};
    request.ignore_install = true;
    const auto made = planner.plan(request);
    ASSERT_TRUE(made);
    EXPECT_EQ(made.value().steps.front().module, "one");
    EXPECT_TRUE(std::any_of(made.value().steps.begin(), made.value().steps.end(),
                            [](const auto &step) { return step.module == "lonely"; }));
}

TEST_F(RootPlan, ASoftdepThatLeadsNowhereIsNoStep) {
    tree_.root().write("etc/modprobe.d/a.conf",
                       "alias gone off\nsoftdep one pre: gone post: gone\n");
    EXPECT_EQ(planned("one").size(), 1U);
}

TEST_F(RootPlan, SoftdepsOfWhatIsNotThereStillCount) {
    tree_.root().write("etc/modprobe.d/a.conf",
                       "alias gone off\nsoftdep two pre: gone\nsoftdep off pre: four_x\n");
    EXPECT_EQ(planned("two"), said_by_modprobe("two"));
    const auto made = plan("two");
    ASSERT_TRUE(made);
    const auto &steps = made.value().steps;
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[1].module, "four_x");
    EXPECT_EQ(steps[2].module, "two");
    EXPECT_EQ(steps[2].after, std::vector<std::size_t>{1}); // threads wait for it too
}

TEST_F(RootPlan, OneModuleOfAnAliasMayBeMissing) {
    tree_.root().write("etc/modprobe.d/a.conf", "alias both off\nalias both one\n"
                                                "softdep off pre: four_x\n");
    EXPECT_EQ(planned("both"), said_by_modprobe("both"));
    EXPECT_EQ(planned("both").size(), 2U);
    EXPECT_FALSE(leads_nowhere("both"));
    tree_.root().write("etc/modprobe.d/a.conf", "alias both off\nsoftdep off pre: four_x\n");
    EXPECT_TRUE(leads_nowhere("both"));
    EXPECT_TRUE(planned("both").empty());
}

TEST_F(RootPlan, LinksLeadWithinTheRoot) {
    const auto root = tree_.root().path();
    // what is named by an absolute link is the image's, not this machine's
    fs::create_directories(root + "/etc/modprobe.d");
    fs::create_directories(root + "/opt");
    tree_.root().write("opt/given.conf", "options one a=7\n");
    fs::create_symlink("/opt/given.conf", root + "/etc/modprobe.d/given.conf");
    tree_.root().write("usr/lib/modprobe.d/off.conf", "options one b=1\n");
    fs::create_symlink("/dev/null", root + "/etc/modprobe.d/off.conf");
    fs::rename(root + "/lib/modules/6.1.0-test/kernel/one.ko", root + "/opt/one.ko");
    fs::create_symlink("/opt/one.ko", root + "/lib/modules/6.1.0-test/kernel/one.ko");
    EXPECT_EQ(planned("one"), Lines{"insmod " + root + "/opt/one.ko a=7"});
}

// libkmod opens the index by its name, and follows a link from this machine's root.
TEST_F(RootPlan, NoFileOfTheIndexIsALinkOutOfTheRoot) {
    const auto folder = tree_.root().path() + "/lib/modules/6.1.0-test";
    const test::TemporaryFolder outside;
    for (const char *name :
         {"dep.bin", "alias.bin", "symbols.bin", "builtin.bin", "builtin.alias.bin",
          "builtin.modinfo", "softdep", "weakdep", "dep", "alias", "symbols"}) {
        const auto file = folder + "/modules." + name;
        const bool was_there = fs::exists(file);
        if (was_there)
            fs::copy_file(file, outside / name);
        else
            outside.write(name, "");
        fs::remove(file);
        for (const auto &target : {outside / name, "../../../../" + outside.path() + "/" + name}) {
            fs::create_symlink(target, file);
            const auto made = plan("one");
            ASSERT_FALSE(made) << name;
            EXPECT_EQ(made.error().code, ErrorCode::BadFormat) << name;
            EXPECT_NE(made.error().message.find(file), std::string::npos) << made.error().message;
            fs::remove(file);
        }
        // one that leads within it
        fs::copy_file(outside / name, folder + "/kept");
        fs::create_symlink("kept", file);
        EXPECT_EQ(planned("one").size(), 1U) << name;
        fs::remove(file);
        fs::rename(folder + "/kept", file);
        if (!was_there)
            fs::remove(file);
    }
}

// libkmod would wait for whoever writes into it.
TEST_F(RootPlan, NoFileOfTheIndexIsAPipe) {
    const auto folder = tree_.root().path() + "/lib/modules/6.1.0-test";
    for (const char *name : {"dep.bin", "alias.bin", "symbols.bin", "builtin.bin",
                             "builtin.alias.bin", "builtin.modinfo", "softdep", "weakdep"}) {
        const auto file = folder + "/modules." + name;
        const bool was_there = fs::exists(file);
        if (was_there)
            fs::rename(file, folder + "/kept");
        ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
        const auto made = plan("one");
        ASSERT_FALSE(made) << name;
        EXPECT_EQ(made.error().code, ErrorCode::BadFormat) << name;
        EXPECT_NE(made.error().message.find(file), std::string::npos) << made.error().message;
        fs::remove(file);
        // nor a link to one within the root
        fs::create_symlink("pipe", file);
        ASSERT_EQ(mkfifo((folder + "/pipe").c_str(), 0600), 0);
        EXPECT_FALSE(plan("one")) << name;
        fs::remove(file);
        fs::remove(folder + "/pipe");
        if (was_there)
            fs::rename(folder + "/kept", file);
    }
    EXPECT_EQ(planned("one").size(), 1U);
    // of the configuration it is one that cannot be read
    fs::create_directories(tree_.root().path() + "/etc/modprobe.d");
    ASSERT_EQ(mkfifo((tree_.root() / "etc/modprobe.d/a.conf").c_str(), 0600), 0);
    EXPECT_EQ(planned("one").size(), 1U);
}

TEST_F(RootPlan, OnlyTheRootsOwnCommandLineCounts) {
    const auto root = tree_.root().path();
    tree_.root().write("proc/cmdline", "one.a=9 modprobe.blacklist=two\n");
    EXPECT_EQ(planned("one"),
              Lines{"insmod " + root + "/lib/modules/6.1.0-test/kernel/one.ko a=9"});
    const ConfigurationPlaces places{root, "6.1.0-test"};
    Planner planner(places.catalog(), places.loaded());
    const auto plan = planner.plan({{"two"}});
    ASSERT_TRUE(plan);
    ASSERT_EQ(plan.value().goals.front().obstacles.size(), 1U);
    EXPECT_EQ(plan.value().goals.front().obstacles.front().code, ErrorCode::Blacklisted);
}

TEST_F(RootPlan, NothingIsLoadedOfAKernelThatDoesNotRun) {
    tree_.root().write("proc/sys/kernel/osrelease", "6.2.0-other\n");
    tree_.root().write("proc/modules", "one 16384 0 - Live 0x0\n");
    tree_.root().write("sys/module/one/initstate", "live\n");
    EXPECT_EQ(planned("one").size(), 1U);
    tree_.root().write("proc/sys/kernel/osrelease", "6.1.0-test\n");
    EXPECT_TRUE(planned("one").empty());
}

} // namespace
} // namespace mk
