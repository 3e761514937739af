// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/record_decoder.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <ostream>
#include <random>

#include "byte_builder.hpp"

namespace mk::driver {
namespace {

using namespace test;

constexpr std::size_t body_at = sizeof(modkeeper_record);

const ModuleEvent &change_of(const Event &event) {
    return std::get<ModuleEvent>(event.body);
}

template <typename Body> const Body &only_body(const Result<std::vector<Event>> &events) {
    EXPECT_TRUE(events) << events.error().message;
    EXPECT_EQ(events.value().size(), 1U);
    return std::get<Body>(events.value().front().body);
}

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
    EXPECT_FALSE(event.truncated);
    const ModuleEvent &change = change_of(event);
    EXPECT_EQ(change.module, "dummy");
    EXPECT_EQ(change.args, "numdummies=3");
    EXPECT_EQ(change.version, "");
    EXPECT_EQ(change.load_sequence, 7U);
    EXPECT_EQ(change.core_bytes, 4096U);
    EXPECT_EQ(change.init_bytes, 512U);
    EXPECT_EQ(change.duration_ns, 99U);
    EXPECT_EQ(change.error, 19);
}

TEST(RecordDecoder, TakesManyInOrder) {
    auto bytes = module_record(MODKEEPER_RECORD_LOAD_BEGIN, 1, "a");
    append(bytes, lost_record(2, 5));
    append(bytes, module_record(MODKEEPER_RECORD_UNLOAD, 7, "a"));
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events);
    ASSERT_EQ(events.value().size(), 3U);
    EXPECT_EQ(events.value()[1].kind, EventKind::Lost);
    EXPECT_EQ(events.value()[1].as<Lost>()->count, 5U);
    EXPECT_EQ(events.value()[2].kind, EventKind::Unload);
    EXPECT_EQ(events.value()[2].sequence, 7U);
}

TEST(RecordDecoder, SkipsUnknownKindsBySize) {
    auto bytes = module_record(200, 1, "future");
    append(bytes, module_record(MODKEEPER_RECORD_LOAD_LIVE, 2, "known"));
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events);
    ASSERT_EQ(events.value().size(), 1U);
    EXPECT_EQ(module_of(events.value().front()), "known");
}

TEST(RecordDecoder, OlderBodyLeavesTheRestZero) {
    const auto bytes = module_record(MODKEEPER_RECORD_LOAD_LIVE, 1, "old", {},
                                     offsetof(modkeeper_record_module, duration_ns));
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events) << events.error().message;
    const ModuleEvent &change = change_of(events.value().front());
    EXPECT_EQ(change.module, "old");
    EXPECT_EQ(change.core_bytes, 4096U);
    EXPECT_EQ(change.duration_ns, 0U);
    EXPECT_EQ(change.error, 0);
    EXPECT_EQ(change.file, "");
    EXPECT_EQ(change.link, Link::None);
    EXPECT_EQ(change.parent_comm, "");
}

TEST(RecordDecoder, NewerBodyIsPassedOver) {
    const auto bytes = module_record(MODKEEPER_RECORD_LOAD_LIVE, 1, "new", "x=1",
                                     sizeof(modkeeper_record_module) + 40);
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events) << events.error().message;
    EXPECT_EQ(change_of(events.value().front()).module, "new");
    EXPECT_EQ(change_of(events.value().front()).args, "x=1");
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

