// SPDX-License-Identifier: GPL-2.0-only
#include "explain/client.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

template <typename Body> driver::Event event_of(driver::EventKind kind) {
    Body body;
    body.client_pid = 812;
    body.client_uid = 4294967;
    body.client_loginuid = driver::no_loginuid;
    body.client_comm = "busctl";
    body.client_cgroup = "/user.slice/user-1000.slice/session-3.scope";
    driver::Event event;
    event.kind = kind;
    event.body = body;
    return event;
}

TEST(Client, LoadsRefusedUnloadsAndDecisionsHaveOne) {
    for (const auto &event :
         {event_of<driver::ModuleEvent>(driver::EventKind::LoadBegin),
          event_of<driver::RefusedUnload>(driver::EventKind::UnloadRefused),
          event_of<driver::PolicyDecision>(driver::EventKind::PolicyDecision)}) {
        const auto client = client_of(event);
        ASSERT_TRUE(client);
        EXPECT_EQ(*client, (JobCaller{"", 4294967, std::nullopt, 812, "busctl",
                                      "/user.slice/user-1000.slice/session-3.scope"}));
        EXPECT_EQ(for_client(event), " for busctl[812] of uid 4294967 in session 3 of user 1000");
    }
}

TEST(Client, RootOfALoginSessionIsTheOneWhoLoggedIn) {
    auto event = event_of<driver::ModuleEvent>(driver::EventKind::Unload);
    auto &body = std::get<driver::ModuleEvent>(event.body);
    body.client_uid = 0;
    body.client_loginuid = 4294966;
    body.client_cgroup = "/system.slice/foo.service";
    EXPECT_EQ(client_text(*client_of(event)),
              "root (busctl, pid 812, in foo.service, logged in as user 4294966)");
}

// A process chooses its own name.
TEST(Client, ANameCannotPassForText) {
    auto event = event_of<driver::ModuleEvent>(driver::EventKind::LoadBegin);
    std::get<driver::ModuleEvent>(event.body).client_comm = "x) by root (";
    for (const auto &text : {for_client(event), client_text(*client_of(event))})
        EXPECT_NE(text.find("\"x) by root (\""), std::string::npos) << text;
}

// The bus does not always know the process.
TEST(Client, AUserWithoutAProcess) {
    auto event = event_of<driver::ModuleEvent>(driver::EventKind::LoadBegin);
    auto &body = std::get<driver::ModuleEvent>(event.body);
    body.client_pid = 0;
    body.client_comm = body.client_cgroup = "";
    EXPECT_EQ(for_client(event), " for a process of uid 4294967");
    EXPECT_EQ(client_text(*client_of(event)), "user 4294967 (a process that is not known)");
}

TEST(Client, MostProcessesActForThemselves) {
    driver::Event event;
    EXPECT_FALSE(client_of(event));
    event.body = driver::ModuleEvent{};
    EXPECT_FALSE(client_of(event));
    EXPECT_EQ(for_client(event), "");
    event.body = driver::RefusedUnload{};
    EXPECT_FALSE(client_of(event));
}

} // namespace
} // namespace mk
