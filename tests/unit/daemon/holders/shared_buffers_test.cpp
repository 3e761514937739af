// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

LoadedModule used_by(const std::string &driver, const std::string &name) {
    LoadedModule module;
    module.name = ModuleName(name);
    module.used_by = names({driver});
    return module;
}

TEST(SharedBuffers, HoldTheDriverThatMadeThem) {
    test::HolderRoot root;
    root.process("7", "compositor");
    root.write("proc/7/fdinfo/4", "pos:\t0\nexp_name:\tdrm\n");
    root.write("proc/7/fdinfo/5", "pos:\t0\nexp_name:\tvideobuf\n");
    auto search = root.search("vgem");
    search.special = {{7, 4, "/dmabuf:"}, {7, 5, "/dmabuf:"}, {7, 6, "anon_inode:[eventfd]"}};
    EXPECT_TRUE(test::found_by(find_shared_buffers, search).empty());
    search.loaded = {used_by("vgem", "drm"), used_by("vgem", "videobuf")};
    const auto found = test::found_by(find_shared_buffers, search);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].fd, 4);
    EXPECT_EQ(found[0].pid, 7U);
    EXPECT_EQ(found[0].through, "a buffer of drm");
    EXPECT_EQ(found[0].references, 1U);
    search.module.name = "videobuf"_module;
    EXPECT_EQ(test::found_by(find_shared_buffers, search).size(), 1U);
    search.module.references = 0; // nothing is left to explain
    EXPECT_TRUE(test::found_by(find_shared_buffers, search).empty());
}

} // namespace
} // namespace mk
