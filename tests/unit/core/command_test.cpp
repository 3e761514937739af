// SPDX-License-Identifier: GPL-2.0-only
// Malformed requests are answered with an error that the interface names, and
// nothing outside the caller's buffers is touched.
#include <random>
#include <set>

#include "core/holders.hpp"
#include "driver_fixture.hpp"

namespace {

class Commands : public DriverTest {
  protected:
    void SetUp() override {
        DriverTest::SetUp();
        start();
        mk_core_seed();
    }
};

TEST_F(Commands, RandomRequestsAreRefusedOrServed) {
    std::mt19937_64 random(20261121);
    const std::set<long> allowed = {0, -2, -14, -22, -25, -28};
    const __u32 known[] = {MODKEEPER_IOC_INFO,  MODKEEPER_IOC_STATS,  MODKEEPER_IOC_SNAPSHOT,
                           MODKEEPER_IOC_QUERY, MODKEEPER_IOC_FILTER, MODKEEPER_IOC_HOLDERS};
    for (int i = 0; i < 20000; i++) {
        __u32 request = known[random() % 6];
        if (random() % 4 == 0)
            request ^= 1U << (random() % 32);
        unsigned char argument[128];
        for (unsigned char &byte : argument)
            byte = random() % 3 ? 0 : static_cast<unsigned char>(random());
        // Half of the time the buffer and its size make sense.
        bool sized = request == MODKEEPER_IOC_SNAPSHOT || request == MODKEEPER_IOC_QUERY;
        if (sized && random() % 2) {
            unsigned long at = request == MODKEEPER_IOC_SNAPSHOT ? 0 : MODKEEPER_NAME_SIZE;
            mk_user buffer = user + 8192;
            __u32 size = static_cast<__u32>(random() % 2000);
            std::memcpy(argument + at, &buffer, sizeof(buffer));
            std::memcpy(argument + at + 8, &size, sizeof(size));
        }
        mk_user to = random() % 8 ? user : user + room - random() % 128;
        if (mk_case_user_write(to, argument, sizeof(argument)))
            mk_case_user_write(to, argument, user + room - to);
        long result = mk_core_ioctl(reader, request, to);
        ASSERT_TRUE(allowed.count(result)) << std::hex << request << std::dec << " " << result;
    }
}

TEST_F(Commands, MarksAreForWhoMayLoad) {
    std::memcpy(reinterpret_cast<void *>(user), "mark", 4);
    fake::set_may_load(false);
    auto before = stats().produced;
    EXPECT_EQ(mk_core_write(reader, user, 4), -1);
    EXPECT_EQ(mk_core_write(reader, 8, 100000), -1);
    EXPECT_EQ(stats().produced, before);
    fake::set_may_load(true);
    EXPECT_EQ(mk_core_write(reader, user, 4), 4);
    EXPECT_EQ(stats().produced, before + 1);
}

TEST_F(Commands, HoldersAreModulesFilesAndMappings) {
    std::string path(200, 'p'), endless(300, 'e');
    auto file = [](const std::string &text) {
        return reinterpret_cast<const mk_file *>(text.c_str());
    };
    fake::set_holders("fake_base",
                      {{file(path), 10, 11, 3, 2, 0, 1, 0, 5, 10, 123, 77, "holder"},
                       {file(endless), 20, 20, -1, 1, 0, 1, 0, 5, 10, 123, 78, "other"}});
    modkeeper_holders request = {};
    std::strcpy(request.name, "fake-base");
    auto ask = [&](__u32 size) {
        request.buffer = user + room - size;
        request.buffer_size = size;
        std::memcpy(reinterpret_cast<void *>(user), &request, sizeof(request));
        long result = mk_core_ioctl(reader, MODKEEPER_IOC_HOLDERS, user);
        std::memcpy(&request, reinterpret_cast<void *>(user), sizeof(request));
        return result;
    };
    ASSERT_EQ(ask(0), 0);
    EXPECT_EQ(request.count, 3u);
    __u32 needed = request.needed;
    EXPECT_EQ(ask(needed - 1), -28);
    EXPECT_EQ(request.needed, needed);
    ASSERT_EQ(ask(needed), 0);
    auto *entry = reinterpret_cast<const modkeeper_holder *>(request.buffer);
    auto next = [&] {
        entry = reinterpret_cast<const modkeeper_holder *>(reinterpret_cast<const char *>(entry) +
                                                           entry->size);
    };
    EXPECT_EQ(entry->kind, MODKEEPER_HOLDER_MODULE);
    EXPECT_EQ(text(entry, entry->name), "fake_user");
    EXPECT_EQ(entry->references, 1u);
    next();
    EXPECT_EQ(entry->kind, MODKEEPER_HOLDER_FILE);
    EXPECT_EQ(text(entry, entry->name), path);
    EXPECT_EQ(entry->pid, 10u);
    EXPECT_EQ(entry->tgid, 11u);
    EXPECT_EQ(entry->fd, 3);
    EXPECT_EQ(entry->references, 2u);
    EXPECT_EQ(entry->inode, 77u);
    EXPECT_EQ(entry->node_minor, 123u);
    EXPECT_STREQ(entry->comm, "holder");
    next();
    EXPECT_EQ(entry->kind, MODKEEPER_HOLDER_MAPPING);
    EXPECT_EQ(entry->name.length, 0u);
    EXPECT_EQ(entry->pid, 20u);
    EXPECT_EQ(entry->fd, -1);
    next();
    EXPECT_EQ(reinterpret_cast<mk_user>(entry), user + room);

    fake::set_may_trace(false);
    EXPECT_EQ(ask(needed), -1);
    fake::set_may_trace(true);
    std::strcpy(request.name, "never_seen");
    EXPECT_EQ(ask(needed), -2);
    request.node_count = 1; // without its flag
    EXPECT_EQ(ask(needed), -22);
    request.node_count = 0;
    request.flags = 2;
    EXPECT_EQ(ask(needed), -22);
}

// Files of devices that the caller asks for, whose operations belong to somebody else.
class DeviceFiles : public DriverTest {
  protected:
    void SetUp() override {
        DriverTest::SetUp();
        user = mk_case_user_memory(2 * room);
        start();
        mk_core_seed();
        static const char path[] = "/dev/snd/controlC0";
        mk_holder open = {};
        open.file = reinterpret_cast<const mk_file *>(path);
        open.pid = open.tgid = 10;
        open.fd = 3;
        open.node_kind = MK_NODE_CHARACTER;
        open.node_major = 116;
        open.node_minor = 2;
        auto other = open;
        other.node_minor = 3;
        auto disk = open;
        disk.node_kind = MK_NODE_BLOCK;
        auto own = open;
        own.references = 1;
        auto on_disk = open;
        on_disk.node_kind = MK_NODE_NONE;
        on_disk.is_on = 1;
        auto stored = on_disk; // on a file system on another disk
        stored.is_on = 0;
        stored.device_major = 8;
        stored.device_minor = 1;
        fake::set_holders("fake_base", {open, other, disk, own, on_disk, stored});
    }
    static constexpr __u32 room = 1 << 20;

