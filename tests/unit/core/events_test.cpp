// SPDX-License-Identifier: GPL-2.0-only
// What records tell of loads that only a made-up kernel can stage.
#include <memory>

#include "core/driver.hpp"
#include "driver_fixture.hpp"

namespace {

using Events = DriverTest;

TEST_F(Events, LoadIsToldWithArgsAndTheTimeOfInit) {
    mk_module module = module_named("dummy");
    module.args = "numdummies=3 quiet";
    module.memory[MODKEEPER_MEMORY_INIT_TEXT] = 512;
    start();
    module.state = MODKEEPER_STATE_COMING;
    fake::set_boottime(10000);
    mk_core_module_coming(&module);
    module.state = MODKEEPER_STATE_LIVE;
    fake::set_boottime(17500);
    mk_core_module_live(&module);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_LOAD_BEGIN);
    EXPECT_EQ(records[0].name, "dummy");
    EXPECT_EQ(records[0].args, "numdummies=3 quiet");
    EXPECT_EQ(records[0].body.core_bytes, 4096u + 2048 + 1024 + 512);
    EXPECT_EQ(records[0].body.init_bytes, 512u);
    EXPECT_STREQ(records[0].header.comm, "fake-task");
    EXPECT_EQ(records[1].header.kind, MODKEEPER_RECORD_LOAD_LIVE);
    EXPECT_EQ(records[1].body.duration_ns, 7500u);
    EXPECT_EQ(records[1].args, "numdummies=3 quiet");
    // What init used is no part of the size that netlink gives.
    modkeeper_module entry = query("dummy").image;
    EXPECT_EQ(entry.memory[MODKEEPER_MEMORY_INIT_TEXT], 512u);
    EXPECT_EQ(mk_core_module_bytes(&entry), 4096u + 2048 + 1024 + 512);
}

TEST_F(Events, FailedInitIsToldWithItsTime) {
    mk_module module = module_named("bad");
    start();
    module.state = MODKEEPER_STATE_COMING;
    fake::set_boottime(100);
    mk_core_module_coming(&module);
    fake::set_boottime(350);
    unload(module);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[1].header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(records[1].body.duration_ns, 250u);
    EXPECT_EQ(records[1].body.stage, static_cast<__u32>(MODKEEPER_STAGE_UNKNOWN));
    EXPECT_EQ(query("bad").image.load_count, 0u);
}

// Of what another listener refuses we are told, once: then its memory is gone as well.
TEST_F(Events, WhatAnotherListenerRefusesIsLetGo) {
    start();
    {
        auto module = std::make_unique<mk_module>(module_named("refused"));
        module->state = MODKEEPER_STATE_COMING;
        EXPECT_EQ(mk_core_module_coming(module.get()), 0);
        unload(*module);
    }
    EXPECT_EQ(query("refused").image.state, static_cast<__u32>(MODKEEPER_STATE_GONE));
    EXPECT_TRUE(snapshot().empty());
    EXPECT_EQ(snapshot(MODKEEPER_SNAPSHOT_GONE).size(), 1u);
}

// A load that fails after an earlier one succeeded is not an unload.
TEST_F(Events, FailedReloadIsNotAnUnload) {
    mk_module module = module_named("twice");
    start();
    load(module);
    unload(module);
    module.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&module);
    unload(module);
    auto records = read_all();
    ASSERT_EQ(records.size(), 5u);
    EXPECT_EQ(records[2].header.kind, MODKEEPER_RECORD_UNLOAD);
    EXPECT_EQ(records[4].header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(records[4].body.load_sequence, 4u);
    EXPECT_EQ(query("twice").image.load_count, 1u);
}

// The kernel says that a module is live a moment before it tells us: init that fails is still
// told apart by what we were told.
TEST_F(Events, KernelsStateDoesNotDecideWhatWasTold) {
    mk_module module = module_named("racing");
    start();
    module.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&module);
    module.state = MODKEEPER_STATE_GOING;
    EXPECT_EQ(query("racing").image.state, static_cast<__u32>(MODKEEPER_STATE_GOING));
    unload(module);
    EXPECT_EQ(read_all().back().header.kind, MODKEEPER_RECORD_LOAD_FAILED);
}

TEST_F(Events, EndOfAStrangerIsJudgedByItsInitMemory) {
    mk_module failed = module_named("failed"), unloaded = module_named("unloaded");
    failed.memory[MODKEEPER_MEMORY_INIT_TEXT] = 4096;
    start();
    unload(failed);
    unload(unloaded);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(records[1].header.kind, MODKEEPER_RECORD_UNLOAD);
    EXPECT_EQ(query("failed").image.state, static_cast<__u32>(MODKEEPER_STATE_GONE));
}

TEST_F(Events, MissedEntryIsCountedAndItsRecordIsThere) {
    mk_module module = module_named("dummy");
    start();
    module.state = MODKEEPER_STATE_COMING;
    fake::fail_allocation(1);
    mk_core_module_coming(&module);
    EXPECT_EQ(stats().missed, 1u);
    EXPECT_EQ(stats().modules_loaded, 0u);
    module.state = MODKEEPER_STATE_LIVE;
    mk_core_module_live(&module);
    EXPECT_EQ(stats().modules_loaded, 1u);
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_LOAD_BEGIN);
    EXPECT_EQ(records[1].header.kind, MODKEEPER_RECORD_LOAD_LIVE);
    unload(module);
    EXPECT_EQ(read_all().at(0).header.kind, MODKEEPER_RECORD_UNLOAD);
}

// No memory for the second load of a name whose end was never told: the first is not loaded.
TEST_F(Events, StaleEntryIsDroppedWithoutMemory) {
    mk_module first = module_named("same"), second = module_named("same");
    start();
    load(first);
    second.state = MODKEEPER_STATE_COMING;
    fake::fail_allocation(1);
    mk_core_module_coming(&second);
    EXPECT_EQ(stats().modules_loaded, 0u);
    EXPECT_EQ(query("same").image.state, static_cast<__u32>(MODKEEPER_STATE_GONE));
}

TEST_F(Events, DebugLinesNameTheRecord) {
    mk_module module = module_named("dummy");
    start();
    load(module);
    EXPECT_EQ(fake::last_debug_line(), "record 2: dummy: live");
    unload(module);
    EXPECT_EQ(fake::last_debug_line(), "record 3: dummy: unloaded");
}

TEST_F(Events, BoottimeNeverRunsBackwardsAlongTheSequence) {
    mk_module module = module_named("dummy");
    start();
    for (int i = 0; i < 50; i++) {
        load(module);
        unload(module);
    }
    __u64 latest = 0;
    for (const ReadRecord &record : read_all()) {
        EXPECT_GE(record.header.boottime_ns, latest);
        latest = record.header.boottime_ns;
    }
}

} // namespace
