// SPDX-License-Identifier: GPL-2.0-only
// Which modules are known, in which order, and who uses whom, over modules that only a made-up
// kernel can have.
#include <algorithm>
#include <deque>

#include "core/syscalls.hpp"
#include "driver_fixture.hpp"

namespace {

using Inventory = DriverTest;

TEST_F(Inventory, SeedPutsModulesBeforeThoseTheNotifierTold) {
    mk_module old_one = module_named("old_one"), old_two = module_named("old_two"),
              told = module_named("told"), coming = module_named("coming");
    start();
    load(told);
    coming.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&coming);
    fake::set_live_modules({&old_one, &old_two, &told});
    mk_core_seed();
    EXPECT_EQ(names(snapshot()), "old_one old_two told coming");
    EXPECT_TRUE(query("old_one").image.flags & MODKEEPER_MODULE_PRESENT_BEFORE);
    EXPECT_FALSE(query("told").image.flags & MODKEEPER_MODULE_PRESENT_BEFORE);
    EXPECT_EQ(query("coming").image.state, static_cast<__u32>(MODKEEPER_STATE_COMING));
}

TEST_F(Inventory, SeedFindsWhatEarlierNotificationsCouldNot) {
    mk_module base = module_named("base"), user_module = module_named("user", {&base});
    start();
    load(user_module);
    EXPECT_EQ(query("user").uses, "");
    fake::set_live_modules({&base, &user_module});
    mk_core_seed();
    EXPECT_EQ(query("user").uses, "base");
    EXPECT_EQ(query("base").used_by, "user");
}

TEST_F(Inventory, SeedFindsWhatAModuleThatIsComingUses) {
    mk_module base = module_named("base"), user_module = module_named("user", {&base});
    start();
    user_module.state = MODKEEPER_STATE_COMING;
    mk_core_module_coming(&user_module);
    fake::set_live_modules({&base});
    mk_core_seed();
    EXPECT_EQ(query("user").uses, "base");
}

TEST_F(Inventory, ModuleThatIsStillComingIsTakenInWhenItIsLive) {
    mk_module own = module_named("own");
    own.state = MODKEEPER_STATE_COMING;
    start();
    fake::set_live_modules({&own});
    mk_core_seed();
    EXPECT_EQ(stats().produced, 0u);
    own.state = MODKEEPER_STATE_LIVE;
    mk_core_module_live(&own);
    auto records = read_all();
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].header.kind, MODKEEPER_RECORD_LOAD_LIVE);
    EXPECT_EQ(records[0].body.duration_ns, 0u);
    EXPECT_EQ(query("own").image.load_count, 1u);
}

TEST_F(Inventory, NewestUserComesFirst) {
    mk_module base = module_named("base"), first = module_named("first", {&base}),
              second = module_named("second", {&base}), third = module_named("third", {&base});
    start();
    for (mk_module *module : {&base, &first, &second, &third})
        load(*module);
    EXPECT_EQ(query("base").used_by, "third,second,first");
    unload(second);
    EXPECT_EQ(query("base").used_by, "third,first");
    unload(third);
    unload(first);
    EXPECT_EQ(query("base").used_by, "");
}

TEST_F(Inventory, UsesKeepTheKernelsOrder) {
    mk_module a = module_named("a"), b = module_named("b"),
              top = module_named("top_of_all", {&b, &a});
    start();
    for (mk_module *module : {&a, &b, &top})
        load(*module);
    EXPECT_EQ(query("top_of_all").uses, "b,a");
    EXPECT_EQ(query("top_of_all").used_by, "");
}

// A provider whose end comes first, as no kernel should do it, takes its edges with it.
TEST_F(Inventory, ProviderThatGoesFirstLeavesNoEdge) {
    mk_module base = module_named("base"), user_module = module_named("user", {&base});
    start();
    load(base);
    load(user_module);
    unload(base);
    EXPECT_EQ(query("user").uses, "");
    load(base);
    EXPECT_EQ(query("base").used_by, "");
    unload(user_module);
    unload(base);
}

