// SPDX-License-Identifier: GPL-2.0-only
#include "config/initramfs_image.hpp"

#include <gtest/gtest.h>

#include "config/initramfs_bytes.hpp"
#include "fixtures/module_names.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk {
namespace {

TEST(InitramfsImage, ModulesAreThoseOfTheKernelEachOnce) {
    test::TemporaryFolder root;
    root.write("boot/initrd.img-6.1", test::cpio({{"usr/lib/modules/6.1/kernel/b.ko.xz", "x"},
                                                  {"lib/modules/6.1/kernel/a-a.ko", "x"},
                                                  {"lib/modules/6.1/updates/a-a.ko", "x"},
                                                  {"lib/modules/5.0/kernel/old.ko", "x"},
                                                  {"etc/modules.ko.conf", "x"}}));
    const auto names = modules_in_initramfs(root.path(), "6.1");
    ASSERT_TRUE(names);
    EXPECT_EQ(names.value(), (std::vector<std::string>{"b", "a_a"}));
}

TEST(InitramfsImage, OtherSystemsHaveOtherNames) {
    test::TemporaryFolder root;
    root.write("boot/initramfs-6.1.img", "bytes");
    const auto image = read_initramfs_image(root.path(), "6.1");
    ASSERT_TRUE(image);
    EXPECT_EQ(image.value().path, root / "boot/initramfs-6.1.img");
    EXPECT_EQ(image.value().bytes, "bytes");
}

TEST(InitramfsImage, WhatIsMissingOrDamagedIsNamed) {
    test::TemporaryFolder root;
    const auto none = modules_in_initramfs(root.path(), "6.1");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::NotFound);
    root.write("boot/initrd.img-6.1", "no archive");
    const auto damaged = modules_in_initramfs(root.path(), "6.1");
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, ErrorCode::BadFormat);
    EXPECT_NE(damaged.error().message.find("initrd.img-6.1: "), std::string::npos);
}

} // namespace
} // namespace mk
