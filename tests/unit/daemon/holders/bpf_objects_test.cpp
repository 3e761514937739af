// SPDX-License-Identifier: GPL-2.0-only
#include "holders/bpf_objects.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

TEST(BpfObjects, AreNotThereUnderAnyNameOrNumber) {
    EXPECT_EQ(bpf::module_of_types(0), "");
    EXPECT_EQ(bpf::module_of_types(UINT32_MAX), "");
    EXPECT_FALSE(bpf::open_pinned("/sys/fs/bpf/no such name"));
    bpf_prog_info info{};
    EXPECT_FALSE(bpf::read_info(bpf::open_by_id(BPF_PROG_GET_FD_BY_ID, UINT32_MAX), info));
}

} // namespace
} // namespace mk
