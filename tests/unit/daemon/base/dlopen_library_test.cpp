// SPDX-License-Identifier: GPL-2.0-only
#include "base/dlopen_library.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <exception>
#include <string>
#include <string_view>

int no_library_has_this();

namespace mk {
namespace {

constinit DlopenLibrary c_library("libc", "libc.so.6");
constinit DlopenLibrary old_library("libold", "libc.so.6");
constinit DlopenLibrary no_library("libnone", "libnone.so.7");
const DlopenFunction<decltype(::getppid)> late_getppid{c_library, "getppid"};
const DlopenFunction<decltype(::syscall)> late_syscall{c_library, "syscall"};
const DlopenFunction<decltype(::getppid)> is_there{old_library, "getppid"};
const DlopenFunction<decltype(::no_library_has_this)> missing{old_library, "no_library_has_this"};
const DlopenFunction<decltype(::getppid)> of_nothing{no_library, "getppid"};

TEST(DlopenLibrary, CallsWhatIsInIt) {
    EXPECT_TRUE(c_library.open());
    EXPECT_TRUE(c_library.open());
    EXPECT_EQ(late_getppid(), getppid());
}

TEST(DlopenLibrary, TakesAnyNumberOfArguments) {
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

TEST(DlopenLibrary, SaysWhatIsMissing) {
    const auto opened = no_library.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message.find("libnone cannot be opened: libnone.so.7"), 0U)
        << opened.error().message;
    EXPECT_TRUE(opened.error().message.ends_with("; install it"));
}

// Where it is opened, and not somewhere in the middle of the work.
TEST(DlopenLibrary, SaysWhichFunctionIsMissing) {
    for (int time = 0; time < 2; ++time) {
        const auto opened = old_library.open();
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().message.find("libold has no no_library_has_this"), 0U)
            << opened.error().message;
    }
}

// What the library's user gets then ends what it does, and not the program.
TEST(DlopenLibrary, NothingIsCalledThatIsNotThere) {
    const auto refused = [](const auto &function) -> std::string {
        try {
            function();
        } catch (const std::exception &thrown) {
            return thrown.what();
        }
        return "";
    };
    EXPECT_EQ(refused(missing).find("libold has no no_library_has_this"), 0U);
    EXPECT_EQ(refused(of_nothing).find("libnone cannot be opened"), 0U);
}

} // namespace
} // namespace mk
