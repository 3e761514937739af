// SPDX-License-Identifier: GPL-2.0-only
// Which events belong together, and what is said of them.
#include "explain/load_history.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <initializer_list>
#include <map>

#include "base/text_file.hpp"
#include "explain/explain_record.hpp"
#include "explain/history_text.hpp"
#include "fixtures/module_names.hpp"

namespace mk::cli {
namespace {

using driver::Event;
using driver::EventKind;
using driver::ModuleEvent;
using Names = std::vector<std::string>;

class LoadStoryTest : public testing::Test {
  protected:
    // The next record; its body is filled by the caller.
    Event &add(EventKind kind, const std::string &module, std::uint32_t tgid = 41,
               const std::string &comm = "modprobe") {
        Event event;
        event.kind = kind;
        event.sequence = events_.size() + 1;
        event.realtime_ns = 1'700'000'000'000'000'000;
        event.comm = comm;
        event.tgid = tgid;
        event.body = driver::body_of(kind);
        if (auto *change = std::get_if<ModuleEvent>(&event.body)) {
            change->module = module;
            change->load_sequence = kind == EventKind::LoadFailed ? 0 : event.sequence;
        }
        if (auto *refused = std::get_if<driver::RefusedUnload>(&event.body))
            refused->module = module;
        events_.push_back(event);
        return events_.back();
    }
    static ModuleEvent &change(Event &event) { return std::get<ModuleEvent>(event.body); }

    LoadHistory story(const std::string &module) {
        const std::vector<Event> events(events_.begin(), events_.end());
        return history_of(
            ModuleName(module), events,
            [this](const ModuleName &name) { return module_names(holders_[name]); },
            [this](const ModuleName &name) { return module_names(uses_[name]); });
    }
    std::string said(const std::string &module, bool loaded = true,
                     const std::vector<CandidateDevice> &devices = {}) {
        Why why;
        why.history = story(module);
        why.state = loaded ? LoadState::Live : LoadState::Absent;
        why.devices = devices;
        return said(why);
    }
    static std::string said(Why why) {
        if (const auto *failed = why.history.last_failure())
            why.diagnosis = diagnose_record(*failed, KernelState{});
        std::string text;
        for (const std::string &sentence : sentences_of(why))
            text += sentence + "\n";
        return text;
    }
    void expect(const std::string &text, std::initializer_list<const char *> parts) {
        for (const char *part : parts)
            EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
    }

