// SPDX-License-Identifier: GPL-2.0-only
// What is seen beside loads and unloads: writes to parameters and references.
#include "calls_fixture.hpp"

namespace {

using Sightings = Calls;

TEST_F(Sightings, ParameterTellsOldAndNew) {
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
TEST_F(Sightings, OldValuesAreShownAsTheKernelDoes) {
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
TEST_F(Sightings, ValuesThatNotAllMayReadAreNotTold) {
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

TEST_F(Sightings, ReferencesTellWhoTookThem) {
    mk_module module = module_named("loop");
    module.references = 2;
    mk_core_reference(&module, 7, true);
    auto record = only_record();
    const auto &body = record.as<modkeeper_record_reference>();
    EXPECT_EQ(record.text(body.module), "loop");
    EXPECT_EQ(record.text(body.caller), "symbol_7+0x1/0x2");
    EXPECT_EQ(body.got, 1u);
    EXPECT_EQ(body.references, 2u);
}

// Code of another module may lie there when one has come.
TEST_F(Sightings, CallersAreLookedUpOnceUntilAModuleComes) {
    mk_module module = module_named("loop"), other = module_named("dummy");
    auto asked = fake::symbols_asked();
    for (int i = 0; i < 3; i++)
        mk_core_reference(&module, 8, true);
    mk_core_request_made("dummy", true, 8);
    EXPECT_EQ(fake::symbols_asked(), asked + 1);
    mk_core_reference(&module, 12, true);
    EXPECT_EQ(fake::symbols_asked(), asked + 2);
    // Another address of the same place in the table.
    mk_core_reference(&module, 8 + 32, true);
    mk_core_reference(&module, 8, true);
    EXPECT_EQ(fake::symbols_asked(), asked + 4);
    auto records = read_all();
    EXPECT_EQ(records[5].text(records[5].as<modkeeper_record_reference>().caller),
              "symbol_40+0x1/0x2");
    EXPECT_EQ(records[6].text(records[6].as<modkeeper_record_reference>().caller),
              "symbol_8+0x1/0x2");

    load(other);
    mk_core_reference(&module, 8, true);
    EXPECT_EQ(fake::symbols_asked(), asked + 5);
}

TEST_F(Sightings, LongTextsAreCutAndMarked) {
    std::string path = "/" + std::string(600, 'p') + ".ko";
    fake::set_command(std::string(300, 'c'));
    begin_load(std::string(200, 'a').c_str());
    read_file(path.c_str(), 10);
    return_with(-2);
    ReadRecord record = only_record();
    EXPECT_EQ(record.header.flags, MODKEEPER_RECORD_TRUNCATED);
    EXPECT_EQ(record.text(record.body.command), std::string(255, 'c'));
    EXPECT_EQ(record.args, std::string(127, 'a'));
    EXPECT_EQ(record.body.file.offset, 0u);
}

} // namespace
