// SPDX-License-Identifier: GPL-2.0-only
// The properties of a module's object, and the objects that there are.
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "fixtures/bus_fixture.hpp"
#include "fixtures/module_names.hpp"

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
        dummy.bytes = 8192;
        dummy.version = "1.0";
        dummy.srcversion = "ABC";
        dummy.uses = names({"base", "other"});
        dummy.taints = "OE";
        dummy.loaded_realtime_ns = 1'700'000'000'123'456'789;
        dummy.init_ns = 77;
        dummy.load_count = 4;
    }
    std::string get(const char *name) { return property(path, bus::module_interface, name); }
    // A number of every object in an answer to GetManagedObjects, by path.
    static std::map<std::string, std::string> numbers_of_all(const Reply &reply,
                                                             std::string_view wanted) {
        std::map<std::string, std::string> result;
        sd_bus_message *all = reply.get();
        sd_bus_message_enter_container(all, 'a', "{oa{sa{sv}}}");
        while (sd_bus_message_enter_container(all, 'e', "oa{sa{sv}}") > 0) {
            const char *object = nullptr;
            const char *interface = nullptr;
            sd_bus_message_read(all, "o", &object);
            sd_bus_message_enter_container(all, 'a', "{sa{sv}}");
            while (sd_bus_message_enter_container(all, 'e', "sa{sv}") > 0) {
                sd_bus_message_read(all, "s", &interface);
                sd_bus_message_enter_container(all, 'a', "{sv}");
                while (sd_bus_message_enter_container(all, 'e', "sv") > 0) {
                    const char *name = nullptr;
                    std::uint64_t number = 0;
                    sd_bus_message_read(all, "s", &name);
                    if (name != wanted)
                        sd_bus_message_skip(all, "v");
                    else if (sd_bus_message_read(all, "v", "t", &number) > 0)
                        result[object] = std::to_string(number);
                    sd_bus_message_exit_container(all);
                }
                sd_bus_message_exit_container(all);
                sd_bus_message_exit_container(all);
            }
            sd_bus_message_exit_container(all);
            sd_bus_message_exit_container(all);
        }
        return result;
    }
};

TEST_F(ModuleObject, HasWhatTheDriverKnows) {
    load_dummy();
    EXPECT_EQ(get("Name"), "dummy");
    EXPECT_EQ(get("Size"), "8192");
    EXPECT_EQ(get("Version"), "1.0");
    EXPECT_EQ(get("SourceVersion"), "ABC");
    EXPECT_EQ(get("Uses"), "base,other");
    EXPECT_EQ(get("UsedBy"), "");
    EXPECT_EQ(get("Taints"), "OE");
    EXPECT_EQ(get("LoadedTimestampNSec"), "1700000000123456789");
    EXPECT_EQ(get("InitDurationNSec"), "77");
    EXPECT_EQ(get("LoadCount"), "4");
}

TEST_F(ModuleObject, TellsArgumentsThatEveryUserMayRead) {
    load_dummy();
    auto live = event(driver::EventKind::LoadLive, "dummy", 2);
    change_of(live).args = "key=hunter2 num-dummies=\"3 4\" absent=1 ../../x=2 plain=5";
    driver_.happens(live);
    feed();
    sys_.write("sys/module/dummy/parameters/num_dummies", "3\n");
    sys_.write("sys/module/dummy/parameters/plain", "5\n");
    sys_.write("sys/module/x", "no parameter\n");
    auto secret = sys_.write("sys/module/dummy/parameters/key", "hunter2\n");
    ASSERT_EQ(chmod(secret.c_str(), 0600), 0);
    EXPECT_EQ(get("Arguments"), "num-dummies=\"3 4\" plain=5");
}

TEST_F(ModuleObject, IsFreshInEveryTurn) {
    load_dummy();
    EXPECT_EQ(get("LoadCount"), "4");
    driver_.known["dummy"].load_count = 5;
    EXPECT_EQ(get("LoadCount"), "5");
}

TEST_F(ModuleObject, BytesThatAreNoTextDoNoHarm) {
    load_dummy();
    driver_.known["dummy"].version = "\xff\xfe";
    EXPECT_EQ(get("Version"), "??");
}

