// SPDX-License-Identifier: GPL-2.0-only
#include "explain/unnamed_load.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "fixtures/kernel_files.hpp"
#include "fixtures/module_tree.hpp"

namespace mk {
namespace {

using driver::Event;
using driver::ModuleEvent;

Event load(const std::string &command, const char *lines = nullptr, std::uint32_t uid = 0) {
    Event event;
    event.kind = driver::EventKind::LoadFailed;
    event.uid = uid;
    ModuleEvent change;
    change.error = EPERM;
    change.command = command;
    if (lines != nullptr)
        change.kernel_lines = lines;
    event.body = change;
    return event;
}

std::string name_of(const Event &event) {
    std::vector<Event> events = {event};
    name_loads(events);
    return events.front().as<ModuleEvent>()->module;
}

TEST(UnnamedLoad, TheKernelNamesIt) {
    EXPECT_EQ(
        name_of(load("/sbin/modprobe top", "base: version magic '5.1 SMP ' should be '6.1 '")),
        "base");
    EXPECT_EQ(name_of(load("", "something: else")), "");
}

TEST(UnnamedLoad, TheCommandOfRootNamesIt) {
    EXPECT_EQ(name_of(load("modprobe -b mk-one a=1")), "mk_one");
    EXPECT_EQ(name_of(load("/sbin/insmod -f /tmp/mk-one.ko.xz a=1")), "mk_one");
    EXPECT_EQ(name_of(load("insmod mk_one.ko")), "mk_one");
    EXPECT_EQ(name_of(load("/mnt/busybox insmod ./mk_one.ko")), "mk_one");
    EXPECT_EQ(name_of(load("/sbin/modprobe -q -- rtnl-link-dummy")), "rtnl_link_dummy");
    EXPECT_EQ(name_of(load("python3 /root/insmod.py mk_one")), "");
    EXPECT_EQ(name_of(load("modprobe")), "");
    EXPECT_EQ(name_of(load("")), "");
}

// Others write into their command line what they like.
TEST(UnnamedLoad, OnlyThatOfRootIsBelieved) {
    EXPECT_EQ(name_of(load("modprobe nvidia", nullptr, 1000)), "");
    auto elsewhere = load("insmod /tmp/mk_one.ko");
    std::get<ModuleEvent>(elsewhere.body).other_root = true;
    EXPECT_EQ(name_of(elsewhere), "");
}

// kmod unpacks a packed module itself: the kernel sees no file.
TEST(UnnamedLoad, APackedFileIsFoundAgain) {
    test::ModuleTree tree;
    tree.add("plain", {"license=GPL"});
    tree.index();
    auto catalog = Catalog::create(tree.places());
    test::TemporaryFolder folder;
    const auto packed = folder.write("mk_one.ko.gz", test::packed_with_gzip("module"));
    const auto file_of = [&](const std::string &command, const std::string &module) {
        auto event = load(command);
        std::get<ModuleEvent>(event.body).module = module;
        find_file(event, catalog);
        return event.as<ModuleEvent>()->file;
    };
    EXPECT_EQ(file_of("insmod " + packed, "mk_one"), packed);
    EXPECT_EQ(file_of("insmod " + folder.write("mk_two.ko", "\x7f"
                                                            "ELF"),
                      "mk_two"),
              "");
    EXPECT_EQ(file_of("insmod /nonexistent/mk_one.ko.gz", "mk_one"), "");
    EXPECT_EQ(file_of("modprobe plain", "plain"), "");
}

} // namespace
} // namespace mk
