// SPDX-License-Identifier: GPL-2.0-only
// Who may load: what polkit says counts, and nothing but a clear yes is one.
#include "fixtures/bus_fixture.hpp"

#include <unistd.h>

#include <map>

namespace mk::test {
namespace {

struct FakePolkit {
    bool yes = false;
    bool challenge = false;
    bool broken = false;
    bool thinks = false; // answers nothing
    std::string action;
    std::vector<std::string> actions;
    std::string subject;
    std::map<std::string, std::string> details;
    unsigned flags = 0;
    std::string cancellation_id;
    std::vector<std::string> canceled;
};

int check(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &polkit = *static_cast<FakePolkit *>(userdata);
    const char *kind = nullptr;
    const char *name = nullptr;
    const char *action = nullptr;
    sd_bus_message_enter_container(call, 'r', "sa{sv}");
    sd_bus_message_read(call, "sa{sv}", &kind, 1, &name, "s", &name);
    sd_bus_message_exit_container(call);
    sd_bus_message_read(call, "s", &action);
    polkit.details.clear();
    sd_bus_message_enter_container(call, 'a', "{ss}");
    const char *key = nullptr;
    const char *text = nullptr;
    while (sd_bus_message_read(call, "{ss}", &key, &text) > 0)
        polkit.details[key] = text;
    sd_bus_message_exit_container(call);
    sd_bus_message_read(call, "us", &polkit.flags, &text);
    polkit.cancellation_id = text;
    polkit.subject = kind;
    polkit.action = action;
    polkit.actions.emplace_back(action);
    if (polkit.thinks)
        return 1;
    if (polkit.broken)
        return sd_bus_error_set(error, "org.freedesktop.PolicyKit1.Error.Failed", "confused");
    return sd_bus_reply_method_return(call, "(bba{ss})", polkit.yes, polkit.challenge, 0);
}

int cancel(sd_bus_message *call, void *userdata, sd_bus_error *) {
    const char *id = nullptr;
    sd_bus_message_read(call, "s", &id);
    static_cast<FakePolkit *>(userdata)->canceled.emplace_back(id);
    return sd_bus_reply_method_return(call, "");
}

const sd_bus_vtable polkit_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})", check,
                  SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("CancelCheckAuthorization", "s", "", cancel, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END};

class PolkitTest : public BusFixture {
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
            error_ = error_of(*reply);
            reason_ = text_of(*reply);
            return false;
        }
        jobs_.succeed({"dummy"});
        EXPECT_EQ(error_of(wait(reply)), "");
        return true;
    }
    bus::Bus connection_;
    FakePolkit polkit_;
    std::string error_;
    std::string reason_;
};

TEST_F(PolkitTest, PolkitSaysYes) {
    start_polkit();
    polkit_.yes = true;
    EXPECT_TRUE(allowed());
    EXPECT_EQ(polkit_.action, "org.modkeeper1.load");
    EXPECT_EQ(polkit_.subject, "system-bus-name");
    EXPECT_EQ(polkit_.details.at("module"), "dummy");
    EXPECT_EQ(polkit_.flags, 0U);
}

TEST_F(PolkitTest, PolkitSaysNo) {
    start_polkit();
    EXPECT_FALSE(allowed());
    EXPECT_EQ(error_, "NotAuthorized");
    EXPECT_NE(reason_.find("polkit says no"), std::string::npos) << reason_;
    settle();
    EXPECT_TRUE(signals_.empty()) << "a refusal is nobody else's news";
}

// The usual name of it, so that a program can ask again and let polkit ask.
TEST_F(PolkitTest, APasswordWouldHelp) {
    start_polkit();
    polkit_.challenge = true;
    EXPECT_FALSE(allowed());
    EXPECT_EQ(error_, "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired");
    EXPECT_NE(reason_.find("password"), std::string::npos) << reason_;
    auto asked = wait(start("Unload", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sa{sv}", "dummy", 0);
        sd_bus_message_set_allow_interactive_authorization(m, 1);
    }));
    EXPECT_EQ(error_of(asked), "NotAuthorized") << "it could ask, and found no way to";
}

