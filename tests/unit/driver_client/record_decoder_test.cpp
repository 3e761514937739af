// SPDX-License-Identifier: GPL-2.0-only
#include "driver/record_decoder.hpp"

#include <gtest/gtest.h>
#include <random>

#include "byte_builder.hpp"

namespace mk::driver {
namespace {

using namespace test;

constexpr std::size_t body_at = sizeof(modkeeper_record);

TEST(RecordDecoder, EmptyBufferHasNoEvents) {
    const auto events = decode_records({});
    ASSERT_TRUE(events);
    EXPECT_TRUE(events.value().empty());
}

TEST(RecordDecoder, TakesHeaderBodyAndTexts) {
    const auto bytes = module_record(MODKEEPER_RECORD_LOAD_BEGIN, 12, "dummy", "numdummies=3");
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events.value().size(), 1U);
    const Event &event = events.value().front();
    EXPECT_EQ(event.kind, EventKind::LoadBegin);
    EXPECT_EQ(event.sequence, 12U);
    EXPECT_EQ(event.boottime_ns, 1012U);
    EXPECT_EQ(event.realtime_ns, 2012U);
    EXPECT_EQ(event.cpu, 1U);
    EXPECT_EQ(event.pid, 42U);
    EXPECT_EQ(event.tgid, 41U);
    EXPECT_EQ(event.uid, 1000U);
    EXPECT_EQ(event.loginuid, 4294967295U);
    EXPECT_EQ(event.comm, "modprobe");
    EXPECT_EQ(event.module, "dummy");
    EXPECT_EQ(event.args, "numdummies=3");
    EXPECT_EQ(event.version, "");
    EXPECT_EQ(event.load_sequence, 7U);
    EXPECT_EQ(event.core_bytes, 4096U);
    EXPECT_EQ(event.init_bytes, 512U);
    EXPECT_EQ(event.duration_ns, 99U);
    EXPECT_EQ(event.error, 19);
    EXPECT_FALSE(event.truncated);
}

TEST(RecordDecoder, TakesManyInOrder) {
    auto bytes = module_record(MODKEEPER_RECORD_LOAD_BEGIN, 1, "a");
    append(bytes, lost_record(2, 5));
    append(bytes, module_record(MODKEEPER_RECORD_UNLOAD, 7, "a"));
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events);
    ASSERT_EQ(events.value().size(), 3U);
    EXPECT_EQ(events.value()[1].kind, EventKind::Lost);
    EXPECT_EQ(events.value()[1].lost, 5U);
    EXPECT_EQ(events.value()[2].kind, EventKind::Unload);
    EXPECT_EQ(events.value()[2].sequence, 7U);
}

TEST(RecordDecoder, SkipsUnknownKindsBySize) {
    auto bytes = module_record(200, 1, "future");
    append(bytes, module_record(MODKEEPER_RECORD_LOAD_LIVE, 2, "known"));
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events);
    ASSERT_EQ(events.value().size(), 1U);
    EXPECT_EQ(events.value().front().module, "known");
}

TEST(RecordDecoder, OlderBodyLeavesTheRestZero) {
    const auto bytes = module_record(MODKEEPER_RECORD_LOAD_LIVE, 1, "old", {},
                                     offsetof(modkeeper_record_module, duration_ns));
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events) << events.error().message;
    EXPECT_EQ(events.value().front().module, "old");
    EXPECT_EQ(events.value().front().core_bytes, 4096U);
    EXPECT_EQ(events.value().front().duration_ns, 0U);
    EXPECT_EQ(events.value().front().error, 0);
}

TEST(RecordDecoder, NewerBodyIsPassedOver) {
    const auto bytes = module_record(MODKEEPER_RECORD_LOAD_LIVE, 1, "new", "x=1",
                                     sizeof(modkeeper_record_module) + 40);
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events) << events.error().message;
    EXPECT_EQ(events.value().front().module, "new");
    EXPECT_EQ(events.value().front().args, "x=1");
}

