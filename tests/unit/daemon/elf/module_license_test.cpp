// SPDX-License-Identifier: GPL-2.0-only
#include "elf/module_license.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

TEST(ModuleLicense, OnlyTheKernelsOwnStringsAreCompatible) {
    for (const char *text : {"GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL",
                             "Dual MIT/GPL", "Dual MPL/GPL"})
        EXPECT_TRUE(is_gpl_compatible(text)) << text;
    for (const char *text : {"", "Proprietary", "GPLv2", "gpl", "GPL ", "MIT", "BSD", "Dual GPL"})
        EXPECT_FALSE(is_gpl_compatible(text)) << text;
}

TEST(ModuleLicense, SaysWhatEachMeans) {
    EXPECT_NE(license_meaning("Dual MIT/GPL").find("MIT"), std::string_view::npos);
    EXPECT_NE(license_meaning("Proprietary").find("taints"), std::string_view::npos);
    EXPECT_NE(license_meaning("GPLv2").find("unknown to the kernel"), std::string_view::npos);
    EXPECT_NE(license_meaning("").find("none declared"), std::string_view::npos);
}

} // namespace
} // namespace mk
