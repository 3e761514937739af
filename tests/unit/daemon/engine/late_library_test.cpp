// SPDX-License-Identifier: GPL-2.0-only
#include "late_library.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string_view>

int no_library_has_this();

namespace mk {
namespace {

constinit LateLibrary c_library("libc", "libc.so.6");
constinit LateLibrary no_library("libnone", "libnone.so.7");
constinit const LateFunction<decltype(::getppid)> late_getppid{c_library, "getppid"};
constinit const LateFunction<decltype(::syscall)> late_syscall{c_library, "syscall"};
constinit const LateFunction<decltype(::no_library_has_this)> missing{c_library,
                                                                      "no_library_has_this"};
constinit const LateFunction<decltype(::getppid)> of_nothing{no_library, "getppid"};

TEST(LateLibrary, CallsWhatIsInIt) {
    EXPECT_TRUE(c_library.open());
    EXPECT_TRUE(c_library.open());
    EXPECT_EQ(late_getppid(), getppid());
}

TEST(LateLibrary, TakesAnyNumberOfArguments) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    EXPECT_EQ(late_syscall(SYS_getppid), getppid());
    EXPECT_EQ(late_syscall(SYS_write, ends[1], "abc", std::size_t{3}), 3);
    char text[4] = {};
    EXPECT_EQ(late_syscall(SYS_read, ends[0], text, sizeof text), 3);
    EXPECT_STREQ(text, "abc");
    close(ends[0]);
    close(ends[1]);
}

TEST(LateLibrary, SaysWhatIsMissing) {
    const auto opened = no_library.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message.find("libnone cannot be opened: libnone.so.7"), 0U)
        << opened.error().message;
    EXPECT_TRUE(opened.error().message.ends_with("; install it"));
}

TEST(LateLibraryDeathTest, EndsTheProgramWhenAFunctionIsMissing) {
    EXPECT_EXIT(missing(), testing::ExitedWithCode(127), "libc has no no_library_has_this");
    EXPECT_EXIT(of_nothing(), testing::ExitedWithCode(127), "libnone cannot be opened");
}

} // namespace
} // namespace mk
