// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

using Kind = driver::Holder::Kind;

driver::Holder file(Kind kind, std::uint32_t process, int fd, std::uint64_t inode,
                    const std::string &name, std::uint32_t references = 1) {
    driver::Holder holder;
    holder.kind = kind;
    holder.process = process;
    holder.fd = fd;
    holder.inode = inode;
    holder.references = references;
    holder.comm = "reader";
    holder.name = name;
    return holder;
}

TEST(OpenFiles, TellsWhoHasThemOpenToNobodyElse) {
    test::HolderRoot root;
    root.process("7", "reader");
    root.link("/dev/mk", "proc/7/fd/3");
    root.link("/dev/null", "proc/7/fd/4");
    auto search = root.search("mk");
    search.driver = driver::Holders{
        {file(Kind::File, 7, 3, 1, "/dev/mk", 2), file(Kind::File, 7, 4, 2, "socket:[5]"),
         file(Kind::File, 8, 5, 3, ""), file(Kind::Module, 0, -1, 0, "user")},
        false,
        false};
    const auto found = test::found_by(find_open_files, search);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].kind, HolderKind::File);
    EXPECT_EQ(found[0].what, "/dev/mk");
    EXPECT_EQ(found[0].references, 2U);
    EXPECT_EQ(found[0].command, "reader");
    EXPECT_FALSE(found[0].is_public);
    EXPECT_EQ(found[0].user, getuid());
    EXPECT_EQ(found[1].kind, HolderKind::Socket);
    // its descriptor is another file by now
    EXPECT_FALSE(found[1].user);
    // the process has ended meanwhile: nobody but root may know of it
    EXPECT_FALSE(found[2].is_public);
    EXPECT_FALSE(found[2].user);
    EXPECT_EQ(found[2].what, "a file with a long path");
}

TEST(OpenFiles, CountsAMappingOnlyWithoutADescriptor) {
    test::HolderRoot root;
    auto search = root.search("mk");
    search.driver = driver::Holders{
        {file(Kind::File, 7, 3, 1, "/dev/mk0"), file(Kind::Mapping, 7, -1, 1, "/dev/mk0"),
         file(Kind::Mapping, 8, -1, 1, "/dev/mk0"), file(Kind::Mapping, 9, -1, 2, "/dev/mk1"),
         file(Kind::Mapping, 9, -1, 2, "/dev/mk1"), file(Kind::Mapping, 10, -1, 2, "/dev/mk1")},
        false,
        false};
    const auto found = test::found_by(find_open_files, search);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[1].pid, 8U);
    EXPECT_EQ(found[1].kind, HolderKind::Mapping);
    EXPECT_EQ(found[1].references, 0U); // it is the file that 7 has open
    EXPECT_EQ(found[2].pid, 9U);
    EXPECT_EQ(found[2].references, 1U);
    EXPECT_EQ(found[3].pid, 10U);
    EXPECT_EQ(found[3].references, 0U);
}

TEST(OpenFiles, SaysThatThereAreMore) {
    test::HolderRoot root;
    auto search = root.search("mk");
    search.driver = driver::Holders{};
    for (std::size_t i = 0; i <= HolderSearch::holders_max; ++i)
        search.driver->all.push_back(file(Kind::File, 7, static_cast<int>(i), i, "/dev/mk"));
    HolderList list;
    find_open_files(search, list);
    EXPECT_EQ(list.holders.size(), HolderSearch::holders_max);
    EXPECT_EQ(list.unchecked.size(), 1U);
}

} // namespace
} // namespace mk
