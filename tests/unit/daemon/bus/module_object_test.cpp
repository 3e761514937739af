// SPDX-License-Identifier: GPL-2.0-only
// The properties of a module's object, and the objects that there are.
#include "fixtures/bus_fixture.hpp"

namespace mk::test {
namespace {

constexpr const char *path = "/org/modkeeper1/module/dummy";

class ModuleObject : public BusFixture {
  protected:
    void load_dummy() {
        driver_.happens(event(driver::EventKind::LoadLive, "dummy", 1));
        feed();
        auto &dummy = driver_.known["dummy"];
        dummy.references = 2;
        dummy.core_bytes = 8192;
        dummy.version = "1.0";
        dummy.srcversion = "ABC";
        dummy.uses = {"base", "other"};
        dummy.taints = 1U << 12 | 1U << 13;
        dummy.loaded_realtime_ns = 1'700'000'000'123'456'789;
        dummy.init_ns = 77;
        dummy.load_count = 4;
        dummy.parameters = {{"numdummies", "int", 0444}, {"secret", "charp", 0}};
        sys_.write("sys/module/dummy/parameters/numdummies", "3\n");
    }
    std::string get(const char *name) { return property(path, bus::module_interface, name); }
};

TEST_F(ModuleObject, HasWhatTheDriverKnows) {
    load_dummy();
    EXPECT_EQ(get("Name"), "dummy");
    EXPECT_EQ(get("ReferenceCount"), "2");
    EXPECT_EQ(get("Size"), "8192");
    EXPECT_EQ(get("Version"), "1.0");
    EXPECT_EQ(get("SourceVersion"), "ABC");
    EXPECT_EQ(get("Uses"), "base,other");
    EXPECT_EQ(get("UsedBy"), "");
    EXPECT_EQ(get("Taints"), "OE");
    EXPECT_EQ(get("LoadedTimestamp"), "1700000000123456");
    EXPECT_EQ(get("InitDuration"), "77");
    EXPECT_EQ(get("LoadCount"), "4");
    EXPECT_EQ(get("Parameters"), "numdummies:int=3,secret:charp=");
}

TEST_F(ModuleObject, IsFreshInEveryTurn) {
    load_dummy();
    EXPECT_EQ(get("ReferenceCount"), "2");
    driver_.known["dummy"].references = 3;
    EXPECT_EQ(get("ReferenceCount"), "3");
}

TEST_F(ModuleObject, BytesThatAreNoTextDoNoHarm) {
    load_dummy();
    sys_.write("sys/module/dummy/parameters/numdummies", "\xff\xfe\n");
    EXPECT_EQ(get("Parameters"), "numdummies:int=??,secret:charp=");
}

TEST_F(ModuleObject, AllAreManagedObjects) {
    load_dummy();
    driver_.happens(event(driver::EventKind::LoadLive, "8021q", 2));
    feed();
    auto reply = call("GetManagedObjects", nullptr, "org.freedesktop.DBus.ObjectManager");
    ASSERT_EQ(error_of(reply), "");
    std::vector<std::string> objects;
    sd_bus_message_enter_container(reply.get(), 'a', "{oa{sa{sv}}}");
    while (sd_bus_message_enter_container(reply.get(), 'e', "oa{sa{sv}}") > 0) {
        const char *object = nullptr;
        sd_bus_message_read(reply.get(), "o", &object);
        objects.emplace_back(object);
        sd_bus_message_skip(reply.get(), "a{sa{sv}}");
        sd_bus_message_exit_container(reply.get());
    }
    std::sort(objects.begin(), objects.end());
    EXPECT_EQ(objects, (std::vector<std::string>{"/org/modkeeper1/module/_38021q", path}));
}

TEST_F(ModuleObject, NoModuleIsNoObject) {
    EXPECT_EQ(get("Name"), "org.freedesktop.DBus.Error.UnknownObject");
    EXPECT_EQ(property("/org/modkeeper1/module", bus::module_interface, "Name"),
              "org.freedesktop.DBus.Error.UnknownProperty");
}

} // namespace
} // namespace mk::test
