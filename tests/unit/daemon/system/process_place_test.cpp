// SPDX-License-Identifier: GPL-2.0-only
#include "system/process_place.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

class ProcessPlace : public testing::Test {
  protected:
    void lies_in(const char *user, const char *pid) {
        std::filesystem::remove_all(folder_.path() + "/ns");
        std::filesystem::create_directory(folder_.path() + "/ns");
        std::filesystem::create_symlink(user, folder_.path() + "/ns/user");
        std::filesystem::create_symlink(pid, folder_.path() + "/ns/pid");
    }
    test::TemporaryFolder folder_;
};

TEST_F(ProcessPlace, AContainerHasNamespacesOfItsOwn) {
    lies_in("user:[4026531837]", "pid:[4026531836]");
    EXPECT_EQ(is_in_container(folder_.path()), false);
    lies_in("user:[4026532201]", "pid:[4026531836]");
    EXPECT_EQ(is_in_container(folder_.path()), true);
    lies_in("user:[4026531837]", "pid:[4026532202]");
    EXPECT_EQ(is_in_container(folder_.path()), true);
}

TEST_F(ProcessPlace, IsNotKnownOfAProcessThatIsGone) {
    EXPECT_EQ(is_in_container(folder_.path()), std::nullopt);
    EXPECT_EQ(login_uid_in(folder_.path()), std::nullopt);
}

TEST_F(ProcessPlace, OfThisProcessIsKnown) {
    EXPECT_TRUE(is_in_container("/proc/self"));
    EXPECT_EQ(is_in_container("/proc/self"), is_in_container("/proc/" + std::to_string(getpid())));
}

TEST_F(ProcessPlace, ALoginIsANumberOfAUser) {
    folder_.write("loginuid", "1000");
    EXPECT_EQ(login_uid_in(folder_.path()), 1000U);
    folder_.write("loginuid", "0");
    EXPECT_EQ(login_uid_in(folder_.path()), 0U);
    folder_.write("loginuid", "4294967295");
    EXPECT_EQ(login_uid_in(folder_.path()), std::nullopt) << "nobody logged in";
}

} // namespace
} // namespace mk
