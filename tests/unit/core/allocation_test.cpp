// SPDX-License-Identifier: GPL-2.0-only
// Every allocation fails once: nothing breaks, nothing stays behind, and what was promised holds.
#include "driver_fixture.hpp"

namespace {

constexpr long no_memory = -12;

class Allocation : public DriverTest {
  protected:
    // A whole life of the driver. False: it could not start.
    bool live_through_everything() {
        mk_config config = {65536, 1, "0.1", 0, MODKEEPER_POLICY_MODE_ENFORCE};
        int error = mk_core_init(&config);
        if (error) {
            EXPECT_EQ(error, no_memory);
            return false;
        }
        mk_module base = module_named("base"), top = module_named("top", {&base});
        top.parameters = {{"depth", "int", 0444}};
        mk_core_seed();
        load(base);
        load(top);
        use_a_file();
        modkeeper_module *entries;
        unsigned long bytes;
        mk_module_walk walk = {};
        walk.parameters = true;
        auto take = [](void *, const modkeeper_module *) { return true; };
        int left = mk_core_walk(&walk, take, nullptr);
        EXPECT_TRUE(left == 0 || left == no_memory) << left;
        for (const char *name : {"top", "never_seen"}) {
            long count = mk_core_modules(name, true, &entries, &bytes);
            EXPECT_TRUE(count >= 0 || count == no_memory || count == -2) << count;
            if (count >= 0)
                mk_core_modules_free(entries);
        }
        unload(top);
        unload(base);
        load(base);
        EXPECT_LE(stats().missed, 2u);
        unload(base);
        // Records need no memory.
        EXPECT_GE(stats().produced, 9u);
        mk_core_exit();
        return true;
    }

    void use_a_file() {
        mk_reader *file = nullptr;
        int error = mk_core_open(&file);
        if (error) {
            EXPECT_EQ(error, no_memory);
            return;
        }
        EXPECT_GT(mk_core_read(file, user, room, true), 0);
        modkeeper_snapshot snapshot = {};
        modkeeper_query query = {};
        std::strcpy(query.name, "top");
        for (__u32 size : {0U, 4096U, 4096U}) {
            snapshot.buffer = query.buffer = user + 4096;
            snapshot.buffer_size = query.buffer_size = size;
            std::memcpy(reinterpret_cast<void *>(user), &snapshot, sizeof(snapshot));
            long result = mk_core_ioctl(file, MODKEEPER_IOC_SNAPSHOT, user);
            EXPECT_TRUE(result == 0 || result == no_memory) << result;
            std::memcpy(reinterpret_cast<void *>(user), &query, sizeof(query));
            result = mk_core_ioctl(file, MODKEEPER_IOC_QUERY, user);
            EXPECT_TRUE(result == 0 || result == no_memory || result == -2) << result;
        }
        mk_core_release(file);
    }
};

TEST_F(Allocation, EachFailsOnceCleanly) {
    fake::allocations();
    ASSERT_TRUE(live_through_everything());
    long count = fake::allocations();
    ASSERT_GT(count, 8);
    for (long nth = 1; nth <= count; nth++) {
        SCOPED_TRACE("allocation " + std::to_string(nth));
        fake::fail_allocation(nth);
        live_through_everything();
        fake::fail_allocation(0);
        ASSERT_EQ(fake::outstanding_allocations(), 0);
    }
}

// Whoever opens the device has the memory for it counted as theirs; what the driver itself needs is
// not on the account of whoever loads it.
TEST_F(Allocation, WhoOpensPaysAndWhoLoadsDoesNot) {
    mk_config config = {65536, 1, "0.1", 0, MODKEEPER_POLICY_MODE_ENFORCE};
    ASSERT_EQ(mk_core_init(&config), 0);
    EXPECT_EQ(fake::charged_bytes(), 0u);
    auto before = fake::outstanding_bytes();
    mk_reader *file = nullptr;
    ASSERT_EQ(mk_core_open(&file), 0);
    EXPECT_GT(fake::charged_bytes(), 0u);
    EXPECT_LE(fake::outstanding_bytes() - before, 2 * fake::charged_bytes());
    mk_core_release(file);
    mk_core_exit();
}

} // namespace