TEST_F(PolkitTest, AnyErrorIsANo) {
    start_polkit();
    polkit_.broken = true;
    EXPECT_FALSE(allowed());
    EXPECT_EQ(error_, "NotAuthorized");
    EXPECT_NE(reason_.find("confused"), std::string::npos) << reason_;
}

TEST_F(PolkitTest, AnInteractiveCallLetsPolkitAsk) {
    start_polkit();
    auto reply = start("Unload", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sa{sv}", "dummy", 0);
        sd_bus_message_set_allow_interactive_authorization(m, 1);
    });
    wait(reply);
    EXPECT_EQ(polkit_.action, "org.modkeeper1.unload");
    EXPECT_EQ(polkit_.flags, 1U);
}

TEST_F(PolkitTest, WithoutPolkitOnlyRootMay) {
    if (getuid() == 0) {
        EXPECT_TRUE(allowed());
    } else {
        EXPECT_FALSE(allowed());
        EXPECT_NE(reason_.find("only root"), std::string::npos) << reason_;
    }
}

TEST_F(PolkitTest, AReloadIsOneQuestion) {
    start_polkit();
    wait(start("Reload", [](sd_bus_message *m) {
        sd_bus_message_append(m, "sasa{sv}", "alpha", 1, "n=1", 1, "file", "s", "/tmp/evil.ko");
    }));
    EXPECT_EQ(polkit_.actions, std::vector<std::string>{"org.modkeeper1.reload"});
    EXPECT_EQ(polkit_.details.at("module"), "alpha");
    EXPECT_EQ(polkit_.details.at("path"), "/tmp/evil.ko");
    EXPECT_EQ(polkit_.details.at("parameters"), "n=1");
}

TEST_F(PolkitTest, TheLastOfAUserMakesRoomNotThatOfAnother) {
    start_polkit();
    polkit_.thinks = true;
    const auto unload = [](sd_bus_message *m) {
        sd_bus_message_append(m, "sa{sv}", "dummy", 0);
        sd_bus_message_set_allow_interactive_authorization(m, 1);
    };
    auto first = start("Unload", unload);
    std::vector<std::shared_ptr<Reply>> others;
    for (std::size_t i = 0; i < bus::Polkit::open_max; ++i)
        others.push_back(start("Unload", unload));
    EXPECT_EQ(error_of(wait(first)), "NotAuthorized");
    EXPECT_NE(text_of(*first).find("of this user"), std::string::npos) << text_of(*first);
    run_until([&] { return !polkit_.canceled.empty(); });
    EXPECT_EQ(polkit_.canceled, std::vector<std::string>{"question-1"});
    for (const auto &other : others)
        EXPECT_EQ(*other, nullptr);
    connection_.reset(); // of polkit: each is answered now
    for (const auto &other : others)
        run_until([&] {
            if (jobs_.running() > 0)
                jobs_.fail(Error{ErrorCode::Failed, "not in a test"});
            return *other != nullptr;
        });
}

// Nobody needs to type a password for somebody who has left.
TEST_F(PolkitTest, AQuestionGoesWithItsCaller) {
    start_polkit();
    polkit_.thinks = true;
    {
        const bus::Bus other(private_bus_.connect());
        sd_bus_call_method_async(other.get(), nullptr, bus::service_name, "/org/modkeeper1",
                                 bus::manager_interface, "Load", nullptr, nullptr, "sasa{sv}",
                                 "dummy", 0, 0);
        sd_bus_flush(other.get());
        run_until([&] { return !polkit_.actions.empty(); });
        EXPECT_TRUE(polkit_.canceled.empty());
    }
    run_until([&] { return !polkit_.canceled.empty(); });
    EXPECT_EQ(polkit_.canceled.front(), polkit_.cancellation_id);
    EXPECT_TRUE(jobs_.loads.empty());
}

TEST_F(PolkitTest, ReadingNeedsNoQuestion) {
    start_polkit();
    EXPECT_EQ(error_of(call("ListModules", nullptr)), "");
    EXPECT_EQ(polkit_.action, "");
}

} // namespace
} // namespace mk::test
