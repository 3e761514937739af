// SPDX-License-Identifier: GPL-2.0-only
#include "policy/learned.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "fixtures/module_names.hpp"

namespace mk::policy {
namespace {

using Group = LearnedModule::Group;

Sighting present(const std::string &module, std::optional<bool> is_signed = true) {
    Sighting sighting;
    sighting.way = Sighting::Way::Present;
    sighting.module = ModuleName(module);
    sighting.is_signed = is_signed;
    return sighting;
}

Sighting by_command(const std::string &module, const std::string &command, bool is_signed = true) {
    auto sighting = present(module, is_signed);
    sighting.way = Sighting::Way::Load;
    sighting.trigger = Trigger::Command;
    sighting.who = "modprobe";
    sighting.command = command;
    return sighting;
}

Sighting by_request(const std::string &module, const std::string &alias, std::uint32_t uid) {
    auto sighting = by_command(module, "/sbin/modprobe -q -- " + alias);
    sighting.trigger = Trigger::Request;
    sighting.who = "mount";
    sighting.uid = uid;
    sighting.alias = alias;
    return sighting;
}

// "vfat nls_cp437!", '!' behind one that was not always signed
std::string names_of(const Learned &learned) {
    std::string text;
    for (const auto &module : learned.modules)
        text += (text.empty() ? "" : " ") + module.name + (module.is_signed ? "" : "!");
    return text;
}

Group group_of(const Learned &learned, const std::string &name) {
    for (const auto &module : learned.modules)
        if (module.name == name)
            return module.group;
    ADD_FAILURE() << name;
    return Group::Present;
}

KernelFacts facts() {
    KernelFacts facts;
    facts.release = "6.1.0-test";
    facts.needs = {{"vfat"_module, {"fat"_module}},
                   {"snd_hda"_module, {"snd_pcm"_module, "snd"_module}},
                   {"snd_pcm"_module, {"snd"_module}}};
    facts.meanings = {{"fs-vfat", {"vfat"_module}}};
    return facts;
}

TEST(Learned, ADependencyIsLeftToItsRoot) {
    EXPECT_EQ(names_of(learn({by_request("fat", "fs-vfat", 0), by_request("vfat", "fs-vfat", 0)},
                             facts())),
              "vfat");
    EXPECT_EQ(names_of(learn({present("snd"), present("snd_pcm"), present("snd_hda")}, facts())),
              "snd_hda");
    EXPECT_EQ(names_of(learn({present("snd"), present("snd_pcm")}, facts())), "snd_pcm");
}

TEST(Learned, WhatWasAskedForItselfIsARootToo) {
    const auto vfat = by_command("vfat", "modprobe vfat");
    EXPECT_EQ(names_of(learn({by_command("fat", "modprobe vfat"), vfat}, facts())), "vfat");
    EXPECT_EQ(names_of(learn({by_command("fat", "modprobe -a fat loop"), vfat}, facts())),
              "fat vfat");
    EXPECT_EQ(names_of(learn({by_command("fat", "insmod /tmp/fat.ko.xz"), vfat}, facts())),
              "fat vfat");
    auto more = facts();
    more.meanings["fs-msdos"] = {"fat"_module};
    EXPECT_EQ(names_of(learn({by_request("fat", "fs-msdos", 0), vfat}, more)), "vfat fat");
}

TEST(Learned, OfTwoThatNeedEachOtherOneStays) {
    KernelFacts circle;
    circle.needs = {{"b"_module, {"a"_module, "c"_module}},
                    {"a"_module, {"b"_module, "c"_module}},
                    {"c"_module, {"a"_module, "b"_module}}};
    EXPECT_EQ(names_of(learn({present("c"), present("b"), present("a")}, circle)), "a");
    circle.needs["top"_module] = {"a"_module, "b"_module, "c"_module};
    EXPECT_EQ(names_of(learn({present("c"), present("top"), present("a")}, circle)), "top");
}

TEST(Learned, AnUnsignedDependencyIsNotLeftToARuleThatAsksForSignatures) {
    const auto learned = learn({present("fat", false), present("vfat")}, facts());
    EXPECT_EQ(names_of(learned), "fat! vfat");
    EXPECT_EQ(learned.modules[0].needed_by, "vfat");
    EXPECT_EQ(names_of(learn({present("fat"), present("vfat", false)}, facts())), "vfat!");
    EXPECT_EQ(names_of(learn({present("fat", false), present("vfat", false)}, facts())), "vfat!");
    EXPECT_EQ(names_of(learn({present("loop"), present("loop", false)}, facts())), "loop!")
        << "once it was not";
    EXPECT_EQ(names_of(learn({present("loop", std::nullopt)}, facts())), "loop!");
}

TEST(Learned, SelectorsStandForWhatTheyChoose) {
    auto more = facts();
    more.devices = {"e1000"_module};
    more.boot = {"ext4"_module, "mbcache"_module};
    auto learned = learn({present("e1000"), present("ext4"), present("loop")}, more);
    EXPECT_EQ(names_of(learned), "loop");
    EXPECT_TRUE(learned.selected_are_signed);
    EXPECT_EQ(learned.by_devices, std::vector<std::string>{"e1000"});
    EXPECT_EQ(learned.by_boot, std::vector<std::string>{"ext4"});
    learned = learn({present("e1000", false), present("ext4")}, more);
    EXPECT_EQ(names_of(learned), "e1000!") << "the selectors ask for a signature";
    learned = learn({present("e1000", std::nullopt), present("ext4", std::nullopt)}, more);
    EXPECT_EQ(names_of(learned), "");
    EXPECT_FALSE(learned.selected_are_signed) << "this kernel does not tell";
}

TEST(Learned, ByWhoWantedIt) {
    auto udev = present("usb_storage");
    udev.way = Sighting::Way::Load;
    udev.trigger = Trigger::Udev;
    const auto learned = learn(
        {by_request("rxrpc", "net-pf-33", 1000), present("rxrpc"), by_request("vfat", "fs-vfat", 0),
         by_request("vfat", "fs-vfat", 1000), by_command("loop", "modprobe loop"),
         by_request("loop", "x", 1000), udev, present("nbd")},
        facts());
    EXPECT_EQ(names_of(learned), "loop usb_storage vfat nbd rxrpc");
    EXPECT_EQ(group_of(learned, "loop"), Group::Program);
    EXPECT_EQ(group_of(learned, "usb_storage"), Group::Udev);
    EXPECT_EQ(group_of(learned, "vfat"), Group::Kernel);
    EXPECT_EQ(group_of(learned, "nbd"), Group::Present);
    EXPECT_EQ(group_of(learned, "rxrpc"), Group::Users)
        << "that it is loaded now is because of them";
}

TEST(Learned, WhatOnlyTheInitramfsHasIsTold) {
    auto more = facts();
    more.devices = {"e1000"_module};
    more.initramfs = names({"virtio_scsi", "e1000", "loop", "ahci"});
    const auto learned = learn({present("loop")}, more);
    EXPECT_EQ(learned.only_in_initramfs, (std::vector<std::string>{"ahci", "virtio_scsi"}));
}

TEST(Learned, AModuleChoosesItsNameAndNoRule) {
    for (const char *name : {"*", "a b", "if", "x\ndeny", "", "@boot", "a*"})
        EXPECT_EQ(names_of(learn({present(name)}, facts())), "") << name;
    EXPECT_EQ(learn({present("*"), present("*")}, facts()).unfit, std::vector<std::string>{"*"});
}

TEST(Learned, WhatWasDeniedIsNotLearned) {
    auto denied = by_command("rxrpc", "modprobe rxrpc");
    denied.way = Sighting::Way::Denied;
    EXPECT_EQ(names_of(learn({denied, present("loop")}, facts())), "loop");
    EXPECT_EQ(names_of(learn_with_denied({denied, present("loop")}, facts())), "rxrpc loop");
}

TEST(Learned, OrderOfSightingsIsOfNoMatter) {
    std::vector<Sighting> seen = {present("b"), present("a"), by_command("d", "modprobe d"),
                                  by_command("c", "modprobe c")};
    const auto names = names_of(learn(seen, facts()));
    EXPECT_EQ(names, "c d a b");
    std::reverse(seen.begin(), seen.end());
    EXPECT_EQ(names_of(learn(seen, facts())), names);
}

} // namespace
} // namespace mk::policy
