// SPDX-License-Identifier: GPL-2.0-only
// Clients for which a process says that it loads and unloads modules.
#include "calls_fixture.hpp"

namespace {

class Clients : public Calls {
  protected:
    static modkeeper_client client(__u32 pid, const char *comm = "busctl") {
        modkeeper_client client = {};
        client.pid = pid;
        client.uid = 1000;
        client.loginuid = 1000;
        std::strncpy(client.comm, comm, sizeof(client.comm) - 1);
        std::strcpy(client.cgroup, "/user.slice/user-1000.slice/session-3.scope");
        return client;
    }
    long state(const modkeeper_client &client, mk_reader *file) {
        EXPECT_EQ(mk_case_user_write(user, &client, sizeof(client)), 0);
        return mk_core_ioctl(file, MODKEEPER_IOC_CLIENT, user);
    }
    long state(const modkeeper_client &client) { return state(client, reader); }
    // Of a load of this process that fails.
    ReadRecord failed_load() {
        begin_load();
        read_file("./bad.ko", -8);
        return_with(-8);
        return only_record();
    }
};

TEST_F(Clients, AFailedLoadNamesTheClient) {
    ASSERT_EQ(state(client(812)), 0);
    const auto record = failed_load();
    EXPECT_EQ(record.body.client_pid, 812u);
    EXPECT_EQ(record.body.client_uid, 1000u);
    EXPECT_EQ(record.body.client_loginuid, 1000u);
    EXPECT_STREQ(record.body.client_comm, "busctl");
    EXPECT_EQ(record.text(record.body.client_cgroup),
              "/user.slice/user-1000.slice/session-3.scope");
}

TEST_F(Clients, SoDoALoadAndAnUnload) {
    ASSERT_EQ(state(client(812)), 0);
    mk_module module;
    module.name = "mk_one";
    begin_load();
    load(module);
    return_with(0);
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text("mk_one"));
    unload(module);
    return_with(0);
    const auto records = read_all();
    ASSERT_EQ(records.size(), 3u);
    for (const auto &record : records)
        EXPECT_EQ(record.body.client_pid, 812u) << record.header.kind;
}

TEST_F(Clients, SoDoesARefusedUnload) {
    ASSERT_EQ(state(client(812)), 0);
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text("dummy"));
    return_with(-11);
    const auto record = only_record();
    const auto &body = record.as<modkeeper_record_refusal>();
    EXPECT_EQ(body.client_pid, 812u);
    EXPECT_STREQ(body.client_comm, "busctl");
    EXPECT_EQ(record.text(body.client_cgroup), "/user.slice/user-1000.slice/session-3.scope");
}

TEST_F(Clients, OtherProcessesHaveNone) {
    ASSERT_EQ(state(client(812)), 0);
    // The number is used again.
    fake::set_origin({501, 12, "bash", false});
    EXPECT_EQ(failed_load().body.client_pid, 0u);
}

TEST_F(Clients, TheLastStatementOfAProcessHolds) {
    mk_reader *second = nullptr;
    ASSERT_EQ(mk_core_open(&second), 0);
    ASSERT_EQ(state(client(812)), 0);
    ASSERT_EQ(state(client(813), second), 0);
    EXPECT_EQ(failed_load().body.client_pid, 813u);
    ASSERT_EQ(state(client(814)), 0);
    EXPECT_EQ(failed_load().body.client_pid, 814u);
    // No file need stay open for it.
    mk_core_release(second);
    EXPECT_EQ(failed_load().body.client_pid, 814u);
}

TEST_F(Clients, AnEmptyStatementEndsIt) {
    ASSERT_EQ(state(client(812)), 0);
    ASSERT_EQ(state(modkeeper_client{}), 0);
    EXPECT_EQ(failed_load().body.client_pid, 0u);
}

