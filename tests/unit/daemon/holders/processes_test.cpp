// SPDX-License-Identifier: GPL-2.0-only
#include "base/folder.hpp"
#include "holders/processes.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Processes, AreTheNumbersOfProcInTheirOrder) {
    test::HolderRoot root;
    for (const char *name : {"10", "9", "self", "100", "9x"})
        root.write(std::string("proc/") + name + "/comm", "x\n");
    const auto found = processes_in(root.path());
    EXPECT_EQ(found.pids, (std::vector<std::uint32_t>{9, 10, 100}));
    EXPECT_FALSE(found.cut);
}

TEST(Processes, HaveANameAndAUser) {
    test::HolderRoot root;
    root.process("9", "reader");
    Holder holder;
    add_process(holder, root.path(), 9);
    EXPECT_EQ(holder.command, "reader");
    EXPECT_EQ(holder.user, getuid());
    EXPECT_FALSE(holder.is_public);
    Holder gone;
    add_process(gone, root.path(), 8);
    EXPECT_FALSE(gone.user);
}

TEST(Processes, LinksAreNotFollowed) {
    test::HolderRoot root;
    root.link("/dev/null/nothing", "proc/9/fd/3");
    EXPECT_EQ(link_target(folder_of(root.path(), 9) + "/fd/3"), "/dev/null/nothing");
    EXPECT_FALSE(link_target(folder_of(root.path(), 9) + "/fd/4"));
}

} // namespace
} // namespace mk
