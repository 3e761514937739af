// SPDX-License-Identifier: GPL-2.0-only
// Right, namespaces and control group of whoever makes a call or a request.
#include "calls_fixture.hpp"
#include "core/record.hpp"

namespace {

constexpr mk_namespaces own = {4026532100, 4026532101, 4026532102, false, false};

class CallerOfACall : public Calls {
  protected:
    // A task of a container that has all capabilities in its own user namespace.
    static void enter_container() {
        fake::set_namespaces(own);
        fake::set_cgroup("/system.slice/docker-0123.scope");
        fake::set_trusted(false);
    }
    template <typename Body> static void expect_container(const ReadRecord &record) {
        const auto body = record.as<Body>();
        EXPECT_EQ(body.user_namespace, own.user);
        EXPECT_EQ(body.pid_namespace, own.pid);
        EXPECT_EQ(body.mount_namespace, own.mount);
        EXPECT_EQ(record.text(body.cgroup), "/system.slice/docker-0123.scope");
    }
    static __u32 capability_of(const ReadRecord &record) { return record.body.capability; }
};

TEST_F(CallerOfACall, IsInEveryRecordOfItsLoadAndUnload) {
    fake::set_namespaces({1, 2, 3, true, false});
    fake::set_cgroup("/system.slice/foo.service");
    mk_module module = module_named("dummy");
    begin_load();
    read_file("/lib/dummy.ko", 100);
    load(module);
    return_with(0);
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text("dummy"));
    unload(module);
    return_with(0);
    auto records = read_all();
    ASSERT_EQ(records.size(), 3u);
    for (const auto &record : records) {
        EXPECT_EQ(capability_of(record), static_cast<__u32>(MODKEEPER_CAPABILITY_HELD));
        EXPECT_EQ(record.body.user_namespace, 1u);
        EXPECT_EQ(record.body.pid_namespace, 2u);
        EXPECT_EQ(record.body.mount_namespace, 3u);
        EXPECT_EQ(record.text(record.body.cgroup), "/system.slice/foo.service");
        EXPECT_EQ(record.header.flags, 0u);
    }
}

TEST_F(CallerOfACall, HasTheCapabilityInItsOwnNamespaceOnly) {
    enter_container();
    begin_load();
    const ReadRecord record = only_record();
    EXPECT_EQ(record.header.kind, MODKEEPER_RECORD_LOAD_FAILED);
    EXPECT_EQ(record.body.stage, static_cast<__u32>(MODKEEPER_STAGE_PERMISSION));
    EXPECT_EQ(capability_of(record), static_cast<__u32>(MODKEEPER_CAPABILITY_OWN_NAMESPACE));
    expect_container<modkeeper_record_module>(record);
}

TEST_F(CallerOfACall, HasNoCapabilityInAnyNamespace) {
    enter_container();
    fake::set_cap_module(false);
    begin_load();
    fake::set_namespaces({1, 2, 3, true, false});
    begin_load();
    auto records = read_all();
    ASSERT_EQ(records.size(), 2u);
    for (const auto &record : records)
        EXPECT_EQ(capability_of(record), static_cast<__u32>(MODKEEPER_CAPABILITY_MISSING));
}

TEST_F(CallerOfACall, IsInTheRecordOfARefusedUnload) {
    enter_container();
    mk_core_call_began(MK_CALL_DELETE_MODULE, 0, user_text("dummy"));
    const ReadRecord record = only_record();
    EXPECT_EQ(record.header.kind, MODKEEPER_RECORD_UNLOAD_REFUSED);
    EXPECT_EQ(record.as<modkeeper_record_refusal>().capability,
              static_cast<__u32>(MODKEEPER_CAPABILITY_OWN_NAMESPACE));
    expect_container<modkeeper_record_refusal>(record);
}

TEST_F(CallerOfACall, IsInTheRecordOfARequest) {
    enter_container();
    mk_core_request_made("net-pf-9", true, 42);
    const ReadRecord record = only_record();
    EXPECT_EQ(record.header.kind, MODKEEPER_RECORD_REQUEST);
    expect_container<modkeeper_record_request>(record);
}

// Whoever may make groups must not push out those above, which tell whose they are.
TEST_F(CallerOfACall, KeepsTheBeginningOfALongGroup) {
    const std::string path = "/machine.slice/" + std::string(300, 'x');
    fake::set_cgroup(path);
    begin_load();
    return_with(-2);
    const ReadRecord record = only_record();
    EXPECT_EQ(record.text(record.body.cgroup), path.substr(0, mk::cgroup_text_max));
    EXPECT_EQ(record.header.flags & MODKEEPER_RECORD_TRUNCATED, MODKEEPER_RECORD_TRUNCATED);
}

TEST_F(CallerOfACall, HasNoGroupOnAKernelWithoutGroups) {
    fake::set_cgroup("");
    begin_load();
    return_with(-2);
    const ReadRecord record = only_record();
    EXPECT_EQ(record.body.cgroup.offset, 0u);
    EXPECT_EQ(record.header.flags & MODKEEPER_RECORD_TRUNCATED, 0u);
}

} // namespace
