// SPDX-License-Identifier: GPL-2.0-only
#include "system/ssh_connection.hpp"

#include <gtest/gtest.h>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

TEST(SshConnection, IsThatOfAParentWhenSudoDropsIt) {
    const test::TemporaryFolder root;
    root.write("proc/30/environ", std::string("A=1\0B=2\0", 8));
    root.write("proc/30/stat", "30 (mod) S 1 (x) S 20 30 30\n");
    root.write("proc/20/environ", std::string("SSH_CONNECTION=192.0.2.7 50000 192.0.2.1 22\0", 44));
    root.write("proc/20/stat", "20 (bash) S 1 20 20\n");
    EXPECT_EQ(ssh_connection_of(30, root.path()), (SshConnection{"192.0.2.7", "192.0.2.1"}));
    EXPECT_EQ(ssh_connection_of(40, root.path()), std::nullopt);
}

TEST(SshConnection, ParentsThatGoRoundEnd) {
    const test::TemporaryFolder root;
    root.write("proc/30/stat", "30 (a) S 30 30 30\n");
    EXPECT_EQ(ssh_connection_of(30, root.path()), std::nullopt);
}

TEST(SshConnection, TakesNoOtherText) {
    EXPECT_EQ(ssh_connection_in("192.0.2.7 50000 192.0.2.1"), std::nullopt);
    EXPECT_EQ(ssh_connection_in(""), std::nullopt);
}

} // namespace
} // namespace mk
