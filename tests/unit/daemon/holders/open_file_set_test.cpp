// SPDX-License-Identifier: GPL-2.0-only
#include "holders/open_file_set.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/descriptor.hpp"

namespace mk {
namespace {

TEST(OpenFileSet, KnowsDuplicates) {
    const auto pid = static_cast<std::uint32_t>(getpid());
    const Descriptor file(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const Descriptor duplicate(dup(file.get()));
    const Descriptor other(open("/dev/null", O_RDONLY | O_CLOEXEC));
    OpenFileSet<int> files(true);
    EXPECT_FALSE(files.has(1));
    EXPECT_TRUE(files.is_new(1, {pid, file.get()}));
    EXPECT_FALSE(files.is_new(1, {pid, duplicate.get()}));
    EXPECT_TRUE(files.is_new(1, {pid, other.get()}));
    EXPECT_TRUE(files.has(1));
    OpenFileSet<int> of_another_machine(false);
    EXPECT_TRUE(of_another_machine.is_new(1, {pid, file.get()}));
    EXPECT_TRUE(of_another_machine.is_new(1, {pid, duplicate.get()}));
}

} // namespace
} // namespace mk
