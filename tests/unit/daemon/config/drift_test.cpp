// SPDX-License-Identifier: GPL-2.0-only
// What of a running machine is not as configured, and what is not said of it.
#include "config/drift.hpp"

#include <algorithm>
#include <filesystem>

#include "config/configured_machine.hpp"
#include "config/initramfs_bytes.hpp"
#include "elf/build_id.hpp"

namespace mk::test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

class DriftTest : public ConfiguredMachine {
  protected:
    // "kind subject-or-module configured running" each
    Lines drift() {
        found_ = find_drift(places_);
        Lines result;
        for (const auto &item : found_.items) {
            auto subject = item.subject.empty() ? item.module : item.subject.text();
            if (subject.starts_with(places_.root))
                subject = subject.substr(places_.root.size());
            result.push_back(fmt::format("{} {} {} {}", drift_name(item.kind), subject,
                                         item.configured.text(), item.running.text()));
        }
        return result;
    }
    bool unchecked(const std::string &text) const {
        return std::any_of(found_.unchecked.begin(), found_.unchecked.end(),
                           [&](const auto &one) { return one.find(text) != std::string::npos; });
    }

    Drift found_;
};

TEST_F(DriftTest, AMachineAsConfiguredHasNone) {
    load("dummy", "numdummies", "2");
    write("etc/modprobe.d/a.conf", "options dummy numdummies=0x2\n");
    write("etc/modules-load.d/a.conf", "dummy\nbuilt\n");
    EXPECT_EQ(drift(), Lines{});
}

TEST_F(DriftTest, ParametersAreComparedByMeaning) {
    load("dummy", "numdummies", "2");
    write("sys/module/dummy/parameters/on", "N\n");
    fs::permissions(path("sys/module/dummy/parameters/on"), fs::perms(0444));
    write("etc/modprobe.d/a.conf", "options dummy numdummies=7 on=0\noptions dummy numdummies=3\n");
    EXPECT_EQ(drift(), Lines{"parameter numdummies 3 2"});
    EXPECT_EQ(found_.items[0].where, path("etc/modprobe.d/a.conf") + ":2");
    EXPECT_EQ(found_.items[0].remedy.text(), "modkeeper param dummy numdummies=3");
    EXPECT_TRUE(found_.items[0].applicable);
    fs::permissions(path("sys/module/dummy/parameters/numdummies"), fs::perms(0444));
    write("proc/cmdline", "dummy.on dummy.numdummies=2\n");
    EXPECT_EQ(drift(), Lines{"parameter on 1 N"});
    EXPECT_EQ(found_.items[0].remedy.text(), "modkeeper reload dummy on=1");
    EXPECT_FALSE(found_.items[0].applicable);
}

TEST_F(DriftTest, AParameterThatTheModuleDoesNotHaveIsTold) {
    load("dummy", "", "");
    write("etc/modprobe.d/a.conf", "options dummy numdumies=7 dyndbg=+p text=hidden\n");
    EXPECT_EQ(drift(), Lines{"unknown-parameter numdumies 7 "});
}

TEST_F(DriftTest, SecretsAreMarked) {
    load("dummy", "numdummies", "2");
    auto file = write("etc/modprobe.d/a.conf", "options dummy numdummies=7\n");
    EXPECT_EQ(drift().size(), 1U);
    EXPECT_TRUE(found_.items[0].configured.is_public());
    fs::permissions(file, fs::perms(0600));
    drift();
    EXPECT_FALSE(found_.items[0].configured.is_public());
    fs::permissions(file, fs::perms(0644));
    fs::permissions(path("sys/module/dummy/parameters/numdummies"), fs::perms(0600));
    drift();
    EXPECT_FALSE(found_.items[0].configured.is_public());
}

// A value with a blank and no quotes falls apart: what follows is taken for a parameter.
TEST_F(DriftTest, ANameThatOnlyAHiddenLineHasIsHiddenToo) {
    load("dummy", "", "");
    const auto file = write("etc/modprobe.d/a.conf", "options dummy text=my hunter2\nhunter3 x\n");
    fs::permissions(file, fs::perms(0600));
    EXPECT_EQ(drift().size(), 2U);
    for (const auto &item : found_.items) {
        EXPECT_EQ(item.subject.for_everybody(), "");
        EXPECT_EQ(item.configured.for_everybody(), "");
        EXPECT_EQ(item.running.for_everybody().find("hunter"), std::string::npos);
    }
    EXPECT_FALSE(unchecked("hunter"));
}

TEST_F(DriftTest, ModprobeDoesNotReachWhatIsBuiltIn) {
    write("sys/module/built/parameters/speed", "1\n");
    write("etc/modprobe.d/a.conf", "options built speed=2\n");
    ASSERT_EQ(drift().size(), 1U);
    EXPECT_EQ(found_.items[0].kind, DriftKind::NoEffect);
    EXPECT_EQ(found_.items[0].where, path("etc/modprobe.d/a.conf") + ":1");
    EXPECT_NE(found_.items[0].remedy.text().find("built.speed=2"), std::string::npos);
    write("etc/modprobe.d/a.conf", "options built speed=1\n");
    EXPECT_EQ(drift(), Lines{}) << "it is so all the same";
    write("proc/cmdline", "built.speed=3 built.early=1\n");
    EXPECT_EQ(drift(), Lines{"parameter speed 3 1"});
}

