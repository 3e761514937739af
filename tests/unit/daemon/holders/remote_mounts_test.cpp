// SPDX-License-Identifier: GPL-2.0-only
#include "holders/remote_mounts.hpp"

#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

class RemoteMountsTest : public testing::Test {
  protected:
    RemoteMountsTest() {
        root.process("self", "modkeeper");
        root.write("proc/self/mountinfo",
                   "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                   "2 1 0:40 / /a rw - nfs4 s:/a rw,vers=4.2,sec=sys,addr=10.0.0.1\n"
                   "3 1 0:41 / /b rw - nfs4 s:/b rw,vers=4.2,sec=krb5p,addr=10.0.0.1\n"
                   "4 1 0:41 / /again rw - nfs4 s:/b rw,vers=4.2,sec=krb5p,addr=10.0.0.1\n"
                   "5 1 0:42 / /c rw - nfs t:/c rw,vers=3,sec=sys,addr=10.0.0.2\n");
    }
    std::vector<Holder> found(const std::string &module) {
        return test::found_by(find_remote_mounts, root.search(module));
    }
    test::HolderRoot root;
};

TEST_F(RemoteMountsTest, HoldTheVersionOncePerServer) {
    const auto all = found("nfsv4");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].kind, HolderKind::Mount);
    EXPECT_EQ(all[0].mount_point, "/a");
    EXPECT_EQ(all[0].through, "vers=4.2");
    EXPECT_EQ(all[0].references, 1U);
    EXPECT_EQ(all[1].references, 0U);
    EXPECT_EQ(all[1].remedy, "umount /b");
    EXPECT_EQ(found("nfsv3").size(), 1U);
    EXPECT_TRUE(found("nfsv2").empty());
}

TEST_F(RemoteMountsTest, HoldCallsAndTheirSecurity) {
    const auto calls = found("sunrpc");
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_EQ(calls[0].references, 9U); // what is left
    EXPECT_EQ(calls[1].references, 0U);
    const auto security = found("rpcsec_gss_krb5");
    ASSERT_EQ(security.size(), 1U);
    EXPECT_EQ(security[0].through, "sec=krb5p");
    EXPECT_TRUE(found("nfs").empty()); // its mounts are found by their type
}

TEST_F(RemoteMountsTest, InOtherNamespacesToo) {
    root.process("7", "box", "mnt:[5]");
    root.write("proc/7/mountinfo", "5 1 0:43 / /d rw - nfs4 t:/c rw,vers=4.1,addr=10.0.0.2\n");
    const auto all = found("nfsv4");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[2].pid, 7U);
    EXPECT_EQ(all[2].references, 1U);
    EXPECT_EQ(all[2].remedy, "nsenter -t 7 -m umount /d");
}

TEST_F(RemoteMountsTest, InNamespacesThatFilesKeepToo) {
    root.write("proc/self/mountinfo", "1 0 0:4 mnt:[6] /run/box rw - nsfs nsfs rw\n"
                                      "2 0 0:4 mnt:[7] /run/hidden rw - nsfs nsfs rw\n");
    root.write("run/box", "5 1 0:43 / /d rw - nfs4 t:/c rw,vers=4.1,addr=10.0.0.2\n");
    HolderList list{ModuleName("nfsv4"), 9, {}, {}};
    find_remote_mounts(root.search("nfsv4"), list);
    ASSERT_EQ(list.holders.size(), 1U);
    EXPECT_EQ(list.holders[0].through, "with vers=4.1 in the mount namespace that /run/box keeps");
    EXPECT_EQ(list.holders[0].remedy, "nsenter --mount=/run/box umount /d");
    EXPECT_EQ(list.unchecked,
              std::vector<std::string>{"not all mount namespaces were looked into"});
}

} // namespace
} // namespace mk