    // Kinds of the files in the answer, or the error.
    std::vector<long> ask(const std::vector<modkeeper_node> &nodes, __u32 size = room) {
        modkeeper_holders request = {};
        std::strcpy(request.name, "fake_base");
        request.buffer = user + room;
        request.buffer_size = size;
        request.flags = MODKEEPER_HOLDERS_NODES;
        request.node_count = static_cast<__u32>(nodes.size());
        std::copy(nodes.begin(), nodes.end(), reinterpret_cast<modkeeper_node *>(request.buffer));
        std::memcpy(reinterpret_cast<void *>(user), &request, sizeof(request));
        if (long error = mk_core_ioctl(reader, MODKEEPER_IOC_HOLDERS, user))
            return {error};
        std::memcpy(&request, reinterpret_cast<void *>(user), sizeof(request));
        std::vector<long> kinds;
        auto *at = reinterpret_cast<const char *>(request.buffer);
        for (__u32 i = 0; i < request.count; i++) {
            auto *entry = reinterpret_cast<const modkeeper_holder *>(at);
            if (entry->kind != MODKEEPER_HOLDER_MODULE)
                kinds.push_back(entry->kind);
            at += entry->size;
        }
        return kinds;
    }
};

constexpr long own_file = MODKEEPER_HOLDER_FILE;
constexpr long node_file = MODKEEPER_HOLDER_NODE;

TEST_F(DeviceFiles, AreToldForTheGivenNodes) {
    EXPECT_EQ(ask({}), (std::vector<long>{own_file, own_file}));
    EXPECT_EQ(ask({{MODKEEPER_NODE_CHARACTER, 116, 2, 0}}),
              (std::vector<long>{node_file, own_file, own_file}));
    EXPECT_EQ(ask({{MODKEEPER_NODE_CHARACTER, 1, 3, 0},
                   {MODKEEPER_NODE_CHARACTER, 116, 1, 0},
                   {MODKEEPER_NODE_CHARACTER, 116, 3, 0},
                   {MODKEEPER_NODE_BLOCK, 116, 2, 0}}),
              (std::vector<long>{node_file, node_file, own_file, own_file}));
    EXPECT_EQ(ask({{MODKEEPER_NODE_CHARACTER, 116, 4, 0}}),
              (std::vector<long>{own_file, own_file}));
    EXPECT_EQ(ask({{MODKEEPER_NODE_BLOCK, 8, 1, 0}}),
              (std::vector<long>{own_file, own_file, node_file}));
}

TEST_F(DeviceFiles, AreAskedForInOrder) {
    const std::vector<long> einval = {-22};
    EXPECT_EQ(ask({{MODKEEPER_NODE_CHARACTER, 116, 2, 0}, {MODKEEPER_NODE_CHARACTER, 116, 2, 0}}),
              einval);
    EXPECT_EQ(ask({{MODKEEPER_NODE_BLOCK, 1, 1, 0}, {MODKEEPER_NODE_CHARACTER, 2, 2, 0}}), einval);
    EXPECT_EQ(ask({{3, 1, 1, 0}}), einval);
    EXPECT_EQ(ask({{MODKEEPER_NODE_CHARACTER, 1, 1, 1}}), einval);
    EXPECT_EQ(ask({{MODKEEPER_NODE_CHARACTER, 1, 1, 0}}, sizeof(modkeeper_node) - 1), einval);
    std::vector<modkeeper_node> many;
    for (__u32 i = 0; i <= MODKEEPER_NODES_MAX; i++)
        many.push_back({MODKEEPER_NODE_CHARACTER, 1, i, 0});
    EXPECT_EQ(ask(many), einval);
    many.pop_back();
    EXPECT_EQ(ask(many), (std::vector<long>{own_file, own_file}));
}

// Many files, as anybody may open them.
class Holders : public DriverTest {
  protected:
    void SetUp() override {
        DriverTest::SetUp();
        user = mk_case_user_memory(2 * much);
        start();
        mk_core_seed();
    }
    static constexpr __u32 much = 8 << 20;
    static void open_files(unsigned long count) {
        static const char path[] = "/a/file/of/which/somebody/has/opened/very/many";
        mk_holder one = {};
        one.file = reinterpret_cast<const mk_file *>(path);
        one.pid = 10;
        one.is_on = 1;
        fake::set_holders("fake_base", std::vector<mk_holder>(count, one));
    }
    long ask(__u32 size) {
        request = {};
        std::strcpy(request.name, "fake_base");
        request.buffer = user + much;
        request.buffer_size = size;
        std::memcpy(reinterpret_cast<void *>(user), &request, sizeof(request));
        long result = mk_core_ioctl(reader, MODKEEPER_IOC_HOLDERS, user);
        std::memcpy(&request, reinterpret_cast<void *>(user), sizeof(request));
        return result;
    }