TEST(RecordDecoder, TakesEveryFieldOfALoad) {
    modkeeper_record_module body{};
    ByteBuilder builder(sizeof(modkeeper_record) + sizeof(body));
    body.module = builder.text("dummy");
    body.file = builder.text("/lib/modules/dummy.ko");
    body.command = builder.text("modprobe -q -- net-pf-9");
    body.alias = builder.text("net-pf-9");
    body.file_bytes = 4321;
    body.init_ns = 55;
    body.error = 2;
    body.stage = MODKEEPER_STAGE_SYMBOLS;
    body.call = MODKEEPER_CALL_FINIT_MODULE;
    body.call_flags = 4;
    body.signature = MODKEEPER_SIGNATURE_REFUSED;
    body.details = MODKEEPER_DETAIL_NAME_OF_FILE | MODKEEPER_DETAIL_OTHER_ROOT;
    body.parent_pid = 2;
    body.link = MODKEEPER_LINK_UNCERTAIN;
    body.request_sequence = 8;
    body.request_pid = 99;
    body.request_uid = 1000;
    body.file_inode = 1ULL << 40;
    body.file_major = 259;
    body.file_minor = 3;
    body.mount_namespace = 4026531840;
    std::memcpy(body.request_comm, "ip", 2);
    std::memcpy(body.parent_comm, "kworker/u8:1-ev+", 16);
    body.kernel_lines = builder.text("one\ntwo");
    body.user_namespace = 4026532100;
    body.pid_namespace = 4026532101;
    body.cgroup = builder.text("/system.slice/foo.service");
    body.capability = MODKEEPER_CAPABILITY_OWN_NAMESPACE;
    const auto events = decode_records(finish(builder, MODKEEPER_RECORD_LOAD_FAILED, body));
    const auto &change = only_body<ModuleEvent>(events);
    EXPECT_EQ(change.file, "/lib/modules/dummy.ko");
    EXPECT_EQ(change.command, "modprobe -q -- net-pf-9");
    EXPECT_EQ(change.alias, "net-pf-9");
    EXPECT_EQ(change.file_bytes, 4321U);
    EXPECT_EQ(change.init_ns, 55U);
    EXPECT_EQ(change.stage, Stage::Symbols);
    EXPECT_EQ(change.call, LoadCall::FinitModule);
    EXPECT_EQ(change.call_flags, 4U);
    EXPECT_EQ(change.signature, Signature::Refused);
    EXPECT_TRUE(change.name_of_file);
    EXPECT_EQ(change.parent_pid, 2U);
    EXPECT_EQ(change.parent_comm, "kworker/u8:1-ev+");
    EXPECT_EQ(change.link, Link::Uncertain);
    EXPECT_EQ(change.request_sequence, 8U);
    EXPECT_EQ(change.request_pid, 99U);
    EXPECT_EQ(change.request_uid, 1000U);
    EXPECT_EQ(change.request_comm, "ip");
    EXPECT_EQ(change.file_inode, 1ULL << 40);
    EXPECT_EQ(change.file_major, 259U);
    EXPECT_EQ(change.file_minor, 3U);
    EXPECT_EQ(change.mount_namespace, 4026531840U);
    EXPECT_TRUE(change.other_root);
    EXPECT_EQ(change.kernel_lines, "one\ntwo");
    EXPECT_EQ(change.user_namespace, 4026532100U);
    EXPECT_EQ(change.pid_namespace, 4026532101U);
    EXPECT_EQ(change.cgroup, "/system.slice/foo.service");
    EXPECT_EQ(change.capability, Capability::OwnNamespace);
}

TEST(RecordDecoder, ACallInWhichTheKernelPrintedNothingIsNotOneThatNobodyListenedTo) {
    modkeeper_record_module body{};
    ByteBuilder builder(sizeof(modkeeper_record) + sizeof(body));
    body.module = builder.text("dummy");
    auto events = decode_records(finish(builder, MODKEEPER_RECORD_LOAD_LIVE, body));
    EXPECT_FALSE(only_body<ModuleEvent>(events).kernel_lines.has_value());
    body.kernel_lines = builder.text("");
    events = decode_records(finish(builder, MODKEEPER_RECORD_LOAD_LIVE, body));
    EXPECT_EQ(only_body<ModuleEvent>(events).kernel_lines, "");
}

TEST(RecordDecoder, AStageOfANewerDriverIsUnknown) {
    modkeeper_record_module body{};
    ByteBuilder builder(sizeof(modkeeper_record) + sizeof(body));
    body.stage = 4000000000U;
    body.signature = 77;
    const auto events = decode_records(finish(builder, MODKEEPER_RECORD_LOAD_FAILED, body));
    EXPECT_EQ(only_body<ModuleEvent>(events).stage, Stage::Unknown);
    EXPECT_EQ(only_body<ModuleEvent>(events).signature, Signature::Unknown);
}

TEST(RecordDecoder, TakesARefusedUnload) {
    modkeeper_record_refusal body{};
    ByteBuilder builder(sizeof(modkeeper_record) + sizeof(body));
    body.module = builder.text("udp_tunnel");
    body.used_by = builder.text("wireguard,vxlan");
    body.command = builder.text("rmmod udp_tunnel");
    body.error = 11;
    body.reason = MODKEEPER_REFUSAL_REFERENCED;
    body.references = 2;
    body.capability = MODKEEPER_CAPABILITY_MISSING;
    body.user_namespace = 4026532100;
    body.cgroup = builder.text("/lxc.payload.web");
    const auto events = decode_records(finish(builder, MODKEEPER_RECORD_UNLOAD_REFUSED, body));
    const auto &refused = only_body<RefusedUnload>(events);
    EXPECT_EQ(refused.module, "udp_tunnel");
    EXPECT_EQ(refused.used_by, (std::vector<std::string>{"wireguard", "vxlan"}));
    EXPECT_EQ(refused.reason, RefusalReason::Referenced);
    EXPECT_EQ(refused.references, 2U);
    EXPECT_EQ(refused.capability, Capability::Missing);
    EXPECT_EQ(refused.user_namespace, 4026532100U);
    EXPECT_EQ(refused.cgroup, "/lxc.payload.web");
    EXPECT_TRUE(is_failure(events.value().front()));
}