TEST_F(DriftTest, EnabledAndNotLoaded) {
    write("etc/modules-load.d/a.conf", "dummy\nnone\nother\n");
    write("etc/modprobe.d/a.conf", "blacklist other\n");
    EXPECT_EQ(drift(), (Lines{"not-loaded dummy loaded not loaded",
                              "not-loaded none loaded there is no such module",
                              "not-loaded other loaded not loaded: masked by " +
                                  path("etc/modprobe.d/a.conf") + ":1"}));
    EXPECT_TRUE(found_.items[0].applicable);
    EXPECT_FALSE(found_.items[1].applicable);
    EXPECT_FALSE(found_.items[2].applicable);
}

TEST_F(DriftTest, LinesThatNothingHeedsAreTold) {
    write("etc/modprobe.d/a.conf", "404: Not Found\nblaclist dummy\ninstall\n# blacklist dummy\n"
                                   "blacklist dummy other\ninclude more.conf\n");
    EXPECT_EQ(drift().size(), 5U);
    Lines where;
    for (const auto &item : found_.items) {
        EXPECT_EQ(item.kind, DriftKind::NoEffect);
        where.push_back(item.where.substr(item.where.rfind(':')));
    }
    EXPECT_EQ(where, (Lines{":1", ":2", ":3", ":5", ":6"}));
    fs::permissions(path("etc/modprobe.d/a.conf"), fs::perms(0600));
    drift();
    EXPECT_EQ(found_.items[0].configured.for_everybody(), "");
    EXPECT_EQ(found_.items[0].configured.text(), "404: ...");
}

TEST_F(DriftTest, AMaskThatDoesNotHoldIsTold) {
    write("etc/modprobe.d/z.conf", "install dummy /bin/false\ninstall soft /bin/false\n");
    ASSERT_EQ(drift().size(), 1U) << "soft has softdeps";
    EXPECT_EQ(found_.items[0].module, "soft");
    write("etc/modprobe.d/a.conf", "install du* /bin/echo\n");
    ASSERT_EQ(drift().size(), 2U);
    EXPECT_NE(found_.items[0].running.text().find("a.conf:1"), std::string::npos)
        << found_.items[0].running.text();
    write("etc/modprobe.d/a.conf", "install du* /bin/true\n");
    EXPECT_EQ(drift().size(), 1U) << "another one that lets nothing be loaded";
    write("etc/modprobe.d/z.conf", "");
    write("proc/cmdline", "modprobe.blacklist=x-y,dummy\n");
    ASSERT_EQ(drift().size(), 1U);
    EXPECT_EQ(found_.items[0].module, "x_y");
}

TEST_F(DriftTest, LinesOfTheBootThatNameNoModule) {
    write("etc/modules-load.d/a.conf", "dummy numdummies=2\nother.ko\nKERNEL==\"x\"\n");
    write(own_load_, "none\n");
    EXPECT_EQ(drift().size(), 4U);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(found_.items[static_cast<std::size_t>(i)].remedy.text(),
                  "sudoedit " + path("etc/modules-load.d/a.conf"));
    EXPECT_NE(found_.items[0].running.text().find("modprobe.d"), std::string::npos);
    EXPECT_EQ(found_.items[3].remedy.text(), "modkeeper disable none");
}

TEST_F(DriftTest, AModuleOnSeveralLinesIsOneItem) {
    write("etc/modules-load.d/a.conf", "dummy\n");
    write("etc/modules-load.d/b.conf", "dummy\n");
    write("proc/cmdline", "modules_load=dummy\n");
    ASSERT_EQ(drift().size(), 1U);
    EXPECT_EQ(found_.items[0].where, "the kernel command line, " +
                                         path("etc/modules-load.d/a.conf") + ":1, " +
                                         path("etc/modules-load.d/b.conf") + ":1");
}

TEST_F(DriftTest, WhatCannotBeReadIsNoDrift) {
    load("dummy", "", "");
    write("etc/modprobe.d/a.conf", "options dummy on=force numdummies=1 text=x\n");
    write("sys/module/dummy/parameters/on", "N\n");
    write("sys/module/dummy/parameters/numdummies", "");
    fs::permissions(path("sys/module/dummy/parameters/numdummies"), fs::perms(0200));
    fs::create_directories(path("sys/module/dummy/parameters/text"));
    EXPECT_EQ(drift(), Lines{});
    EXPECT_TRUE(unchecked("numdummies of module dummy: it is write-only"));
    EXPECT_TRUE(unchecked("text of module dummy: it cannot be read"));
    EXPECT_TRUE(unchecked("on of module dummy"));
    fs::remove_all(path("sys/module/dummy/parameters/text"));
    EXPECT_EQ(drift(), Lines{});
    EXPECT_TRUE(unchecked("text of module dummy: the kernel does not show it; " +
                          path("etc/modprobe.d/a.conf:1") + " sets it"));
}