    modkeeper_holders request;
};

TEST_F(Holders, AreGoneThroughOnce) {
    open_files(10000);
    ASSERT_EQ(ask(much), 0);
    EXPECT_EQ(request.count, 10001u); // and a module
    EXPECT_EQ(request.answer_flags, 0u);
    EXPECT_EQ(fake::holders_seen(), 10000u);
    auto *entry = reinterpret_cast<const char *>(request.buffer);
    for (__u32 i = 0; i < request.count; i++)
        entry += reinterpret_cast<const modkeeper_holder *>(entry)->size;
    EXPECT_EQ(entry, reinterpret_cast<const char *>(request.buffer) + request.needed);
}

TEST_F(Holders, TooManyAreCutAndSayso) {
    open_files(100000);
    ASSERT_EQ(ask(0), 0);
    EXPECT_EQ(request.answer_flags, MODKEEPER_HOLDERS_CUT);
    EXPECT_LE(request.needed, mk::holders_max);
    EXPECT_LT(request.count, 100000u);
    EXPECT_EQ(ask(request.needed - 1), -28); // ENOSPC
    EXPECT_EQ(request.answer_flags, MODKEEPER_HOLDERS_CUT);
    ASSERT_EQ(ask(request.needed), 0);
    EXPECT_EQ(request.answer_flags, MODKEEPER_HOLDERS_CUT);
    EXPECT_EQ(fake::holders_seen(), 3UL * (request.count - 1));
}

TEST_F(Holders, NobodyWaitsForTheAnswerOfOneWhoIsKilled) {
    open_files(10);
    fake::kill_current_task();
    EXPECT_EQ(ask(4096), -4); // EINTR
}

TEST_F(Holders, WithoutMemoryThereIsNone) {
    open_files(1000);
    for (long nth = 1; nth < 5; nth++) {
        fake::fail_allocation(nth);
        EXPECT_EQ(ask(much), -12) << nth; // ENOMEM
    }
    fake::fail_allocation(0);
    EXPECT_EQ(ask(much), 0);
}

// What the size query says is enough is enough, and one byte less is not.
TEST_F(Commands, NeededIsExact) {
    for (__u32 missing : {0U, 1U}) {
        modkeeper_query query = {};
        std::strcpy(query.name, "fake-base");
        std::memcpy(reinterpret_cast<void *>(user), &query, sizeof(query));
        ASSERT_EQ(mk_core_ioctl(reader, MODKEEPER_IOC_QUERY, user), 0);
        std::memcpy(&query, reinterpret_cast<void *>(user), sizeof(query));
        query.buffer_size = query.needed - missing;
        // The end of user memory: a byte too many would fault.
        query.buffer = user + room - query.needed;
        std::memcpy(reinterpret_cast<void *>(user), &query, sizeof(query));
        EXPECT_EQ(mk_core_ioctl(reader, MODKEEPER_IOC_QUERY, user), missing ? -28 : 0);
    }
    ListedModule module = query("fake-base");
    EXPECT_EQ(module.name, "fake_base");
    EXPECT_EQ(module.parameters, "depth:int:0444,verbose:bool:0644");
    EXPECT_EQ(module.used_by, "fake_user");
}

// A module list that grows while the answer is made is answered completely all the same.
TEST_F(Commands, SnapshotGrowsWithTheList) {
    mk_module modules[40];
    for (int i = 0; i < 40; i++) {
        modules[i] = module_named("a_module_with_a_long_name_" + std::to_string(i));
        load(modules[i]);
        auto all = snapshot();
        ASSERT_EQ(all.size(), 3u + static_cast<unsigned>(i));
        ASSERT_EQ(all.back().name, modules[i].name);
    }
}

// Between its steps a walk holds nothing, however long nobody goes on with it.
TEST_F(Commands, WalkHoldsNothingBetweenItsSteps) {
    mk_module first = module_named("first"), second = module_named("second"),
              third = module_named("third");
    for (mk_module *module : {&first, &second, &third})
        load(*module);
    long before = fake::outstanding_allocations();
    mk_module_walk walk = {};
    std::string told;
    int steps = 0;
    auto one = [](void *argument, const modkeeper_module *entry) {
        auto &[names, room] = *static_cast<std::pair<std::string *, int> *>(argument);
        if (!room--)
            return false;
        *names += text(entry, entry->name) + " ";
        return true;
    };
    int left;
    do {
        std::pair<std::string *, int> to = {&told, 1};
        left = mk_core_walk(&walk, one, &to);
        EXPECT_EQ(fake::outstanding_allocations(), before);
        // What has gone is passed over, what has come is told at its end.
        if (++steps == 3) {
            unload(first);
            unload(second);
            load(first);
        }
    } while (left == 1);
    EXPECT_EQ(left, 0);
    EXPECT_EQ(told, "fake_base fake_user first third first ");
}

TEST_F(Commands, WalkOfOneModuleIsOfThatLoad) {
    mk_module module = module_named("module");
    load(module);
    mk_module_walk walk = {};
    EXPECT_EQ(mk_core_walk_one(&walk, "never_seen"), -2);
    EXPECT_EQ(mk_core_walk_one(&walk, "a/b"), -22);
    ASSERT_EQ(mk_core_walk_one(&walk, "module"), 0);
    auto count = [](void *argument, const modkeeper_module *) {
        ++*static_cast<int *>(argument);
        return true;
    };
    int entries = 0;
    mk_module_walk same = walk;
    EXPECT_EQ(mk_core_walk(&same, count, &entries), 0);
    EXPECT_EQ(entries, 1);
    unload(module);
    EXPECT_EQ(mk_core_walk(&walk, count, &entries), 0);
    EXPECT_EQ(entries, 1);
    walk = {};
    ASSERT_EQ(mk_core_walk_one(&walk, "module"), 0);
    load(module);
    EXPECT_EQ(mk_core_walk(&walk, count, &entries), 0);
    EXPECT_EQ(entries, 1);
}

} // namespace
