// SPDX-License-Identifier: GPL-2.0-only
// What listeners hear of things that others did.
#include "fixtures/bus_fixture.hpp"
#include "fixtures/module_names.hpp"

namespace mk::test {
namespace {

using driver::EventKind;
using Lines = std::vector<std::string>;

class EventDispatcherTest : public BusFixture {
  protected:
    void happens(const driver::Event &one) {
        driver_.happens(one);
        feed();
    }
    Lines told() {
        settle();
        return std::exchange(signals_, {});
    }
};

TEST_F(EventDispatcherTest, ALoadAppearsComesAndIsLive) {
    sys_.write("sys/module/dummy/parameters/numdummies", "3\n");
    auto begin = event(EventKind::LoadBegin, "dummy", 1);
    change_of(begin).args = "numdummies=3";
    happens(begin);
    EXPECT_EQ(told(), Lines{"InterfacesAdded dummy"});
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "State"), "coming");
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "Arguments"),
              "numdummies=3");
    auto live = event(EventKind::LoadLive, "dummy", 2);
    change_of(live).args = "numdummies=3";
    happens(live);
    auto lines = told();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_TRUE(lines[0].starts_with("PropertiesChanged dummy State"));
    EXPECT_EQ(lines[1], "ModuleLoaded dummy 2");
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "State"), "live");
}

TEST_F(EventDispatcherTest, AnUnloadTakesTheObjectAway) {
    happens(event(EventKind::LoadBegin, "dummy", 1));
    happens(event(EventKind::LoadLive, "dummy", 2));
    told();
    happens(event(EventKind::Unload, "dummy", 3));
    EXPECT_EQ(told(), (Lines{"InterfacesRemoved dummy", "ModuleUnloaded dummy 3"}));
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "State"),
              "org.freedesktop.DBus.Error.UnknownObject");
}

TEST_F(EventDispatcherTest, SomebodyElsesFailureIsTold) {
    happens(event(EventKind::LoadBegin, "dummy", 1));
    happens(event(EventKind::LoadFailed, "dummy", 2));
    EXPECT_EQ(told(), (Lines{"InterfacesAdded dummy", "InterfacesRemoved dummy",
                             "ModuleFailed dummy InitFailed 2"}));
}

TEST_F(EventDispatcherTest, AFailureSaysStageAndErrno) {
    auto failed = event(EventKind::LoadFailed, "dummy", 2);
    change_of(failed).load_sequence = 0;
    change_of(failed).stage = driver::Stage::Symbols;
    change_of(failed).error = 2;
    happens(failed);
    EXPECT_EQ(told(), Lines{"ModuleFailed dummy UnknownSymbol 2"});
}

TEST_F(EventDispatcherTest, ASecondLoadOfALoadedModuleChangesNothing) {
    happens(event(EventKind::LoadLive, "dummy", 1));
    told();
    auto failed = event(EventKind::LoadFailed, "dummy", 2);
    change_of(failed).load_sequence = 0;
    change_of(failed).stage = driver::Stage::Duplicate;
    change_of(failed).error = 17;
    happens(failed);
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "State"), "live");
}

TEST_F(EventDispatcherTest, UsersOfAModuleChangeWithThoseWhoUseIt) {
    happens(event(EventKind::LoadBegin, "base", 1));
    happens(event(EventKind::LoadLive, "base", 2));
    driver_.known["top"] = module("top", {"base"});
    told();
    happens(event(EventKind::LoadBegin, "top", 3));
    EXPECT_EQ(told(), (Lines{"InterfacesAdded top", "PropertiesChanged base UsedBy"}));
    happens(event(EventKind::Unload, "top", 4));
    EXPECT_EQ(told(), (Lines{"InterfacesRemoved top", "ModuleUnloaded top 4",
                             "PropertiesChanged base UsedBy"}));
}

TEST_F(EventDispatcherTest, WhatCameTogetherIsToldOnce) {
    driver_.known["top"] = module("top", {"base"});
    driver_.known["other"] = module("other", {"base"});
    driver_.happens(event(EventKind::LoadBegin, "base", 1));
    driver_.happens(event(EventKind::LoadLive, "base", 2));
    driver_.happens(event(EventKind::LoadBegin, "top", 3));
    driver_.happens(event(EventKind::LoadLive, "top", 4));
    driver_.happens(event(EventKind::LoadBegin, "other", 5));
    feed();
    EXPECT_EQ(told(), (Lines{"InterfacesAdded base", "ModuleLoaded base 2", "InterfacesAdded top",
                             "ModuleLoaded top 4", "InterfacesAdded other",
                             "PropertiesChanged base UsedBy"}));
}

TEST_F(EventDispatcherTest, ALoadThatFailedAtOnceHadNoObject) {
    driver_.happens(event(EventKind::LoadBegin, "dummy", 1));
    driver_.happens(event(EventKind::LoadFailed, "dummy", 2));
    feed();
    EXPECT_EQ(told(), Lines{"ModuleFailed dummy InitFailed 2"});
}

TEST_F(EventDispatcherTest, LostRecordsAreMadeGoodFromTheList) {
    happens(event(EventKind::LoadBegin, "old", 1));
    happens(event(EventKind::LoadLive, "old", 2));
    told();
    driver_.known.erase("old");
    driver_.known["new"] = module("new");
    driver_.known["new"].last_sequence = 40;
    happens(event(EventKind::Lost, "", 3));
    EXPECT_EQ(told(), (Lines{"InterfacesRemoved old", "ModuleUnloaded old 0", "InterfacesAdded new",
                             "ModuleLoaded new 40"}));
}