TEST_F(Inventory, LiveNumbersAreReadWhenAskedFor) {
    mk_module module = module_named("busy");
    module.memory[MODKEEPER_MEMORY_INIT_TEXT] = 8192;
    module.parameters = {{"depth", "int", 0444}, {"hook", "unknown", 0}};
    start();
    load(module);
    EXPECT_EQ(query("busy").image.memory[MODKEEPER_MEMORY_INIT_TEXT], 8192u);
    module.memory[MODKEEPER_MEMORY_INIT_TEXT] = 0;
    module.references = 7;
    EXPECT_EQ(query("busy").image.memory[MODKEEPER_MEMORY_INIT_TEXT], 0u);
    EXPECT_EQ(query("busy").image.references, 7u);
    EXPECT_EQ(query("busy").image.memory[MODKEEPER_MEMORY_TEXT], 4096u);
    EXPECT_EQ(query("busy").parameters, "depth:int:0444,hook:unknown:0000");
    module.state = MODKEEPER_STATE_GOING;
    EXPECT_EQ(query("busy").image.state, static_cast<__u32>(MODKEEPER_STATE_GOING));
    unload(module);
}

TEST_F(Inventory, LongestGoneIsForgottenFirst) {
    modkeeper_info info;
    start();
    mk_core_info(&info);
    std::deque<mk_module> modules;
    for (__u32 i = 0; i <= info.gone_max; i++) {
        modules.push_back(module_named("module_" + std::to_string(i)));
        load(modules.back());
        unload(modules.back());
    }
    EXPECT_EQ(stats().modules_gone, info.gone_max);
    modkeeper_module *entries;
    unsigned long bytes;
    EXPECT_EQ(mk_core_modules("module_0", false, &entries, &bytes), -2);
    EXPECT_EQ(query("module_1").image.state, static_cast<__u32>(MODKEEPER_STATE_GONE));
    auto gone = snapshot(MODKEEPER_SNAPSHOT_GONE);
    EXPECT_EQ(gone.size(), info.gone_max);
    EXPECT_EQ(gone.front().name, "module_1");
    EXPECT_TRUE(snapshot().empty());
}

TEST_F(Inventory, HistoryOutlivesAReload) {
    mk_module module = module_named("again");
    start();
    fake::set_boottime(1000);
    load(module);
    fake::set_boottime(2000);
    unload(module);
    module.version = "a much longer version than before";
    module.state = MODKEEPER_STATE_COMING;
    fake::set_boottime(3000);
    mk_core_module_coming(&module);
    module.state = MODKEEPER_STATE_LIVE;
    fake::set_boottime(3500);
    mk_core_module_live(&module);
    ListedModule now = query("again");
    EXPECT_EQ(now.image.load_count, 2u);
    EXPECT_EQ(now.image.gone_boottime_ns, 2000u);
    EXPECT_EQ(now.image.loaded_boottime_ns, 3500u);
    EXPECT_EQ(now.image.init_ns, 500u);
    EXPECT_EQ(now.image.load_sequence, 4u);
    EXPECT_EQ(now.image.last_sequence, 5u);
    EXPECT_EQ(now.version, module.version);
    EXPECT_EQ(stats().modules_gone, 0u);
}

// The memory of an answer is used again: nothing of an earlier one may show between the texts.
TEST_F(Inventory, PaddingOfAnAnswerIsZero) {
    std::deque<mk_module> modules;
    start();
    for (int i = 0; i < 20; i++) {
        modules.push_back(module_named("module_" + std::string(static_cast<unsigned>(i), 'x')));
        load(modules.back());
    }
    for (int round = 0; round < 20; round++) {
        auto all = snapshot();
        const char *at = reinterpret_cast<const char *>(user + 4096);
        for (const ListedModule &module : all) {
            __u32 end = sizeof(modkeeper_module);
            for (modkeeper_text text : {module.image.name, module.image.uses, module.image.used_by})
                end = std::max(end, text.offset ? text.offset + text.length + 1 : 0);
            for (__u32 i = end; i < module.image.size; i++)
                ASSERT_EQ(at[i], 0) << module.name << " byte " << i;
            at += module.image.size;
        }
        unload(modules[static_cast<unsigned>(round)]);
    }
}

// The bound of the product: 512 bytes a module, the places of calls, and 64 KiB for everything
// else.
TEST_F(Inventory, MemoryStaysWithinItsBound) {
    constexpr unsigned long count = 200;
    std::deque<mk_module> modules;
    start();
    for (unsigned long i = 0; i < count; i++) {
        modules.push_back(module_named("ordinary_module_" + std::to_string(i)));
        modules.back().srcversion = "0123456789ABCDEF0123456";
        modules.back().version = "1.0";
        if (i)
            modules.back().uses = {&modules[i - 1], &modules[i / 2]};
        load(modules.back());
    }
    snapshot();
    unsigned long calls = mk::Calls::bytes_for(mk::Calls::places_for(1));
    EXPECT_LE(fake::outstanding_bytes(), 65536 + 512 * count + calls);
}

} // namespace
