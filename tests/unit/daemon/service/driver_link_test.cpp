// SPDX-License-Identifier: GPL-2.0-only
// The driver comes, speaks, and goes: what the bus shows of it.
#include "service/driver_link.hpp"

#include "fixtures/bus_fixture.hpp"

namespace mk::test {
namespace {

using driver::EventKind;
using Lines = std::vector<std::string>;

class DriverLinkTest : public BusFixture {
  protected:
    DriverLinkTest() : link_(loop_.get(), driver_, source_) {}

    static service::Uevent uevent(service::Uevent::Action action, const char *subsystem,
                                  const char *path, const char *node = "") {
        return {action, subsystem, path, node};
    }
    std::string manager(const char *name) {
        return property("/org/modkeeper1", bus::manager_interface, name);
    }
    Lines told() {
        settle();
        return std::exchange(signals_, {});
    }
    service::DriverLink link_;
};

TEST_F(DriverLinkTest, WithoutADriverItSaysSo) {
    driver_.present = false;
    link_.start(service_);
    EXPECT_EQ(manager("DriverState"), "absent");
    EXPECT_EQ(manager("DriverMessage"), "the driver is not loaded");
    EXPECT_EQ(manager("EventSource"), "uevents");
}

TEST_F(DriverLinkTest, ADriverThatIsLoadedAndOfNoUseIsAMismatch) {
    driver_.present = false;
    sys_.write("sys/module/modkeeper/initstate", "live\n");
    link_.start(service_);
    EXPECT_EQ(manager("DriverState"), "mismatch");
}

TEST_F(DriverLinkTest, TheStartIsSilent) {
    sys_.write("sys/module/dummy/parameters/numdummies", "1\n");
    driver_.known["dummy"] = module("dummy");
    auto live = event(EventKind::LoadLive, "dummy", 2);
    change_of(live).args = "numdummies=1";
    driver_.history = {event(EventKind::LoadBegin, "dummy", 1), live};
    link_.start(service_);
    EXPECT_EQ(manager("DriverState"), "connected");
    EXPECT_EQ(manager("DriverVersion"), "9.9.9");
    EXPECT_EQ(property("/org/modkeeper1/module/dummy", bus::module_interface, "Arguments"),
              "numdummies=1");
    for (const auto &line : told())
        EXPECT_TRUE(line.starts_with("PropertiesChanged modkeeper1")) << line;
}

TEST_F(DriverLinkTest, RecordsComeByThemselves) {
    link_.start(service_);
    told();
    driver_.happens(event(EventKind::LoadLive, "dummy", 3));
    run_until([&] { return !signals_.empty() && signals_.back() == "ModuleLoaded dummy 3"; });
}

TEST_F(DriverLinkTest, ADriverThatComesLaterIsTaken) {
    driver_.present = false;
    link_.start(service_);
    sys_.write("proc/modules", "base 4096 0 - Live 0x0\n");
    sys_.write("sys/module/base/initstate", "live\n");
    link_.on_uevent(uevent(service::Uevent::Action::Add, "module", "/module/base"));
    EXPECT_EQ(told(), (Lines{"PropertiesChanged modkeeper1 DriverMessage", "InterfacesAdded base",
                             "ModuleLoaded base 0"}));
    driver_.present = true;
    driver_.known["base"] = module("base");
    link_.on_uevent(uevent(service::Uevent::Action::Add, "misc", "/devices/virtual/misc/modkeeper",
                           "modkeeper"));
    EXPECT_EQ(manager("DriverState"), "connected");
    told();
    // From now on the driver tells, and nothing is told twice.
    link_.on_uevent(uevent(service::Uevent::Action::Add, "module", "/module/dummy"));
    EXPECT_EQ(told(), Lines{});
}

TEST_F(DriverLinkTest, TheDriversOwnLoadEnds) {
    driver_.known["modkeeper"] = module("modkeeper");
    driver_.known["modkeeper"].state = LoadState::Coming;
    link_.start(service_);
    const auto *path = "/org/modkeeper1/module/modkeeper";
    EXPECT_EQ(property(path, bus::module_interface, "State"), "coming");
    driver_.known["modkeeper"].state = LoadState::Live;
    link_.on_uevent(uevent(service::Uevent::Action::Add, "module", "/module/modkeeper"));
    EXPECT_EQ(property(path, bus::module_interface, "State"), "live");
}

TEST_F(DriverLinkTest, ADriverThatBreaksIsLeft) {
    link_.start(service_);
    driver_.broken = true;
    link_.drain();
    EXPECT_FALSE(driver_.open);
    EXPECT_EQ(manager("DriverState"), "absent");
    EXPECT_EQ(manager("DriverMessage"), "the device went away");
    EXPECT_EQ(manager("EventSource"), "uevents");
}

TEST_F(DriverLinkTest, StoppingLetsTheDeviceGo) {
    link_.start(service_);
    EXPECT_TRUE(driver_.open);
    link_.stop();
    EXPECT_FALSE(driver_.open);
}

} // namespace
} // namespace mk::test