TEST_F(EventDispatcherTest, WithoutADriverUeventsTell) {
    source_.use_driver(false);
    sys_.write("proc/modules", "dummy 16384 0 - Live 0x0\n");
    sys_.write("sys/module/dummy/initstate", "live\n");
    const auto generation = service_.dispatcher().generation();
    service_.dispatcher().added("dummy"_module);
    EXPECT_GT(service_.dispatcher().generation(), generation) << "what was read before is old";
    EXPECT_EQ(told(), (Lines{"InterfacesAdded dummy", "ModuleLoaded dummy 0"}));
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "Size"), "16384");
    service_.dispatcher().removed("dummy"_module);
    EXPECT_EQ(told(), (Lines{"InterfacesRemoved dummy", "ModuleUnloaded dummy 0"}));
}

// udevadm trigger has the kernel announce all folders in sysfs, those of built-in modules too.
TEST_F(EventDispatcherTest, WhatIsAnnouncedIsHeldAgainstTheKernel) {
    source_.use_driver(false);
    sys_.write("sys/module/printk/uevent", "");
    service_.dispatcher().added("printk"_module);
    service_.dispatcher().removed("printk"_module);
    service_.dispatcher().added("gone_again"_module);
    EXPECT_EQ(told(), Lines{});
}

TEST_F(EventDispatcherTest, TheFileIsKnownWhenTheObjectIsFirstTold) {
    auto begin = event(EventKind::LoadBegin, "dummy", 1);
    change_of(begin).file = "/tmp/w/dummy.ko";
    happens(begin);
    EXPECT_EQ(told(), Lines{"InterfacesAdded dummy"});
    const auto path = [&] {
        return property("/org/modkeeper1/module/dummy", bus::module_interface, "Path");
    };
    EXPECT_EQ(path(), "/tmp/w/dummy.ko");
    change_of(begin).file = "/tmp/x/dummy.ko";
    happens(begin);
    EXPECT_EQ(told(), Lines{"PropertiesChanged dummy Arguments Path"});
    EXPECT_EQ(path(), "/tmp/x/dummy.ko");
}

// Of a load that a user asked for, the record of the beginning may be gone long before the module.
TEST_F(EventDispatcherTest, HistoryIsKnownButNotTold) {
    sys_.write("sys/module/dummy/parameters/numdummies", "2\n");
    auto live = event(EventKind::LoadLive, "dummy", 2);
    change_of(live).args = "numdummies=2";
    change_of(live).file = "/x/dummy.ko";
    service_.dispatcher().replay(live);
    driver_.known["dummy"] = module("dummy");
    service_.dispatcher().resync(true);
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "Arguments"),
              "numdummies=2");
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "Path"),
              "/x/dummy.ko");
}

TEST_F(EventDispatcherTest, ALoadWhoseBeginningWasLeftOutIsKnownAllTheSame) {
    sys_.write("sys/module/dummy/parameters/numdummies", "2\n");
    auto live = event(EventKind::LoadLive, "dummy", 2);
    change_of(live).args = "numdummies=2";
    happens(live);
    EXPECT_EQ(told(), (Lines{"InterfacesAdded dummy", "ModuleLoaded dummy 2"}));
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "Arguments"),
              "numdummies=2");
}

// What was seen of one load is not said of the next one of that name, of which nothing was seen.
TEST_F(EventDispatcherTest, HistoryIsOfOneLoadOnly) {
    sys_.write("sys/module/dummy/parameters/numdummies", "2\n");
    auto live = event(EventKind::LoadLive, "dummy", 2);
    change_of(live).args = "numdummies=2";
    change_of(live).file = "/x/dummy.ko";
    service_.dispatcher().replay(live);
    driver_.known["dummy"] = module("dummy");
    service_.dispatcher().resync(true);
    driver_.known.erase("dummy");
    service_.dispatcher().resync(false);
    driver_.known["dummy"] = module("dummy");
    service_.dispatcher().resync(false);
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "Path"), "");
}

// A record that was lost may be that of a failure or of a begin: the trace of a job is not whole.
TEST_F(EventDispatcherTest, WhatMayBeMissingIsCounted) {
    const auto gaps = service_.dispatcher().gaps();
    happens(event(EventKind::LoadBegin, "dummy", 1));
    EXPECT_EQ(service_.dispatcher().gaps(), gaps);
    happens(event(EventKind::Lost, "", 2));
    EXPECT_GT(service_.dispatcher().gaps(), gaps);
}

// Another user's load that was left out says nothing of one whose beginning was seen.
TEST_F(EventDispatcherTest, ALoadThatWasSeenStaysUntilItsEnd) {
    happens(event(EventKind::LoadBegin, "dummy", 1));
    EXPECT_EQ(told(), Lines{"InterfacesAdded dummy"});
    driver_.known.erase("dummy"); // its end is in the record, and is told when that is read
    driver::Event left_out;
    left_out.kind = EventKind::Suppressed;
    left_out.body = driver::Suppressed{1, 0, EventKind::LoadBegin};
    happens(left_out);
    EXPECT_EQ(told(), Lines{});
}

TEST_F(EventDispatcherTest, ALoadWhoseEndWasLeftOutDoesNotStay) {
    auto coming = module("dummy");
    coming.state = LoadState::Coming;
    driver_.known["dummy"] = coming;
    service_.dispatcher().resync(false);
    EXPECT_EQ(told(), Lines{"InterfacesAdded dummy"});
    driver_.known.erase("dummy");
    driver::Event left_out;
    left_out.kind = EventKind::Suppressed;
    left_out.body = driver::Suppressed{1, 0, EventKind::LoadBegin};
    happens(left_out);
    EXPECT_EQ(told(), Lines{"InterfacesRemoved dummy"});
}

} // namespace
} // namespace mk::test