TEST(RecordDecoder, TakesARequest) {
    modkeeper_record_request body{};
    ByteBuilder builder(sizeof(modkeeper_record) + sizeof(body));
    body.alias = builder.text("net-pf-9");
    body.caller = builder.text("__sock_create+0x1/0x2");
    body.waits = 1;
    body.pid_namespace = 4026532101;
    body.cgroup = builder.text("/lxc.payload.web");
    const auto events = decode_records(finish(builder, MODKEEPER_RECORD_REQUEST, body));
    const auto &request = only_body<ModuleRequest>(events);
    EXPECT_EQ(request.alias, "net-pf-9");
    EXPECT_EQ(request.caller, "__sock_create+0x1/0x2");
    EXPECT_TRUE(request.waits);
    EXPECT_EQ(request.pid_namespace, 4026532101U);
    EXPECT_EQ(request.cgroup, "/lxc.payload.web");
    EXPECT_EQ(module_of(events.value().front()), "");
}

TEST(RecordDecoder, AnAbsentValueOfAParameterIsNotAnEmptyOne) {
    modkeeper_record_parameter body{};
    ByteBuilder builder(sizeof(modkeeper_record) + sizeof(body));
    body.module = builder.text("dummy");
    body.parameter = builder.text("debug");
    body.new_value = builder.text("");
    body.error = 22;
    const auto events = decode_records(finish(builder, MODKEEPER_RECORD_PARAMETER, body));
    const auto &write = only_body<ParameterWrite>(events);
    EXPECT_EQ(write.parameter, "debug");
    EXPECT_FALSE(write.old_value.has_value());
    EXPECT_EQ(write.new_value, "");
    EXPECT_EQ(write.error, 22);
}

TEST(RecordDecoder, TakesReferencesAndMarks) {
    modkeeper_record_reference reference{};
    ByteBuilder first(sizeof(modkeeper_record) + sizeof(reference));
    reference.module = first.text("dummy");
    reference.got = 1;
    reference.references = 5;
    modkeeper_record_mark mark{};
    ByteBuilder second(sizeof(modkeeper_record) + sizeof(mark));
    mark.text = second.text("deployed 1.2");
    auto bytes = finish(first, MODKEEPER_RECORD_REFERENCE, reference);
    append(bytes, finish(second, MODKEEPER_RECORD_MARK, mark));
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events.value().size(), 2U);
    EXPECT_TRUE(events.value()[0].as<ReferenceChange>()->got);
    EXPECT_EQ(events.value()[0].as<ReferenceChange>()->references, 5U);
    EXPECT_EQ(events.value()[1].as<Mark>()->text, "deployed 1.2");
}

TEST(RecordDecoder, TakesWhatWasLeftOut) {
    const modkeeper_record_suppressed body{700, 12345, 1000, MODKEEPER_RECORD_UNLOAD_REFUSED};
    auto bytes = finish(ByteBuilder(sizeof(modkeeper_record) + sizeof(body)),
                        MODKEEPER_RECORD_SUPPRESSED, body);
    auto flagged = bytes;
    reinterpret_cast<modkeeper_record *>(flagged.data())->flags = MODKEEPER_RECORD_ANYBODY;
    append(bytes, flagged);
    const auto events = decode_records(bytes);
    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events.value().size(), 2U);
    const auto &suppressed = *events.value()[0].as<Suppressed>();
    EXPECT_EQ(suppressed.count, 700U);
    EXPECT_EQ(suppressed.since_boottime_ns, 12345U);
    EXPECT_EQ(suppressed.kind, EventKind::UnloadRefused);
    EXPECT_FALSE(events.value()[0].anybody);
    EXPECT_TRUE(events.value()[1].anybody);
    EXPECT_FALSE(events.value()[1].truncated);
}

struct Damage {
    const char *what;
    void (*apply)(std::vector<std::byte> &);
};

// When the test fails.
void PrintTo(const Damage &damage, std::ostream *out) {
    *out << damage.what;
}

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
    // the same bytes as bodies of every other kind
    for (__u16 kind = MODKEEPER_RECORD_UNLOAD_REFUSED; kind <= MODKEEPER_RECORD_SUPPRESSED; ++kind)
        append(good, module_record(kind, 12U + kind, "dummy", "x=1"));
    std::size_t refused = 0;
    for (int round = 0; round < 20000; ++round)
        refused += decode_records(damaged(good, random)) ? 0 : 1;
    EXPECT_GT(refused, 0U);
}

} // namespace
} // namespace mk::driver
