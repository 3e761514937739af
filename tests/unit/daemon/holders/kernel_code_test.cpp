// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

HolderSearch changed(std::vector<ReferenceRecord> changes) {
    HolderSearch search;
    search.module.name = "mk"_module;
    search.module.references = 3;
    search.changes = std::move(changes);
    search.now_ns = 100 * second;
    return search;
}

TEST(KernelCode, TellsWhatWasNotGivenBack) {
    const auto found =
        test::found_by(find_kernel_code, changed({{"mk_grab+0x1/0x9 [mk_user]", true, 40 * second},
                                                  {"mk_grab+0x5/0x9 [mk_user]", true, 70 * second},
                                                  {"mk_even+0x1/0x9", true, 1},
                                                  {"mk_even+0x2/0x9", false, 2},
                                                  {"chrdev_open+0x1/0x9", true, 3}}));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, HolderKind::KernelCode);
    EXPECT_EQ(found[0].what, "mk_grab [mk_user]");
    EXPECT_EQ(found[0].through, "took 2 and gave back 0, the last time 30 s ago");
    EXPECT_EQ(found[0].references, 2U);
}

TEST(KernelCode, CountsNothingThatAnotherFunctionMayHaveGivenBack) {
    const auto found =
        test::found_by(find_kernel_code,
                       changed({{"mk_grab+0x1/0x9", true, 1}, {"mk_release+0x1/0x9", false, 2}}));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].references, 0U);
}

} // namespace
} // namespace mk