TEST(RecordDecoder, CommWithoutNulIsWhole) {
    auto bytes = lost_record(1, 1);
    std::memcpy(bytes.data() + offsetof(modkeeper_record, comm), "0123456789abcdef", 16);
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events);
    EXPECT_EQ(events.value().front().comm, "0123456789abcdef");
}

TEST(RecordDecoder, TellsTruncation) {
    auto bytes = module_record(MODKEEPER_RECORD_LOAD_BEGIN, 1, "cut");
    poke<__u16>(bytes, offsetof(modkeeper_record, flags), MODKEEPER_RECORD_TRUNCATED);
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events);
    EXPECT_TRUE(events.value().front().truncated);
}

struct Damage {
    const char *what;
    void (*apply)(std::vector<std::byte> &);
};

class MalformedRecord : public testing::TestWithParam<Damage> {};

TEST_P(MalformedRecord, IsRefused) {
    auto bytes = module_record(MODKEEPER_RECORD_LOAD_BEGIN, 1, "dummy", "x=1");
    ASSERT_TRUE(decode_records(bytes));
    GetParam().apply(bytes);
    const auto events = decode_records(bytes);
    ASSERT_FALSE(events) << GetParam().what;
    EXPECT_EQ(events.error().code, ErrorCode::Failed);
    EXPECT_NE(events.error().message.find("malformed record"), std::string::npos);
}

constexpr Damage damages[] = {
    {"header cut off", [](auto &bytes) { bytes.resize(8); }},
    {"record cut off", [](auto &bytes) { bytes.resize(bytes.size() - 8); }},
    {"size 0", [](auto &bytes) { poke<__u32>(bytes, 0, 0); }},
    {"size not of 8", [](auto &bytes) { poke<__u32>(bytes, 0, 203); }},
    {"size beyond the end", [](auto &bytes) { poke<__u32>(bytes, 0, 0xfffffff8); }},
    {"header longer than the record",
     [](auto &bytes) { poke<__u16>(bytes, offsetof(modkeeper_record, header_size), 0xfff8); }},
    {"header too short",
     [](auto &bytes) { poke<__u16>(bytes, offsetof(modkeeper_record, header_size), 4); }},
    {"body longer than the record",
     [](auto &bytes) { poke<__u16>(bytes, offsetof(modkeeper_record, body_size), 0xfff8); }},
    {"text inside the header",
     [](auto &bytes) {
         poke(bytes, body_at, modkeeper_text{4, 2});
     }},
    {"text offset beyond the end",
     [](auto &bytes) {
         poke(bytes, body_at, modkeeper_text{0xfffffff0, 2});
     }},
    {"text length beyond the end",
     [](auto &bytes) {
         poke(bytes, body_at, modkeeper_text{200, 0xfffffff0});
     }},
    {"text without its NUL", [](auto &bytes) { poke<__u32>(bytes, body_at + 4, 4); }},
    {"NUL inside a text", [](auto &bytes) { poke<__u32>(bytes, body_at + 4, 9); }},
};

INSTANTIATE_TEST_SUITE_P(RecordDecoder, MalformedRecord, testing::ValuesIn(damages));

// Whatever is damaged, the decoder ends and stays inside the buffer (the sanitizers watch).
TEST(RecordDecoder, SurvivesRandomDamage) {
    std::mt19937 random(20240607);
    auto good = module_record(MODKEEPER_RECORD_LOAD_BEGIN, 1, "dummy", "numdummies=3");
    append(good, lost_record(2, 9));
    append(good, module_record(MODKEEPER_RECORD_LOAD_FAILED, 11, "dummy"));
    std::size_t refused = 0;
    for (int round = 0; round < 20000; ++round) {
        // an allocation of its own, of exactly this size
        std::vector<std::byte> bytes(good.begin(),
                                     good.begin() + static_cast<long>(random() % good.size() + 1));
        for (unsigned changes = random() % 4; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<std::byte>(random());
        bytes.shrink_to_fit();
        refused += decode_records(bytes) ? 0 : 1;
    }
    EXPECT_GT(refused, 0U);
}

} // namespace
} // namespace mk::driver
