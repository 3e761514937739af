// SPDX-License-Identifier: GPL-2.0-only
// The file that an initramfs brings: what is in force after it, and what is wrong with it.
#include "policy_fixture.hpp"

namespace {

constexpr int enoent = -2, enomem = -12, eacces = -13, efbig = -27;

class PolicyFile : public PolicyTestBase {
  protected:
    static std::string file_of(const WrittenPolicy &policy,
                               modkeeper_policy_mode load_mode = enforce,
                               modkeeper_policy_mode request_mode = audit) {
        const PolicyBytes block = policy.bytes();
        modkeeper_policy_file header = {MODKEEPER_POLICY_FILE_MAGIC, MODKEEPER_POLICY_FILE_VERSION,
                                        sizeof(header), static_cast<__u32>(load_mode),
                                        static_cast<__u32>(request_mode)};
        return std::string(reinterpret_cast<const char *>(&header), sizeof(header)) +
               std::string(reinterpret_cast<const char *>(block.data()), block.size());
    }
    static WrittenPolicy denies(const char *name) {
        return WrittenPolicy().add({deny, {name}, {}, {}, "10-local.rules:1", "not here"});
    }
    // The driver is loaded, and finds this.
    void finds(std::string bytes, modkeeper_policy_mode ceiling = enforce) {
        start_with(ceiling);
        fake::set_policy_file(std::move(bytes));
        mk_core_take_policy();
    }
    std::string fault() {
        auto lines = fake::errors();
        return lines.empty() ? "" : lines.back();
    }
};

TEST_F(PolicyFile, IsInForceAndRecordedAndReplacedAsAnyOther) {
    finds(file_of(denies("rxrpc")));
    EXPECT_EQ(come("rxrpc"), eacces);
    EXPECT_EQ(come("dummy"), 0);
    modkeeper_policy_get now = state();
    EXPECT_EQ(now.generation, 1u);
    EXPECT_EQ(now.load_mode, static_cast<__u32>(enforce));
    EXPECT_EQ(now.request_mode, static_cast<__u32>(audit));
    EXPECT_EQ(last_of(read_all(), MODKEEPER_RECORD_POLICY_CHANGE)
                  .as<modkeeper_record_policy_change>()
                  .policy_change,
              static_cast<__u32>(MODKEEPER_POLICY_CHANGE_SET));
    EXPECT_EQ(fault(), "");
    EXPECT_EQ(set(denies("dummy")), 2u);
    EXPECT_EQ(come("rxrpc"), 0);
    EXPECT_EQ(clear(), 0);
    EXPECT_EQ(come("dummy"), 0);
}

TEST_F(PolicyFile, WithoutOneThereIsNoWordAboutIt) {
    start_with(enforce);
    mk_core_take_policy();
    EXPECT_EQ(fake::policy_file_reads(), 1);
    EXPECT_EQ(fault(), "");
    EXPECT_EQ(state().generation, 0u);
    EXPECT_EQ(of_kind(read_all(), MODKEEPER_RECORD_POLICY_CHANGE), 0u);
}

TEST_F(PolicyFile, TheCeilingIsAboveIt) {
    finds(file_of(denies("rxrpc")), audit);
    EXPECT_EQ(come("rxrpc"), 0);
    EXPECT_EQ(state().would_deny, 1u);
    finds(file_of(denies("rxrpc")), off);
    EXPECT_EQ(fake::policy_file_reads(), 1) << "by the first driver only";
    EXPECT_EQ(come("rxrpc"), 0);
    EXPECT_EQ(state().generation, 0u);
}

TEST_F(PolicyFile, ForAnotherKernelIsNone) {
    std::string file = file_of(denies("rxrpc"));
    std::size_t at = file.find("6.1.0-test");
    file.replace(at, 10, "6.1.0-tesu");
    finds(file);
    EXPECT_EQ(come("rxrpc"), 0);
    EXPECT_EQ(fault(), "/usr/lib/modkeeper/policy.bin brings no policy: it is for another kernel");
}

TEST_F(PolicyFile, WithAFaultIsOneLineAndNoPolicy) {
    const std::string whole = file_of(denies("rxrpc"));
    auto is_none = [&](const std::string &bytes, const char *what) {
        finds(bytes);
        EXPECT_EQ(fault(), std::string("/usr/lib/modkeeper/policy.bin brings no policy: ") + what);
        EXPECT_EQ(state().generation, 0u);
        EXPECT_EQ(come("rxrpc"), 0);
    };
    is_none("", "it is no such file");
    is_none(whole.substr(0, 15), "it is no such file");
    is_none(whole.substr(16), "it is no such file");
    for (std::size_t at : {0, 4, 6, 8, 12}) {
        std::string bad = whole;
        bad[at] = 9;
        is_none(bad, "it is no such file");
    }
    is_none(whole.substr(0, 16), "fault 1");
    is_none(whole.substr(0, 16) + std::string(MODKEEPER_POLICY_SIZE_MAX + 8, 'x'), "error 27");
    for (std::size_t size = 17; size < whole.size(); size++) {
        finds(whole.substr(0, size));
        EXPECT_NE(fault(), "") << size;
        EXPECT_EQ(state().generation, 0u) << size;
    }
    // more than the block
    finds(whole + std::string(8, '\0'));
    EXPECT_NE(fault(), "");
}

TEST_F(PolicyFile, ThatCannotBeReadIsSaid) {
    for (int error : {eacces, enomem, efbig, enoent}) {
        start_with(enforce);
        fake::set_policy_file_error(error);
        std::size_t before = fake::errors().size();
        mk_core_take_policy();
        EXPECT_EQ(fake::errors().size() - before, error == enoent ? 0u : 1u);
        EXPECT_EQ(state().generation, 0u);
    }
}

TEST_F(PolicyFile, WithoutMemoryThereIsNone) {
    for (long nth = 1; nth <= 3; nth++) {
        start_with(enforce);
        fake::set_policy_file(file_of(denies("rxrpc")));
        fake::fail_allocation(nth);
        mk_core_take_policy();
        fake::fail_allocation(0);
        EXPECT_EQ(fault(), "/usr/lib/modkeeper/policy.bin brings no policy: error 12") << nth;
        EXPECT_EQ(state().generation, 0u);
    }
}

} // namespace
