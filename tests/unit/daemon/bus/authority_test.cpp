// SPDX-License-Identifier: GPL-2.0-only
// Who may load: what polkit says counts, and nothing but a clear yes is one.
#include "fixtures/bus_fixture.hpp"

#include <unistd.h>

namespace mk::test {
namespace {

struct Polkit {
    bool yes = false;
    bool challenge = false;
    bool broken = false;
    std::string action;
    std::string subject;
    std::string module;
    unsigned flags = 0;
};

int check(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &polkit = *static_cast<Polkit *>(userdata);
    const char *kind = nullptr;
    const char *name = nullptr;
    const char *action = nullptr;
    const char *module = nullptr;
    sd_bus_message_enter_container(call, 'r', "sa{sv}");
    sd_bus_message_read(call, "sa{sv}", &kind, 1, &name, "s", &name);
    sd_bus_message_exit_container(call);
    const char *key = nullptr;
    sd_bus_message_read(call, "sa{ss}u", &action, 1, &key, &module, &polkit.flags);
    polkit.subject = kind;
    polkit.action = action;
    polkit.module = module;
    if (polkit.broken)
        return sd_bus_error_set(error, "org.freedesktop.PolicyKit1.Error.Failed", "confused");
    return sd_bus_reply_method_return(call, "(bba{ss})", polkit.yes, polkit.challenge, 0);
}

const sd_bus_vtable polkit_vtable[] = {SD_BUS_VTABLE_START(0),
                                       SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us",
                                                     "(bba{ss})", check,
                                                     SD_BUS_VTABLE_UNPRIVILEGED),
                                       SD_BUS_VTABLE_END};

class AuthorityTest : public BusFixture {
  protected:
    void start_polkit() {
        connection_.reset(private_bus_.connect());
        sd_bus_attach_event(connection_.get(), loop_.get(), 0);
        sd_bus_add_object_vtable(connection_.get(), nullptr,
                                 "/org/freedesktop/PolicyKit1/Authority",
                                 "org.freedesktop.PolicyKit1.Authority", polkit_vtable, &polkit_);
        ASSERT_GE(sd_bus_request_name(connection_.get(), "org.freedesktop.PolicyKit1", 0), 0);
    }
    bool allowed() {
        auto reply = start_load("dummy");
        run_until([&] { return *reply || !jobs_.loads.empty(); });
        if (*reply) {
            EXPECT_EQ(error_of(*reply), "NotAuthorized");
            reason_ = text_of(*reply);
            return false;
        }
        jobs_.succeed({"dummy"});
        EXPECT_EQ(error_of(wait(reply)), "");
        return true;
    }
    bus::Bus connection_;
    Polkit polkit_;
    std::string reason_;
};

TEST_F(AuthorityTest, PolkitSaysYes) {
    start_polkit();
    polkit_.yes = true;
    EXPECT_TRUE(allowed());
    EXPECT_EQ(polkit_.action, "org.modkeeper1.load");
    EXPECT_EQ(polkit_.subject, "system-bus-name");
    EXPECT_EQ(polkit_.module, "dummy");
    EXPECT_EQ(polkit_.flags, 0U);
}

TEST_F(AuthorityTest, PolkitSaysNo) {
    start_polkit();
    EXPECT_FALSE(allowed());
    EXPECT_NE(reason_.find("polkit says no"), std::string::npos) << reason_;
    polkit_.challenge = true;
    EXPECT_FALSE(allowed());
    EXPECT_NE(reason_.find("password"), std::string::npos) << reason_;
    settle();
    EXPECT_TRUE(signals_.empty()) << "a refusal is nobody else's news";
}

TEST_F(AuthorityTest, AnyErrorIsANo) {
    start_polkit();
    polkit_.broken = true;
    EXPECT_FALSE(allowed());
    EXPECT_NE(reason_.find("confused"), std::string::npos) << reason_;
}

TEST_F(AuthorityTest, AnInteractiveCallLetsPolkitAsk) {
    start_polkit();
    auto reply = start("Unload", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sa{sv}", "dummy", 0);
        sd_bus_message_set_allow_interactive_authorization(m, 1);
    });
    wait(reply);
    EXPECT_EQ(polkit_.action, "org.modkeeper1.unload");
    EXPECT_EQ(polkit_.flags, 1U);
}

TEST_F(AuthorityTest, WithoutPolkitOnlyRootMay) {
    if (getuid() == 0) {
        EXPECT_TRUE(allowed());
    } else {
        EXPECT_FALSE(allowed());
        EXPECT_NE(reason_.find("only root"), std::string::npos) << reason_;
    }
}

TEST_F(AuthorityTest, ReadingNeedsNoQuestion) {
    start_polkit();
    EXPECT_EQ(error_of(call("ListModules", nullptr)), "");
    EXPECT_EQ(polkit_.action, "");
}

} // namespace
} // namespace mk::test
