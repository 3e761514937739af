// SPDX-License-Identifier: GPL-2.0-only
// The policy files are read by other programs, which ignore or refuse a file that they cannot
// parse: nobody would notice before it matters.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "fixtures/bus_fixture.hpp"

namespace mk::test {
namespace {

const std::string folder = PACKAGING_FOLDER;

std::string content(const std::string &name) {
    std::ifstream file(folder + "/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Packaging, PolicyFilesAreWellFormed) {
    for (const auto *name : {"org.modkeeper1.conf", "org.modkeeper1.policy"})
        EXPECT_EQ(std::system(fmt::format("xmllint --noout --nonet {}/{}", folder, name).c_str()),
                  0)
            << name << " (or the package libxml2-utils is missing)";
}

TEST(Packaging, EveryActionThatIsAskedForIsDeclared) {
    auto policy = content("org.modkeeper1.policy");
    for (const auto *action :
         {"org.modkeeper1.load", "org.modkeeper1.unload", "org.modkeeper1.reload",
          "org.modkeeper1.force", "org.modkeeper1.read-events", "org.modkeeper1.set-parameter",
          "org.modkeeper1.configure", "org.modkeeper1.manage-policy",
          "org.modkeeper1.allow-temporarily", "org.modkeeper1.seal-policy"})
        EXPECT_NE(policy.find(fmt::format("<action id=\"{}\">", action)), std::string::npos)
            << action;
}

// dbus-daemon refuses to start with a policy that it does not understand.
TEST(Packaging, TheBusTakesThePolicy) {
    PrivateBus bus(folder + "/org.modkeeper1.conf");
    bus::Bus connection(bus.connect());
    // The owner of a name is whoever the policy lets: root, as the tests of a package may not be.
    int owned = sd_bus_request_name(connection.get(), bus::service_name, 0);
    EXPECT_EQ(owned >= 0, getuid() == 0);
}

// A program may ask whether an interface is there, or name none.
TEST(Packaging, TheBusLetsEveryCallThrough) {
    if (getuid() != 0)
        GTEST_SKIP() << "only root may own the name";
    PrivateBus bus(folder + "/org.modkeeper1.conf");
    const bus::Bus service(bus.connect());
    ASSERT_GE(sd_bus_request_name(service.get(), bus::service_name, 0), 0);
    const bus::Bus client(bus.connect());
    for (const char *interface :
         {"org.modkeeper1.OfALaterVersion", static_cast<const char *>(nullptr)}) {
        ASSERT_GE(sd_bus_call_method_async(client.get(), nullptr, bus::service_name,
                                           "/org/modkeeper1", interface, "Method", nullptr, nullptr,
                                           nullptr),
                  0);
        ASSERT_GE(sd_bus_flush(client.get()), 0);
        sd_bus_message *raw = nullptr;
        while (!raw && sd_bus_wait(service.get(), UINT64_MAX) >= 0)
            while (sd_bus_process(service.get(), &raw) > 0 &&
                   !(raw && sd_bus_message_is_method_call(raw, interface, "Method")))
                raw = (sd_bus_message_unref(raw), nullptr);
        EXPECT_NE(raw, nullptr);
        sd_bus_message_unref(raw);
    }
}

} // namespace
} // namespace mk::test