// What init takes is counted by /proc/modules until a moment after the module is live.
TEST_F(ModuleObject, WithoutADriverItsSizeIsWhatStays) {
    source_.use_driver(false);
    sys_.write("proc/modules", "dummy 49152 1 - Live 0x0\n");
    sys_.write("sys/module/dummy/initstate", "live\n");
    sys_.write("sys/module/dummy/coresize", "36864\n");
    service_.dispatcher().added("dummy"_module);
    EXPECT_EQ(get("Size"), "36864");
}

// The files of a machine's modules may be slow, packed, or a bomb: whoever lists objects has none
// of them opened.
TEST_F(ModuleObject, NoFileIsReadForItsProperties) {
    load_dummy();
    background_.ran = 0;
    EXPECT_EQ(error_of(call("GetManagedObjects", nullptr, "org.freedesktop.DBus.ObjectManager")),
              "");
    EXPECT_EQ(background_.ran, 0U);
    const auto reply = call("GetFileInfo", nullptr, bus::module_interface, path);
    EXPECT_EQ(error_of(reply), "NotFound");
    EXPECT_EQ(background_.ran, 1U);
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

// A machine has hundreds of modules, and each question takes some calls of the kernel.
TEST_F(ModuleObject, AllAreSeenAtOnce) {
    load_dummy();
    for (int i = 0; i < 20; ++i)
        driver_.happens(event(driver::EventKind::LoadLive, "other" + std::to_string(i),
                              static_cast<std::uint64_t>(2 + i)));
    feed();
    const auto sizes = [&] {
        auto reply = call("GetManagedObjects", nullptr, "org.freedesktop.DBus.ObjectManager");
        EXPECT_EQ(error_of(reply), "");
        return numbers_of_all(reply, "Size");
    };
    EXPECT_EQ(sizes()[path], "8192");
    driver_.known["dummy"].bytes = 4096;
    driver_.listed = 0;
    driver_.asked = 0;
    auto all = sizes();
    EXPECT_EQ(all.size(), 21U);
    EXPECT_EQ(all[path], "4096");
    EXPECT_EQ(driver_.listed, 1);
    EXPECT_EQ(driver_.asked, 0);
}

// Names of the properties in an a{sv}.
std::string names_in(sd_bus_message *properties) {
    std::string names;
    sd_bus_message_enter_container(properties, 'a', "{sv}");
    while (sd_bus_message_enter_container(properties, 'e', "sv") > 0) {
        const char *name = nullptr;
        sd_bus_message_read(properties, "s", &name);
        names += std::string(name) + " ";
        sd_bus_message_skip(properties, "v");
        sd_bus_message_exit_container(properties);
    }
    sd_bus_message_exit_container(properties);
    return names;
}

TEST_F(ModuleObject, ManagedObjectsHaveWhatEachOneHas) {
    load_dummy();
    wait(start("StartJob",
               [](auto *m) { sd_bus_message_append(m, "sasasa{sv}", "load", 1, "other", 0, 0); }));
    const auto reply = call("GetManagedObjects", nullptr, "org.freedesktop.DBus.ObjectManager");
    ASSERT_EQ(error_of(reply), "");
    sd_bus_message *all = reply.get();
    int objects = 0;
    sd_bus_message_enter_container(all, 'a', "{oa{sa{sv}}}");
    while (sd_bus_message_enter_container(all, 'e', "oa{sa{sv}}") > 0) {
        const char *object = nullptr;
        const char *interface = nullptr;
        sd_bus_message_read(all, "o", &object);
        sd_bus_message_enter_container(all, 'a', "{sa{sv}}");
        ASSERT_GT(sd_bus_message_enter_container(all, 'e', "sa{sv}"), 0);
        sd_bus_message_read(all, "s", &interface);
        const auto each = call(
            "GetAll", [&](auto *m) { sd_bus_message_append(m, "s", interface); },
            "org.freedesktop.DBus.Properties", object);
        const auto names = names_in(each.get());
        EXPECT_NE(names, "");
        EXPECT_EQ(names_in(all), names) << object;
        sd_bus_message_exit_container(all);
        sd_bus_message_exit_container(all);
        sd_bus_message_exit_container(all);
        ++objects;
    }
    EXPECT_EQ(objects, 2) << "a module and a job";
}

TEST_F(ModuleObject, NoModuleIsNoObject) {
    EXPECT_EQ(get("Name"), "org.freedesktop.DBus.Error.UnknownObject");
    EXPECT_EQ(property("/org/modkeeper1/module", bus::module_interface, "Name"),
              "org.freedesktop.DBus.Error.UnknownProperty");
}

} // namespace
} // namespace mk::test
