// SPDX-License-Identifier: GPL-2.0-only
// The record as those see it who may read it, and as everybody hears of it.
#include <fmt/format.h>

#include <cerrno>
#include <functional>
#include <thread>

#include "fixtures/bus_fixture.hpp"
#include "kmod/catalog.hpp"

namespace mk::test {
namespace {

using driver::EventKind;
using Lines = std::vector<std::string>;

class RecorderObject : public BusFixture {
  protected:
    RecorderObject() { source_.use_driver(true); }

    Reply query(
        std::uint64_t since, std::uint32_t most,
        const std::function<void(sd_bus_message *)> &filter = [](auto *m) {
            sd_bus_message_append(m, "a{sv}", 0);
        }) {
        return call(
            "QueryEvents",
            [&](sd_bus_message *message) {
                sd_bus_message_append(message, "tu", since, most);
                filter(message);
            },
            bus::recorder_interface);
    }
    // "sequence kind module" each
    static Lines events_in(const Reply &reply) {
        Lines lines;
        EXPECT_EQ(error_of(reply), "") << text_of(reply);
        auto *m = reply.get();
        sd_bus_message_enter_container(m, 'a', "a{sv}");
        while (sd_bus_message_enter_container(m, 'a', "{sv}") > 0) {
            std::uint64_t sequence = 0;
            std::string kind;
            std::string module;
            while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
                const char *key = nullptr;
                const char *type = nullptr;
                const char *text = nullptr;
                sd_bus_message_read(m, "s", &key);
                const std::string name = key;
                sd_bus_message_peek_type(m, nullptr, &type);
                if (name == "sequence") {
                    sd_bus_message_read(m, "v", "t", &sequence);
                } else if (*type == 's') {
                    sd_bus_message_read(m, "v", "s", &text);
                    (name == "kind" ? kind : name == "module" ? module : last_text) = text;
                } else {
                    sd_bus_message_skip(m, "v");
                }
                sd_bus_message_exit_container(m);
            }
            sd_bus_message_exit_container(m);
            lines.push_back(fmt::format("{} {} {}", sequence, kind, module));
        }
        return lines;
    }
    static inline std::string last_text;
};

TEST_F(RecorderObject, TellsWhatIsInTheRing) {
    driver_.history = {event(EventKind::LoadBegin, "dummy", 1),
                       event(EventKind::LoadLive, "dummy", 2),
                       event(EventKind::Unload, "dummy", 3)};
    EXPECT_EQ(events_in(query(0, 0)),
              (Lines{"1 load-begin dummy", "2 load-live dummy", "3 unload dummy"}));
    EXPECT_EQ(events_in(query(1, 1)), Lines{"2 load-live dummy"});
    EXPECT_EQ(events_in(query(3, 0)), Lines{});
}

TEST_F(RecorderObject, SaysFirstWhatIsLost) {
    driver_.history = {event(EventKind::LoadBegin, "dummy", 346),
                       event(EventKind::LoadLive, "dummy", 347)};
    EXPECT_EQ(events_in(query(55, 1)), (Lines{"56 lost ", "346 load-begin dummy"}));
    EXPECT_EQ(events_in(query(345, 1)), Lines{"346 load-begin dummy"});
    EXPECT_EQ(events_in(query(346, 1)), Lines{"347 load-live dummy"});
    EXPECT_EQ(events_in(query(347, 1)), Lines{});
}

TEST_F(RecorderObject, NoFilterHidesWhatIsLost) {
    auto overtaken = event(EventKind::Lost, "", 3);
    driver_.history = {event(EventKind::LoadBegin, "dummy", 2), overtaken,
                       event(EventKind::LoadLive, "dummy", 9)};
    const auto of_base = [](auto *m) {
        sd_bus_message_append(m, "a{sv}", 1, "module", "s", "base");
    };
    EXPECT_EQ(events_in(query(0, 2, of_base)), (Lines{"1 lost ", "3 lost "}));
}

TEST_F(RecorderObject, FiltersAsItIsTold) {
    auto old = event(EventKind::Unload, "base", 1);
    old.realtime_ns = 5000;
    auto fresh = event(EventKind::Unload, "base", 2);
    fresh.realtime_ns = 9000;
    driver_.history = {old, fresh, event(EventKind::LoadFailed, "dummy", 3),
                       event(EventKind::LoadLive, "dummy", 4)};
    const auto with = [&](auto... pairs) {
        return events_in(
            query(0, 0, [&](auto *m) { sd_bus_message_append(m, "a{sv}", pairs...); }));
    };
    EXPECT_EQ(with(1, "failed", "b", 1), Lines{"3 load-failed dummy"});
    EXPECT_EQ(with(1, "module", "s", "b*"), (Lines{"1 unload base", "2 unload base"}));
    EXPECT_EQ(with(1, "kinds", "as", 1, "load"), Lines{"4 load-live dummy"});
    EXPECT_EQ(with(2, "since", "t", std::uint64_t{6}, "until", "t", std::uint64_t{9}),
              Lines{"2 unload base"});
}

TEST_F(RecorderObject, RefusesWhatItDoesNotUnderstand) {
    const auto refused = [&](auto... pairs) {
        auto reply = query(0, 0, [&](auto *m) { sd_bus_message_append(m, "a{sv}", pairs...); });
        EXPECT_EQ(error_of(reply), "InvalidArgument");
        return text_of(reply);
    };
    EXPECT_NE(refused(1, "colour", "s", "red").find("kinds, module"), std::string::npos);
    EXPECT_NE(refused(1, "module", "s", "a[b").find("'['"), std::string::npos);
    EXPECT_NE(refused(1, "failed", "s", "yes").find("boolean"), std::string::npos);
    EXPECT_NE(refused(1, "since", "s", "today").find("number (t)"), std::string::npos);
    EXPECT_NE(refused(1, "kinds", "as", 1, "dance").find("dance"), std::string::npos);
}

// A full ring takes longer to decode than others are to wait.
TEST_F(RecorderObject, OthersAreAnsweredMeanwhile) {
    for (std::uint64_t i = 1; i <= 50; ++i)
        driver_.history.push_back(event(EventKind::Unload, "dummy", i));
    driver_.batch = 1;
    std::shared_ptr<Reply> other;
    bool is_before = false;
    driver_.when_read = [&] {
        std::this_thread::sleep_for(bus::RecorderObject::slice);
        if (!other)
            other = start("Ping", nullptr, "org.freedesktop.DBus.Peer");
        is_before = is_before || *other;
    };
    EXPECT_EQ(events_in(query(0, 0)).size(), 50U);
    EXPECT_TRUE(is_before);
}

TEST_F(RecorderObject, ManyAreAnsweredOneAfterTheOther) {
    driver_.history = {event(EventKind::Unload, "dummy", 1)};
    std::vector<std::shared_ptr<Reply>> replies;
    for (int i = 0; i < 20; ++i)
        replies.push_back(start(
            "QueryEvents",
            [](auto *message) { sd_bus_message_append(message, "tua{sv}", 0ULL, 0U, 0); },
            bus::recorder_interface));
    for (const auto &reply : replies)
        EXPECT_EQ(events_in(wait(reply)), Lines{"1 unload dummy"});
}

TEST_F(RecorderObject, WithoutADriverThereIsNone) {
    source_.use_driver(false);
    EXPECT_EQ(error_of(query(0, 0)), "DriverUnavailable");
}

TEST_F(RecorderObject, SaysWhy) {
    driver::Event failed{EventKind::LoadFailed};
    failed.sequence = 7;
    failed.body = driver::ModuleEvent{.module = "mk_why", .error = ENODEV};
    driver_.history = {failed};
    const auto why = [&](const char *target) {
        return call(
            "Why",
            [&](sd_bus_message *message) { sd_bus_message_append(message, "sa{sv}", target, 0); },
            bus::recorder_interface);
    };
    for (const char *target : {"mk_why", "mk-why", ""}) {
        const auto reply = why(target);
        EXPECT_EQ(error_of(reply), "") << text_of(reply);
        EXPECT_STREQ(sd_bus_message_get_signature(reply.get(), 1), "a{sv}");
    }
    // Without an index of modules, that is why no tool finds it.
    const auto catalog = Catalog::create();
    const bool has_index = catalog && catalog.value().has_index();
    EXPECT_EQ(error_of(why("mk_nobody_ever_loaded")), has_index ? "NotFound" : "");
    EXPECT_EQ(error_of(why("/tmp/one.ko")), "InvalidArgument");
    EXPECT_EQ(error_of(why("a b")), "InvalidArgument");
    source_.use_driver(false);
    EXPECT_EQ(error_of(why("mk_why")), "NotFound") << "no module of that name is installed";
}

TEST_F(RecorderObject, EverybodyHearsWhatTheManagerTellsAndNoMore) {
    std::vector<std::string> heard;
    sd_bus_match_signal(
        client_.get(), nullptr, nullptr, "/org/modkeeper1", bus::recorder_interface, "Event",
        [](sd_bus_message *message, void *userdata, sd_bus_error *) {
            std::uint64_t sequence = 0;
            const char *kind = nullptr;
            const char *name = nullptr;
            const char *result = nullptr;
            sd_bus_message_read(message, "tsss", &sequence, &kind, &name, &result);
            static_cast<std::vector<std::string> *>(userdata)->push_back(
                fmt::format("{} {} {} {}", sequence, kind, name, result));
            return 0;
        },
        &heard);
    settle();
    auto failed = event(EventKind::LoadFailed, "dummy", 7);
    change_of(failed).stage = driver::Stage::Signature;
    change_of(failed).error = 129;
    change_of(failed).command = "insmod --secret";
    driver_.happens(event(EventKind::Present, "old", 5));
    driver_.happens(event(EventKind::LoadLive, "dummy", 6));
    driver_.happens(failed);
    driver_.happens(event(EventKind::Request, "", 8));
    auto write = event(EventKind::Parameter, "", 9);
    write.body = driver::ParameterWrite{"dummy", "numdummies", "2", "3", 0};
    driver_.happens(write);
    feed();
    settle();
    EXPECT_EQ(heard, (Lines{"6 load-live dummy ", "7 load-failed dummy BadSignature", "8 request  ",
                            "9 parameter dummy "}));
}

} // namespace
} // namespace mk::test
