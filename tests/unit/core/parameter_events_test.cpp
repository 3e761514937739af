// SPDX-License-Identifier: GPL-2.0-only
// Writes to parameters in sysfs.
#include "calls_fixture.hpp"

namespace {

using ParameterEvents = Calls;

TEST_F(ParameterEvents, ParameterTellsOldAndNew) {
    mk_parameter_write write = {"scsi_debug", "delay", 0644, {MK_VALUE_SIGNED, 1}, 2, "5\n"};
    mk_core_parameter_written(&write, 2);
    mk_core_parameter_written(&write, -22);
    write.old.kind = MK_VALUE_UNKNOWN;
    write.new_bytes = 300;
    std::fill(std::begin(write.new_value), std::end(write.new_value), 'v');
    mk_core_parameter_written(&write, 2);
    auto records = read_all();
    ASSERT_EQ(records.size(), 3u);
    const auto &body = records[0].as<modkeeper_record_parameter>();
    EXPECT_EQ(records[0].text(body.module), "scsi_debug");
    EXPECT_EQ(records[0].text(body.parameter), "delay");
    EXPECT_EQ(records[0].text(body.old_value), "1");
    EXPECT_EQ(records[0].text(body.new_value), "5");
    EXPECT_EQ(body.error, 0);
    EXPECT_EQ(records[1].as<modkeeper_record_parameter>().error, 22);
    EXPECT_EQ(records[2].as<modkeeper_record_parameter>().old_value.offset, 0u);
    EXPECT_EQ(records[2].text(records[2].as<modkeeper_record_parameter>().new_value),
              std::string(255, 'v'));
    EXPECT_EQ(records[2].header.flags, MODKEEPER_RECORD_TRUNCATED);
}

// As the kernel prints a value of each kind: %i, %lu, %#08x, Y or N.
TEST_F(ParameterEvents, OldValuesAreShownAsTheKernelDoes) {
    auto shown = [this](mk_value_kind kind, __u64 number) {
        mk_parameter_write write = {"m", "p", 0444, {kind, number}, 1, "1"};
        mk_core_parameter_written(&write, 1);
        ReadRecord record = read_all().at(0);
        return record.text(record.as<modkeeper_record_parameter>().old_value);
    };
    EXPECT_EQ(shown(MK_VALUE_SIGNED, 0), "0");
    EXPECT_EQ(shown(MK_VALUE_SIGNED, static_cast<__u64>(-17)), "-17");
    EXPECT_EQ(shown(MK_VALUE_SIGNED, 1ull << 63), "-9223372036854775808");
    EXPECT_EQ(shown(MK_VALUE_UNSIGNED, ~0ull), "18446744073709551615");
    EXPECT_EQ(shown(MK_VALUE_HEX, 0), "0x000000");
    EXPECT_EQ(shown(MK_VALUE_HEX, 0xff), "0x0000ff");
    EXPECT_EQ(shown(MK_VALUE_HEX, 0xdeadbeef), "0xdeadbeef");
    EXPECT_EQ(shown(MK_VALUE_BOOL, 1), "Y");
    EXPECT_EQ(shown(MK_VALUE_BOOL, 0), "N");
}

// The record reaches more people than root: a value does only where its file may be read by all.
TEST_F(ParameterEvents, ValuesThatNotAllMayReadAreNotTold) {
    using Body = modkeeper_record_parameter;
    for (__u32 mode : {0600u, 0400u, 0200u, 0640u, 0660u, 0222u, 0u}) {
        mk_parameter_write write = {"m", "secret", mode, {MK_VALUE_SIGNED, 1}, 300, "key"};
        mk_core_parameter_written(&write, -22);
        ReadRecord record = read_all().at(0);
        const auto &body = record.as<Body>();
        EXPECT_EQ(record.text(body.parameter), "secret") << std::oct << mode;
        EXPECT_EQ(body.old_value.offset, 0u) << std::oct << mode;
        EXPECT_EQ(body.new_value.offset, 0u) << std::oct << mode;
        EXPECT_EQ(record.header.size, sizeof(modkeeper_record) + sizeof(Body) + 16)
            << std::oct << mode;
        EXPECT_EQ(record.header.flags, 0u) << std::oct << mode;
        EXPECT_EQ(body.error, 22) << std::oct << mode;
    }
    for (__u32 mode : {0644u, 0604u, 0666u}) {
        mk_parameter_write write = {"m", "open", mode, {MK_VALUE_SIGNED, 1}, 1, "2"};
        mk_core_parameter_written(&write, 1);
        ReadRecord record = read_all().at(0);
        EXPECT_EQ(record.text(record.as<Body>().old_value), "1") << std::oct << mode;
        EXPECT_EQ(record.text(record.as<Body>().new_value), "2") << std::oct << mode;
    }
}

} // namespace
