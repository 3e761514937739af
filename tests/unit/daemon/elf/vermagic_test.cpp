// SPDX-License-Identifier: GPL-2.0-only
#include "elf/vermagic.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

constexpr std::string_view kernel = "6.1.0-test SMP preempt mod_unload modversions ";
constexpr std::string_view release = "6.1.0-test";

TEST(Vermagic, TheSameFits) {
    EXPECT_EQ(vermagic_difference({kernel, kernel, release, false}), "");
}

TEST(Vermagic, AnotherReleaseFitsOnlyWithVersions) {
    constexpr auto other = "6.1.0-other SMP preempt mod_unload modversions ";
    EXPECT_EQ(vermagic_difference({other, kernel, release, true}), "");
    EXPECT_EQ(vermagic_difference({other, kernel, release, false}),
              "it was built for kernel \"6.1.0-other\", not for 6.1.0-test");
}

TEST(Vermagic, TellsWhichOptionsDiffer) {
    EXPECT_EQ(vermagic_difference(
                  {"6.1.0-test SMP preempt_rt mod_unload modversions ", kernel, release, true}),
              "it was built with other options than the kernel: it has \"preempt_rt\" and the "
              "kernel does not, the kernel has \"preempt\" and it does not");
}

TEST(Vermagic, WithoutTheKernelsOwnOnlyTheReleaseCounts) {
    EXPECT_EQ(vermagic_difference({"6.1.0-test whatever", "", release, false}), "");
    EXPECT_NE(vermagic_difference({"6.2.0 whatever", "", release, false}), "");
}

TEST(Vermagic, NoneAtAllIsAProblem) {
    EXPECT_NE(vermagic_difference({"", kernel, release, true}), "");
}

} // namespace
} // namespace mk