// The bus does not always know the process.
TEST_F(Clients, AUserIsAClientWithoutAProcess) {
    ASSERT_EQ(state(client(0)), 0);
    const auto record = failed_load();
    EXPECT_EQ(record.body.client_pid, 0u);
    EXPECT_EQ(record.body.client_uid, 1000u);
    EXPECT_EQ(record.text(record.body.client_cgroup),
              "/user.slice/user-1000.slice/session-3.scope");
}

// Root's, too: nothing of it need be known.
TEST_F(Clients, RootIsAClientWithoutAProcess) {
    for (__u32 flags : {MODKEEPER_CLIENT_THERE, MODKEEPER_CLIENT_SEEN}) {
        auto root = client(0);
        root.uid = 0;
        root.flags = flags;
        ASSERT_EQ(state(root), 0);
        EXPECT_EQ(failed_load().body.client_loginuid, 1000u);
        root.flags = 0;
        ASSERT_EQ(state(root), 0);
        EXPECT_EQ(failed_load().body.client_loginuid, 0u);
    }
}

TEST_F(Clients, OnlyWhoMayLoadStates) {
    fake::set_may_load(false);
    EXPECT_EQ(state(client(812)), -1);
    fake::set_may_load(true);
    EXPECT_EQ(failed_load().body.client_pid, 0u);
}

TEST_F(Clients, BadOnesAreRefusedAndTheOldOneStays) {
    ASSERT_EQ(state(client(812)), 0);
    auto flags = client(1);
    flags.flags = 8;
    auto container = client(1); // of one that was not seen
    container.flags = MODKEEPER_CLIENT_CONTAINER;
    auto comm = client(1);
    std::memset(comm.comm, 'c', sizeof(comm.comm));
    auto cgroup = client(1);
    std::memset(cgroup.cgroup, 'c', sizeof(cgroup.cgroup));
    for (const auto &bad : {flags, container, comm, cgroup})
        EXPECT_EQ(state(bad), -22);
    EXPECT_EQ(mk_core_ioctl(reader, MODKEEPER_IOC_CLIENT, mk_case_user_fault()), -14);
    EXPECT_EQ(failed_load().body.client_pid, 812u);
}

// What the process left behind the end of a text.
TEST_F(Clients, NothingBehindATextIsRecorded) {
    auto dirty = client(812, "sh");
    dirty.comm[4] = 'x';
    ASSERT_EQ(state(dirty), 0);
    EXPECT_EQ(failed_load().body.client_comm[4], '\0');
}

TEST_F(Clients, ThereAreSoManyAndNoMore) {
    for (__u32 i = 0; i < MODKEEPER_CLIENTS_MAX; i++) {
        fake::set_origin({1000 + i, 12, "bash", false});
        ASSERT_EQ(state(client(100 + i)), 0);
    }
    fake::set_origin({900, 12, "bash", false});
    EXPECT_EQ(state(client(812)), -28);
    // One that has a statement can make another; those of others stay.
    fake::set_origin({1031, 12, "bash", false});
    EXPECT_EQ(state(client(813)), 0);
    EXPECT_EQ(failed_load().body.client_pid, 813u);
    fake::set_origin({1000, 12, "bash", false});
    EXPECT_EQ(failed_load().body.client_pid, 100u);
}

// The thread that made a statement need not be the one that loads.
TEST_F(Clients, ThoseOfProcessesThatHaveEndedGiveWay) {
    for (__u32 i = 0; i < MODKEEPER_CLIENTS_MAX; i++)
        std::thread([&] {
            fake::set_origin({1000 + i, 12, "bash", false});
            ASSERT_EQ(state(client(100 + i)), 0);
        }).join();
    fake::set_origin({900, 12, "bash", false});
    EXPECT_EQ(state(client(812)), -28);
    fake::end_process(1007);
    EXPECT_EQ(state(client(812)), 0);
    EXPECT_EQ(failed_load().body.client_pid, 812u);
    fake::set_origin({1000, 12, "bash", false});
    EXPECT_EQ(failed_load().body.client_pid, 100u);
}

} // namespace