    std::deque<Event> events_; // whose elements stay where they are
    std::map<std::string, Names> holders_;
    std::map<std::string, Names> uses_;
};

TEST_F(LoadStoryTest, ARequestIsToldFromItsBeginning) {
    Event &request = add(EventKind::Request, "", 39, "ip");
    std::get<driver::ModuleRequest>(request.body) = {"rtnl-link-dummy", "rtnl_newlink+0x1/0x2",
                                                     true};
    ModuleEvent &begin = change(add(EventKind::LoadBegin, "dummy"));
    begin.link = driver::Link::Certain;
    begin.alias = "rtnl-link-dummy";
    begin.request_sequence = 1;
    begin.request_comm = "ip";
    begin.request_pid = 39;
    begin.request_uid = 1000;
    begin.command = "/sbin/modprobe -q -- rtnl-link-dummy";
    begin.file = "/lib/dummy.ko";
    begin.args = "numdummies=0 ";
    begin.signature = driver::Signature::Valid;
    ModuleEvent &live = change(add(EventKind::LoadLive, "dummy"));
    live.duration_ns = 12'000'000;
    live.init_ns = 3'000'000;
    EXPECT_EQ(story("dummy").trigger, Trigger::Request);
    expect(said("dummy"),
           {"Module dummy has been loaded since", "ip[39] of uid 1000 made the kernel ask for",
            "\"rtnl-link-dummy\", in rtnl_newlink+0x1/0x2",
            "The kernel started modprobe[41] for that, which loaded it: /sbin/modprobe -q",
            "/lib/dummy.ko", "signature is valid", "numdummies=0.",
            "12.00 ms, 3.00 ms of it in its own init"});
    EXPECT_EQ(said("dummy").find("not certain"), std::string::npos);
    EXPECT_EQ(said("dummy").find("another root"), std::string::npos);
    begin.link = driver::Link::Uncertain;
    expect(said("dummy"), {"not certain"});
    begin.other_root = true;
    expect(said("dummy"),
           {"It came from /lib/dummy.ko below another root; its signature is valid."});
}

TEST_F(LoadStoryTest, DependenciesComeWithWhatNeedsThem) {
    for (const char *name : {"raid6_pq", "xor", "btrfs"}) {
        add(EventKind::LoadBegin, name);
        add(EventKind::LoadLive, name);
    }
    add(EventKind::LoadBegin, "other", 42);
    holders_ = {{"raid6_pq", {"btrfs"}}, {"xor", {"btrfs"}}};
    uses_ = {{"btrfs", {"raid6_pq", "xor"}}};
    EXPECT_EQ(story("xor").loaded_for, "btrfs");
    EXPECT_EQ(story("btrfs").loaded_for, "");
    EXPECT_EQ(story("btrfs").loaded_first, (Names{"raid6_pq", "xor"}));
    EXPECT_EQ(story("other").loaded_for, "");
    expect(said("xor"), {"came with btrfs"});
}

TEST_F(LoadStoryTest, UdevLoadsForADevice) {
    add(EventKind::LoadBegin, "e1000", 50, "(udev-worker)");
    add(EventKind::LoadLive, "e1000", 50, "(udev-worker)");
    EXPECT_EQ(story("e1000").trigger, Trigger::Udev);
    expect(said("e1000", true, {{"/sys/devices/pci0/0000:00:03.0", "pci:v8086"}}),
           {"udev ((udev-worker)[50]) loaded it", "/sys/devices/pci0/0000:00:03.0 (pci:v8086)"});
}

// A tool that gives up with a dependency never asks for the module itself.
TEST_F(LoadStoryTest, WhatItNeedsFailed) {
    change(add(EventKind::LoadFailed, "base", 44, "modprobe")).error = 19;
    Why why;
    why.history = story("base");
    why.history.loaded_for = "top"_module;
    expect(said(why), {"Module top is not loaded: module base, which it needs, could not be loaded "
                       "at ",
                       "modprobe[44] of uid 0 tried to load it."});
}

// It is why it is not loaded; that it was loaded before comes after that.
TEST_F(LoadStoryTest, WhatKeepsItFromTheKernelComesFirst) {
    add(EventKind::LoadBegin, "dummy", 41, "insmod");
    add(EventKind::LoadLive, "dummy", 41, "insmod");
    add(EventKind::Unload, "dummy", 46, "rmmod");
    Why why;
    why.history = story("dummy");
    why.configured = {failure(Cause::Blacklisted, {}, "x.conf:1 blacklists it", "remove that line"),
                      failure(Cause::NoHelper, {}, "kernel.modprobe is empty")};
    const auto text = said(why);
    EXPECT_EQ(text.find("Module dummy is not loaded: x.conf:1 blacklists it.\nNext: remove that "
                        "line.\nNow kernel.modprobe is empty.\nrmmod[46] of uid 0 unloaded it at "),
              0U)
        << text;
    // A load that failed tells more.
    change(add(EventKind::LoadFailed, "dummy", 47, "insmod")).error = 8;
    why.history = story("dummy");
    expect(said(why), {"Module dummy is not loaded: the last attempt failed", "Now x.conf:1"});
}

TEST_F(LoadStoryTest, AnExitThatHasNotReturned) {
    add(EventKind::LoadBegin, "dummy", 41, "insmod");
    add(EventKind::LoadLive, "dummy", 41, "insmod");
    Why why;
    why.history = story("dummy");
    why.state = LoadState::Going;
    expect(said(why), {"Module dummy is being unloaded: its exit has not returned.",
                       "insmod[41] of uid 0 loaded it"});
}

TEST_F(LoadStoryTest, WhatNobodyAnsweredIsTold) {
    Event &request = add(EventKind::Request, "", 39, "ip");
    std::get<driver::ModuleRequest>(request.body) = {"rtnl-link-none", "rtnl_newlink+0x1/0x2",
                                                     true};
    Why why;
    why.history = story("rtnl_link_none");
    why.unanswered = request;
    why.diagnosis = failure(Cause::NoSuchModule, {}, "there is no module or alias");
    std::string text;
    for (const auto &sentence : sentences_of(why))
        text += sentence + "\n";
    expect(text, {"Module rtnl_link_none is not loaded: there is no module or alias.\n",
                  "ip[39] of uid 0 made the kernel ask for \"rtnl-link-none\" at ",
                  ", in rtnl_newlink+0x1/0x2, and nothing was loaded for that."});
}

TEST_F(LoadStoryTest, ALoadThatHasNotEndedIsOneThatWaitsOrCrashed) {
    add(EventKind::LoadBegin, "stuck", 44, "insmod");
    Why why;
    why.history = story("stuck");
    why.state = LoadState::Coming;
    why.waits_where = "in msleep";
    expect(said(why), {"Module stuck is being loaded since ",
                       ": its init has not returned, it waits "
                       "in msleep.",
                       "insmod[44] of uid 0 began to load it."});
    why.has_crashed = true;
    why.diagnosis = failure(Cause::InitFailed, {}, "its init crashed", "boot again");
    expect(said(why),
           {"Module stuck is half loaded since ", ": its init crashed.", "Next: boot again."});
}

TEST_F(LoadStoryTest, TheLastFailureIsExplained) {
    add(EventKind::LoadBegin, "floppy");
    add(EventKind::LoadLive, "floppy");
    add(EventKind::Unload, "floppy", 43, "rmmod");
    ModuleEvent &failed = change(add(EventKind::LoadFailed, "floppy", 44, "insmod"));
    failed.stage = driver::Stage::Symbols;
    failed.error = 2;
    failed.command = "insmod floppy.ko";
    const LoadHistory told = story("floppy");
    EXPECT_TRUE(told.has_failed());
    EXPECT_FALSE(told.is_live());
    expect(said("floppy", false), {"the last attempt failed",
                                   "insmod[44] of uid 0 tried to load it: "
                                   "insmod floppy.ko",
                                   "linking failed", "ENOENT"});
}

TEST_F(LoadStoryTest, ASecondTryLeavesWhatIsLoaded) {
    add(EventKind::LoadBegin, "dummy", 41, "insmod");
    add(EventKind::LoadLive, "dummy", 41, "insmod");
    ModuleEvent &failed = change(add(EventKind::LoadFailed, "dummy", 44, "insmod"));
    failed.stage = driver::Stage::Duplicate;
    failed.error = 17;
    EXPECT_TRUE(story("dummy").is_live());
    expect(said("dummy"), {"has been loaded since", "insmod[41] of uid 0 loaded it",
                           "Loading module dummy again failed at", "is loaded or being loaded",
                           "insmod[44] of uid 0 tried to load it"});
    Why why;
    why.history = story("dummy");
    why.state = LoadState::Live;
    why.is_about_failure = true;
    EXPECT_EQ(said(why).find("Loading module dummy failed at"), 0U) << said(why);
    // it belongs to a load that is gone
    add(EventKind::Unload, "dummy", 46, "rmmod");
    EXPECT_EQ(said("dummy", false).find("Loading module"), std::string::npos);
    add(EventKind::LoadBegin, "dummy", 47, "insmod");
    add(EventKind::LoadLive, "dummy", 47, "insmod");
    change(add(EventKind::LoadFailed, "dummy", 48, "insmod")).error = 17;
    add(EventKind::Unload, "dummy", 49, "rmmod");
    change(add(EventKind::LoadFailed, "dummy", 50, "insmod")).error = 8;
    EXPECT_EQ(said("dummy", false).find("again"), std::string::npos) << said("dummy", false);
}

TEST_F(LoadStoryTest, UnloadsAndRefusalsAreTold) {
    add(EventKind::LoadBegin, "dummy", 41, "insmod");
    add(EventKind::LoadLive, "dummy", 41, "insmod");
    auto &refused =
        std::get<driver::RefusedUnload>(add(EventKind::UnloadRefused, "dummy", 45, "rmmod").body);
    refused.error = 11;
    refused.reason = driver::RefusalReason::Referenced;
    refused.used_by = {"top"};
    expect(said("dummy"), {"in use by module top", "rmmod (pid 45, uid 0)"});
    Why why;
    why.history = story("dummy");
    why.state = LoadState::Live;
    why.is_about_failure = true;
    const auto text = said(why);
    EXPECT_EQ(text.find("Unloading module dummy failed at"), 0U) << text;
    expect(text, {": module dummy is in use by module top.\nrmmod[45] of uid 0 tried to unload it.",
                  "Next: unload top first."});
    EXPECT_EQ(text.find("\nAt "), std::string::npos) << text;
    why.diagnosis = failure(Cause::Held, "module dummy is in use", "1 reference is held", "run x");
    why.diagnosis->evidence.emplace_back(
        HeldNow{{{"file /dev/dummy, opened by top (pid 9)"}, {}, {}, true}});
    expect(join(sentences_of(why), "\n"),
           {"\nHeld now by file /dev/dummy, opened by top (pid 9).\nNext: run x."});
    why.is_about_failure = false;
    expect(join(sentences_of(why), "\n"),
           {"\nHeld now by file /dev/dummy, opened by top (pid 9).\nNext: run x."});
    why.diagnosis->evidence = {HeldNow{}};
    expect(join(sentences_of(why), "\n"), {"\nNothing holds it now.\nNext: run x."});
    add(EventKind::Unload, "dummy", 46, "rmmod");
    expect(said("dummy", false), {"is not loaded: rmmod[46] of uid 0 unloaded it"});
}

TEST_F(LoadStoryTest, WhatTheKernelPrintedIsTold) {
    add(EventKind::LoadBegin, "dummy");
    change(add(EventKind::LoadLive, "dummy")).kernel_lines =
        "dummy: unknown parameter 'colour' ignored\n2\n3\n4\n5";
    expect(said("dummy"), {"The kernel printed during the load: dummy: unknown parameter 'colour' "
                           "ignored | 2 | 3 | 4 (modkeeper log dummy has the rest)."});
    change(add(EventKind::LoadLive, "quiet")).kernel_lines = "";
    EXPECT_EQ(said("quiet").find("printed"), std::string::npos);
}

TEST_F(LoadStoryTest, WhatWasThereBeforeIsNotKnown) {
    add(EventKind::Present, "virtio_net");
    EXPECT_EQ(story("virtio_net").trigger, Trigger::Unknown);
    expect(said("virtio_net", true, {{"/sys/devices/x", "virtio:d1", {}}}),
           {"is not known", "/sys/devices/x", "Likely", "Look next"});
    EXPECT_FALSE(story("nobody").is_known());
}

TEST_F(LoadStoryTest, ThoseWhoLoadOnBehalfOfOthersAreNamed) {
    add(EventKind::LoadBegin, "a", 1, "systemd-modules");
    add(EventKind::LoadBegin, "b", 2, "modkeeperd-job");
    ModuleEvent &begin = change(add(EventKind::LoadBegin, "c", 3, "insmod"));
    begin.parent_pid = 9;
    begin.parent_comm = "bash";
    EXPECT_EQ(story("a").trigger, Trigger::ModulesLoad);
    EXPECT_EQ(story("b").trigger, Trigger::Daemon);
    EXPECT_EQ(story("c").trigger, Trigger::Command);
    expect(said("c"), {"is being loaded", "its parent is bash[9]"});
}

TEST_F(LoadStoryTest, WhoAskedTheDaemonIsNamed) {
    auto &begin = add(EventKind::LoadBegin, "dummy", 2, "modkeeperd-job");
    auto told = story("dummy");
    ASSERT_EQ(told.trigger, Trigger::Daemon);
    Why why;
    why.state = LoadState::Live;
    why.history = told;
    expect(said(why),
           {"began to load it: somebody asked for it over D-Bus, and the journal may say who"});
    const std::string session = "/user.slice/user-4294967.slice/session-3.scope";
    why.history.caller = JobCaller{":1.42", 0, 4294967, 4242, "busctl", session};
    expect(said(why), {"root (busctl, pid 4242, session 3, logged in as "
                       "user 4294967) asked for it over D-Bus."});
    EXPECT_EQ(place_of(why.history).session, "3");
    EXPECT_EQ(place_of(told).unit, "");
    why.history.caller = JobCaller{":1.42", 4294967, {}, 4242, "", "/system.slice/foo.service"};
    expect(said(why), {"user 4294967 (pid 4242, in foo.service) asked for it over D-Bus."});
    why.history.caller = JobCaller{":1.42", 0, 0, 4242, "busctl", ""};
    expect(said(why), {"root (busctl, pid 4242) asked for it over D-Bus."});
    change(begin).client_pid = 4242;
    change(begin).client_comm = "busctl";
    EXPECT_EQ(story("dummy").caller->comm, "busctl");
}

TEST_F(LoadStoryTest, WhereTheLoaderWasIsTold) {
    ModuleEvent &begin = change(add(EventKind::LoadBegin, "dummy", 41, "insmod"));
    begin.cgroup = "/system.slice/foo.service";
    change(add(EventKind::LoadLive, "dummy", 41, "insmod")).cgroup = begin.cgroup;
    expect(said("dummy"), {"insmod[41] of uid 0 in foo.service loaded it"});
    EXPECT_EQ(place_of(story("dummy")).unit, "foo.service");
    ModuleEvent &unload = change(add(EventKind::Unload, "dummy", 46, "rmmod"));
    unload.cgroup = "/lxc.payload.web";
    expect(said("dummy", false), {"rmmod[46] of uid 0 in the LXC container web unloaded it"});
}

TEST_F(LoadStoryTest, WhereARequestWasMadeIsToldAndNotWhereItWasServed) {
    Event &request = add(EventKind::Request, "", 39, "ip");
    std::get<driver::ModuleRequest>(request.body).cgroup = "/lxc.payload.web";
    ModuleEvent &begin = change(add(EventKind::LoadBegin, "dummy"));
    begin.link = driver::Link::Certain;
    begin.alias = "rtnl-link-dummy";
    begin.request_sequence = 1;
    begin.request_comm = "ip";
    begin.request_pid = 39;
    begin.cgroup = "/";
    expect(said("dummy"), {"ip[39] of uid 0 in the LXC container web made the kernel ask for"});
    EXPECT_EQ(place_of(story("dummy")).container, "web");
}

// Every task may call itself what it likes.
TEST_F(LoadStoryTest, NobodyPassesForTheSystemByAName) {
    const auto trigger = [this](const char *comm, driver::Capability capability,
                                const char *cgroup) {
        events_.clear();
        ModuleEvent &failed = change(add(EventKind::LoadFailed, "dummy", 41, comm));
        failed.capability = capability;
        failed.cgroup = cgroup;
        return story("dummy").trigger;
    };
    using driver::Capability;
    for (const char *comm : {"(udev-worker)", "systemd-modules", "modkeeperd-job"}) {
        EXPECT_NE(trigger(comm, Capability::Held, "/"), Trigger::Command);
        EXPECT_EQ(trigger(comm, Capability::Missing, "/"), Trigger::Command);
        EXPECT_EQ(trigger(comm, Capability::OwnNamespace, "/"), Trigger::Command);
        EXPECT_EQ(trigger(comm, Capability::Held, "/system.slice/foo.service"), Trigger::Command);
        EXPECT_EQ(trigger(comm, Capability::Held, "/lxc.payload.web"), Trigger::Command);
    }
    EXPECT_EQ(
        trigger("(udev-worker)", Capability::Held, "/system.slice/systemd-udevd.service/udev"),
        Trigger::Udev);
    EXPECT_EQ(
        trigger("systemd-modules", Capability::Held, "/system.slice/systemd-modules-load.service"),
        Trigger::ModulesLoad);
    EXPECT_EQ(trigger("modkeeperd-job", Capability::Held, "/system.slice/modkeeperd.service"),
              Trigger::Daemon);
}

TEST_F(LoadStoryTest, TheDeviceOfUdevIsToldAsCertainAsItIs) {
    const std::vector<CandidateDevice> two = {{"/sys/devices/a", "pci:a", {}},
                                              {"/sys/devices/b", "pci:b", {}}};
    add(EventKind::LoadBegin, "card", 1, "(udev-worker)");
    add(EventKind::LoadLive, "card", 1, "(udev-worker)");
    expect(said("card", true, two), {"for one of the 2 devices here that it drives:",
                                     "/sys/devices/a (pci:a)", "/sys/devices/b (pci:b)"});
    expect(said("card"), {"No device that is here now"});
    Why why;
    why.history = story("card");
    why.state = LoadState::Live;
    why.devices = {two[0]};
    why.device = LoadDevice{two[0], Certainty::Inferred, 0};
    expect(said(why), {"Likely that was for the device /sys/devices/a (pci:a), the only one here "
                       "with an alias that leads to it."});
    why.device = LoadDevice{two[0], Certainty::Seen, 12'000'000};
    expect(said(why), {"That was for the device /sys/devices/a (pci:a), which had come 12.00 ms "
                       "before."});
}

} // namespace
} // namespace mk::cli
