// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"

namespace mk {
namespace {

TEST(Governors, AreInUseByProcessors) {
    test::HolderRoot root;
    const std::string policy = "sys/devices/system/cpu/cpufreq/policy0/";
    root.write(policy + "scaling_governor", "powersave\n");
    root.write(policy + "related_cpus", "0 1\n");
    root.write(policy + "scaling_available_governors", "powersave ondemand performance \n");
    const std::string other = "sys/devices/system/cpu/cpufreq/policy2/";
    root.write(other + "scaling_governor", "schedutil\n");
    root.write(other + "scaling_available_governors", "schedutil ondemand\n");
    const auto found = test::found_by(find_governors, root.search("cpufreq_powersave"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, HolderKind::Governor);
    EXPECT_EQ(found[0].what, "powersave");
    EXPECT_EQ(found[0].through, "of the frequency of CPUs 0 1");
    EXPECT_EQ(found[0].references, 1U);
    EXPECT_EQ(found[0].remedy, "echo performance > /" + policy + "scaling_governor");
    EXPECT_EQ(test::found_by(find_governors, root.search("cpufreq_schedutil")).at(0).remedy,
              "echo ondemand > /" + other + "scaling_governor");
    EXPECT_TRUE(test::found_by(find_governors, root.search("cpufreq_ondemand")).empty());
}

} // namespace
} // namespace mk
