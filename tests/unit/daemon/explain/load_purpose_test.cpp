// SPDX-License-Identifier: GPL-2.0-only
#include "explain/load_purpose.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

using driver::Event;
using driver::EventKind;

class LoadPurposeTest : public testing::Test {
  protected:
    void load(const std::string &module, std::uint32_t process, const std::string &comm,
              const std::string &command, driver::Link link = driver::Link::None) {
        driver::ModuleEvent body;
        body.module = module;
        body.command = command;
        body.link = link;
        Event event;
        event.kind = EventKind::LoadBegin;
        event.sequence = ++sequence_;
        body.load_sequence = event.sequence;
        event.tgid = process;
        event.comm = comm;
        event.realtime_ns = 1;
        event.body = body;
        events_.push_back(event);
        event.kind = EventKind::LoadLive;
        event.sequence = ++sequence_;
        events_.push_back(event);
    }
    std::optional<LoadPurpose> purpose(const std::string &module) const {
        return purpose_of(ModuleName(module), events_, [](const ModuleName &one) {
            return one == "top"      ? names({"middle"})
                   : one == "middle" ? names({"base"})
                                     : ModuleNames();
        });
    }

    std::uint64_t sequence_ = 0;
    std::vector<Event> events_;
};

TEST_F(LoadPurposeTest, ADependencyHasNone) {
    load("base", 10, "modprobe", "modprobe top");
    load("middle", 10, "modprobe", "modprobe top");
    load("top", 10, "modprobe", "modprobe top");
    EXPECT_FALSE(purpose("base"));
    EXPECT_FALSE(purpose("middle"));
    EXPECT_TRUE(purpose("top"));
}

TEST_F(LoadPurposeTest, OneThatAnotherProcessLoadedHasItsOwn) {
    load("base", 9, "modprobe", "modprobe base");
    load("top", 10, "modprobe", "modprobe top");
    const auto found = purpose("base");
    ASSERT_TRUE(found);
    EXPECT_EQ(text_of(*found).substr(0, 27), "root loaded it with modprob");
}

TEST_F(LoadPurposeTest, OneOfSeveralThatWereNamedHasItsOwn) {
    load("base", 10, "modprobe", "modprobe -a base top");
    load("middle", 10, "modprobe", "modprobe -a base top");
    load("top", 10, "modprobe", "modprobe -a base top");
    EXPECT_TRUE(purpose("base"));
    EXPECT_FALSE(purpose("middle"));
}

TEST_F(LoadPurposeTest, WhatTheKernelAskedForOrNobodySawHasNone) {
    load("base", 10, "modprobe", "/sbin/modprobe -q -- mk-base", driver::Link::Certain);
    EXPECT_FALSE(purpose("base"));
    EXPECT_FALSE(purpose("unseen"));
}

TEST_F(LoadPurposeTest, TheLastLoadCounts) {
    load("base", 9, "insmod", "insmod ./base.ko");
    Event gone = events_.back();
    gone.kind = EventKind::Unload;
    gone.sequence = ++sequence_;
    events_.push_back(gone);
    EXPECT_FALSE(purpose("base")) << "it is not loaded";
    load("base", 10, "modprobe", "modprobe top");
    load("top", 10, "modprobe", "modprobe top");
    EXPECT_FALSE(purpose("base"));
}

TEST_F(LoadPurposeTest, AHostileNameOfAProcessIsQuoted) {
    LoadPurpose purpose{Trigger::Command, 0, driver::no_loginuid, "a\n b", 1, {}};
    EXPECT_NE(text_of(purpose).find("with \"a\\x0a b\" at"), std::string::npos) << text_of(purpose);
}

} // namespace
} // namespace mk
