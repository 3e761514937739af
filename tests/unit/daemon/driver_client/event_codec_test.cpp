// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/event_codec.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

#include "driver_client/event_names.hpp"

namespace mk::driver {
namespace {

std::map<std::string, std::string> texts_of(const Event &event) {
    std::map<std::string, std::string> texts;
    for (const Field &field : fields_of(event)) {
        std::string text;
        if (const auto *number = std::get_if<std::uint64_t>(&field.value))
            text = std::to_string(*number);
        else if (const auto *on = std::get_if<bool>(&field.value))
            text = *on ? "true" : "false";
        else if (const auto *names = std::get_if<std::vector<std::string>>(&field.value))
            for (const std::string &name : *names)
                text += (text.empty() ? "" : ",") + name;
        else
            text = std::get<std::string>(field.value);
        texts.emplace(field.name, text);
    }
    return texts;
}

Event full_failure() {
    Event event;
    event.kind = EventKind::LoadFailed;
    event.sequence = 7;
    event.boottime_ns = 8;
    event.realtime_ns = 1'700'000'000'123'456'789;
    event.tgid = 41;
    event.uid = 1000;
    event.loginuid = 1000;
    event.comm = "modprobe";
    ModuleEvent change;
    change.module = "dummy";
    change.file = "/a b.ko";
    change.error = 2;
    change.stage = Stage::Symbols;
    change.signature = Signature::Refused;
    change.call = LoadCall::FinitModule;
    change.link = Link::Certain;
    change.request_comm = "ip";
    change.request_pid = 99;
    change.kernel_lines = "one\ntwo";
    event.body = change;
    return event;
}

TEST(EventFacts, LeaveOutWhatIsNotKnown) {
    const auto texts = texts_of(full_failure());
    EXPECT_EQ(texts.at("stage"), "symbols");
    EXPECT_EQ(texts.at("errno"), "2");
    EXPECT_EQ(texts.at("request_uid"), "0");
    EXPECT_FALSE(texts.contains("init_ns"));
    EXPECT_FALSE(texts.contains("version"));
}

TEST(EventFacts, LeadBackToTheEvent) {
    const auto texts = texts_of(full_failure());
    const auto back = event_of(texts);
    ASSERT_TRUE(back);
    EXPECT_EQ(texts_of(*back), texts);
    EXPECT_EQ(back->as<ModuleEvent>()->link, Link::Certain);
    EXPECT_EQ(back->as<ModuleEvent>()->kernel_lines, "one\ntwo");
    EXPECT_EQ(back->loginuid, 1000U);
}

TEST(EventFacts, HaveNamesAndLettersAsListsAndText) {
    Event event;
    event.kind = EventKind::UnloadRefused;
    RefusedUnload refused;
    refused.used_by = {"wireguard", "vxlan"};
    event.body = refused;
    const auto back = event_of({{"kind", "unload-refused"}, {"used_by", "wireguard,vxlan"}});
    ASSERT_TRUE(back);
    EXPECT_EQ(back->as<RefusedUnload>()->used_by, refused.used_by);
    EXPECT_EQ(letters_of({1U << 12 | 1U << 13}), "OE");
    EXPECT_EQ(taints_of("OE")->bits, 1U << 12 | 1U << 13);
    EXPECT_EQ(names_in(",a,,b"), (std::vector<std::string>{"a", "b"}));
}

TEST(EventFacts, OfEveryKindLeadBack) {
    for (std::size_t kind = 1; kind < names_of(EventKind{}).size(); ++kind) {
        Event event;
        event.kind = static_cast<EventKind>(kind);
        event.body = body_of(event.kind);
        const auto texts = texts_of(event);
        const auto back = event_of(texts);
        ASSERT_TRUE(back) << kind;
        EXPECT_EQ(back->body.index(), event.body.index());
        EXPECT_EQ(texts_of(*back), texts);
        for (const auto &[name, text] : texts)
            EXPECT_NE(std::find(field_names().begin(), field_names().end(), name),
                      field_names().end())
                << name;
    }
}

TEST(EventFacts, OfANewerProgramArePassedOver) {
    auto texts = texts_of(full_failure());
    texts["colour"] = "blue";
    EXPECT_TRUE(event_of(texts));
}

TEST(EventFacts, ThatAreNoneAreRefused) {
    for (const auto &[name, text] : std::map<std::string, std::string>{{"kind", "dance"},
                                                                       {"sequence", "-1"},
                                                                       {"errno", "2x"},
                                                                       {"taints", "O?"},
                                                                       {"stage", "symbol"},
                                                                       {"uid", "99999999999"},
                                                                       {"truncated", "yes"}}) {
        auto texts = texts_of(full_failure());
        texts[name] = text;
        EXPECT_FALSE(event_of(texts)) << name;
    }
    EXPECT_FALSE(event_of({}));
}

} // namespace
} // namespace mk::driver