TEST_F(DriftTest, ALineThatModprobeReadsInPart) {
    write("etc/modprobe.d/a.conf", "blacklist one two # why\nblacklist three # why\n");
    EXPECT_EQ(drift(),
              Lines{"no-effect one blacklist one two # why no effect in part: modprobe ignores "
                    "\"two # why\": the line takes only one name"});
}

TEST_F(DriftTest, MaskedAndLoaded) {
    load("dummy", "", "");
    write("etc/modprobe.d/a.conf", "blacklist dummy\n");
    EXPECT_EQ(drift(), Lines{"masked blacklist not loaded loaded"});
    EXPECT_EQ(found_.items[0].remedy.text(), "modkeeper unload dummy");
    EXPECT_FALSE(found_.items[0].applicable) << "apply never unloads";
}

TEST_F(DriftTest, AnotherBuildIsLoadedThanOnDisk) {
    tree_.add("dummy", {"license=GPL", "srcversion=NEW"});
    load("dummy", "", "");
    write("sys/module/dummy/srcversion", "OLD\n");
    EXPECT_EQ(drift(),
              Lines{"build /lib/modules/6.1.0-test/kernel/dummy.ko srcversion NEW srcversion OLD"});
    write("proc/modules", "elsewhere 1 0 - Live 0x0\n");
    EXPECT_EQ(drift(), Lines{});
    EXPECT_TRUE(unchecked("module elsewhere"));
}

TEST_F(DriftTest, TheInitramfsHasCopies) {
    drift();
    EXPECT_TRUE(unchecked("/boot has none"));
    const auto module = text("lib/modules/6.1.0-test/kernel/dummy.ko");
    write("etc/modprobe.d/same.conf", "# same\n");
    write("etc/modprobe.d/new.conf", "# new\n");
    write("etc/modprobe.d/old.conf", "# now\n");
    const std::string folder = "usr/lib/modules/6.1.0-test/kernel/";
    write("boot/initrd.img-6.1.0-test",
          cpio({{folder + "dummy.ko", module},
                {folder + "other.ko", module},
                {folder + "gone.ko", module},
                {"usr/lib/modules/5.0/kernel/dummy.ko", "of another kernel"},
                {"etc/modprobe.d/same.conf", "# same\n"},
                {"etc/modprobe.d/old.conf", "# then\n"},
                {"etc/modprobe.d/removed.conf", "#\n"}}));
    EXPECT_EQ(
        drift(),
        (Lines{"initramfs-module /lib/modules/6.1.0-test/kernel/other.ko its bytes other bytes",
               "initramfs-module /lib/modules/6.1.0-test/kernel/gone.ko no file a file",
               "initramfs-configuration /etc/modprobe.d/old.conf its lines other lines",
               "initramfs-configuration /etc/modprobe.d/removed.conf no file a file",
               "initramfs-configuration /etc/modprobe.d/new.conf a file no file"}));
    EXPECT_EQ(found_.items[0].remedy.text(), "update-initramfs -u -k 6.1.0-test");
    write("boot/initrd.img-6.1.0-test", "damaged");
    EXPECT_EQ(drift(), Lines{});
    EXPECT_TRUE(unchecked("initrd.img-6.1.0-test: "));
}

TEST(BuildId, IsReadFromNotes) {
    const std::string note("\x04\0\0\0\x03\0\0\0\x03\0\0\0GNU\0\xab\x01\xff\0", 20);
    const std::string other("\x04\0\0\0\x04\0\0\0\x01\0\0\0GNU\0abcd", 20);
    EXPECT_EQ(build_id_in(note), "ab01ff");
    EXPECT_EQ(build_id_in(other + note), "ab01ff");
    EXPECT_EQ(build_id_in(""), "");
    for (std::size_t length = 0; length < note.size() - 1; ++length)
        EXPECT_EQ(build_id_in(note.substr(0, length)), "") << length;
    std::string huge = note;
    huge[4] = huge[5] = huge[6] = '\x7f';
    EXPECT_EQ(build_id_in(huge), "");
}

TEST(BuildId, OnlyTheSameKindIsCompared) {
    EXPECT_TRUE(of_two_builds({"a", ""}, {"b", ""}));
    EXPECT_FALSE(of_two_builds({"a", "1"}, {"a", "2"}));
    EXPECT_TRUE(of_two_builds({"", "1"}, {"a", "2"}));
    EXPECT_FALSE(of_two_builds({"a", ""}, {"", "2"}));
    EXPECT_FALSE(of_two_builds({}, {}));
}

} // namespace
} // namespace mk::test
