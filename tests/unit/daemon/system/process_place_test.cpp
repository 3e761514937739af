// SPDX-License-Identifier: GPL-2.0-only
#include "system/process_place.hpp"

#include <gtest/gtest.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <filesystem>

#include "base/text_file.hpp"
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

// @pid: the number that it gets; 0: any. -1: the caller may not choose one.
pid_t start_child(pid_t pid) {
    clone_args words{};
    words.exit_signal = SIGCHLD;
    if (pid != 0) {
        words.set_tid = reinterpret_cast<std::uintptr_t>(&pid);
        words.set_tid_size = 1;
    }
    const auto child = static_cast<pid_t>(syscall(SYS_clone3, &words, sizeof words));
    if (child == 0)
        while (true)
            pause();
    return child;
}

void end_child(pid_t pid) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
}

TEST(ProcessFolder, IsOfOneProcess) {
    const ProcessFolder own(getpid());
    EXPECT_TRUE(own.is_there());
    EXPECT_EQ(read_line(own.path() + "/comm"), read_line("/proc/self/comm"));
    EXPECT_TRUE(is_in_container(own.path()));
    const ProcessFolder none(0);
    EXPECT_FALSE(none.is_there());
    EXPECT_EQ(read_text(none.path() + "/comm"), std::nullopt);
}

TEST(ProcessFolder, IsNotThatOfTheNextOneWithItsNumber) {
    const auto first = start_child(0);
    ASSERT_GT(first, 0);
    const ProcessFolder folder(first);
    EXPECT_TRUE(folder.is_there());
    end_child(first);
    EXPECT_FALSE(folder.is_there());
    const auto second = start_child(first);
    if (second < 0)
        GTEST_SKIP() << "root alone may choose the number of a process";
    EXPECT_EQ(second, first);
    EXPECT_TRUE(ProcessFolder(second).is_there());
    EXPECT_FALSE(folder.is_there());
    EXPECT_EQ(is_in_container(folder.path()), std::nullopt);
    end_child(second);
}

} // namespace
} // namespace mk
