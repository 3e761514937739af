// SPDX-License-Identifier: GPL-2.0-only
// What subscribers of events are told: nothing of what nobody listened to, everything from then on.
#include "driver_fixture.hpp"

namespace {

class SubscriberReader : public DriverTest {
  protected:
    void SetUp() override {
        DriverTest::SetUp();
        start();
    }

    static mk_module named(const char *name) {
        mk_module module;
        module.name = name;
        return module;
    }
    // Names of what is taken now, "lost" for a count.
    static std::vector<std::string> taken() {
        alignas(8) static char bytes[2 * MODKEEPER_RECORD_MAX];
        std::vector<std::string> names;
        unsigned long size = mk_core_subscriber_take(bytes, sizeof(bytes));
        for (unsigned long at = 0; at < size;) {
            auto &record = *reinterpret_cast<const modkeeper_record *>(bytes + at);
            auto &body = *reinterpret_cast<const modkeeper_record_module *>(&record + 1);
            names.push_back(record.kind == MODKEEPER_RECORD_LOST ? "lost"
                                                                 : text(&record, body.module));
            at += record.size;
        }
        return names;
    }
    using Names = std::vector<std::string>;
};

TEST_F(SubscriberReader, WhatNobodyListenedToIsPassedOver) {
    mk_module early = named("early"), late = named("late");
    load(early);
    EXPECT_EQ(taken(), Names());
    fake::set_listening(true);
    load(late);
    EXPECT_EQ(taken(), (Names{"late", "late"}));
    EXPECT_EQ(taken(), Names());
    fake::set_listening(false);
    load(early);
    EXPECT_EQ(taken(), Names());
}

TEST_F(SubscriberReader, WhoeverListensIsToldSoon) {
    unsigned int idle = mk_core_subscriber_pause();
    fake::set_listening(true);
    EXPECT_LT(mk_core_subscriber_pause(), idle);
}

TEST_F(SubscriberReader, BeingOvertakenIsTold) {
    mk_module module = named("m");
    fake::set_listening(true);
    EXPECT_EQ(taken(), Names());
    for (int i = 0; i < 400; i++) {
        load(module);
        unload(module);
    }
    Names names = taken();
    ASSERT_GT(names.size(), 1u);
    EXPECT_EQ(names.front(), "lost");
    EXPECT_EQ(names.back(), "m");
}

TEST_F(SubscriberReader, IsNoOpenFile) {
    mk_core_release(reader);
    modkeeper_stats stats;
    mk_core_stats(&stats);
    EXPECT_EQ(stats.readers, 0u);
    ASSERT_EQ(mk_core_open(&reader), 0);
}

} // namespace
