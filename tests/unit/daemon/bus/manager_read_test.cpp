// SPDX-License-Identifier: GPL-2.0-only
// What the manager answers at once.
#include "fixtures/bus_fixture.hpp"
#include "fixtures/module_names.hpp"

namespace mk::test {
namespace {

class ManagerRead : public BusFixture {
  protected:
    Reply get(const char *name) {
        return call("GetModule", [&](auto *m) { sd_bus_message_append(m, "s", name); });
    }
};

TEST_F(ManagerRead, ListsWhatTheDriverShows) {
    auto base = module("base");
    base.used_by = names({"top"});
    base.bytes = 4096;
    base.references = 1;
    driver_.known["base"] = base;
    auto gone = module("gone");
    gone.state = LoadState::Absent;
    driver_.known["gone"] = gone;
    auto reply = call("ListModules", nullptr);
    ASSERT_EQ(error_of(reply), "");
    ASSERT_GT(sd_bus_message_enter_container(reply.get(), 'a', "a{sv}"), 0);
    ASSERT_GT(sd_bus_message_enter_container(reply.get(), 'a', "{sv}"), 0);
    std::string keys;
    std::string user;
    std::uint64_t size = 0;
    std::uint32_t references = 0;
    std::string texts;
    while (sd_bus_message_enter_container(reply.get(), 'e', "sv") > 0) {
        const char *key = nullptr;
        const char *text = nullptr;
        sd_bus_message_read(reply.get(), "s", &key);
        const std::string name = key;
        keys += name + " ";
        if (name == "size") {
            sd_bus_message_read(reply.get(), "v", "t", &size);
        } else if (name == "references") {
            sd_bus_message_read(reply.get(), "v", "u", &references);
        } else if (name == "used_by") {
            if (sd_bus_message_read(reply.get(), "v", "as", 1, &text) > 0)
                user = text;
        } else if (sd_bus_message_read(reply.get(), "v", name == "object" ? "o" : "s", &text) > 0) {
            texts += std::string(text) + " ";
        }
        sd_bus_message_exit_container(reply.get());
    }
    EXPECT_EQ(keys, "name state size references object used_by ");
    EXPECT_EQ(texts, "base live /org/modkeeper1/module/base ");
    EXPECT_EQ(size, 4096U);
    EXPECT_EQ(references, 1U);
    EXPECT_EQ(user, "top");
    sd_bus_message_exit_container(reply.get());
    EXPECT_EQ(sd_bus_message_at_end(reply.get(), false), 1) << "modules that are gone are listed";
}

TEST_F(ManagerRead, FindsAModuleInEitherSpelling) {
    driver_.happens(event(driver::EventKind::LoadLive, "snd_hda_intel", 1));
    EXPECT_EQ(object_of(get("snd-hda-intel")), "/org/modkeeper1/module/snd_5fhda_5fintel");
}

TEST_F(ManagerRead, TellsWhyThereIsNoObject) {
    sys_.write("sys/module/loop/parameters/x", "1");
    EXPECT_EQ(error_of(get("dummy")), "NotLoaded");
    EXPECT_EQ(error_of(get("loop")), "BuiltIn");
    EXPECT_EQ(error_of(get("a/b")), "InvalidArgument");
    EXPECT_EQ(error_of(get("")), "InvalidArgument");
}

TEST_F(ManagerRead, SaysHowItStandsWithTheDriver) {
    EXPECT_EQ(property("/org/modkeeper1", bus::manager_interface, "Version"), MODKEEPER_VERSION);
    EXPECT_EQ(property("/org/modkeeper1", bus::manager_interface, "DriverState"), "absent");
    service_.set_driver({"connected", "1.2.3", "", "driver"});
    EXPECT_EQ(property("/org/modkeeper1", bus::manager_interface, "DriverState"), "connected");
    EXPECT_EQ(property("/org/modkeeper1", bus::manager_interface, "DriverVersion"), "1.2.3");
    EXPECT_EQ(property("/org/modkeeper1", bus::manager_interface, "EventSource"), "driver");
    settle();
    EXPECT_EQ(signals_, (std::vector<std::string>{"PropertiesChanged modkeeper1 DriverState",
                                                  "PropertiesChanged modkeeper1 DriverVersion",
                                                  "PropertiesChanged modkeeper1 EventSource"}));
}

} // namespace
} // namespace mk::test
