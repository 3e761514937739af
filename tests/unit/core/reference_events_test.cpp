// SPDX-License-Identifier: GPL-2.0-only
// References to modules, and the names of the code that takes them.
#include "calls_fixture.hpp"

namespace {

using ReferenceEvents = Calls;

TEST_F(ReferenceEvents, ReferencesTellWhoTookThem) {
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

TEST_F(ReferenceEvents, AreAFeatureWhileTheyAreRecorded) {
    const auto features = [] {
        modkeeper_info info;
        mk_core_info(&info);
        return info.features;
    };
    const auto others = features();
    EXPECT_FALSE(others & MODKEEPER_FEATURE_REFERENCES);
    mk_core_switch_feature(MODKEEPER_FEATURE_REFERENCES, true);
    EXPECT_EQ(features(), others | MODKEEPER_FEATURE_REFERENCES);
    mk_core_switch_feature(MODKEEPER_FEATURE_REFERENCES, false);
    EXPECT_EQ(features(), others);
}

// Code of another module may lie there when one has come.
TEST_F(ReferenceEvents, CallersAreLookedUpOnceUntilAModuleComes) {
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

} // namespace
