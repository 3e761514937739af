// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/installed_kernel.hpp"

#include <gtest/gtest.h>

#include "fixtures/kernel_root.hpp"

namespace mk {
namespace {

class InstalledKernelTest : public testing::Test {
  protected:
    InstalledKernelTest() {
        root_.add("mk_one", {{"license=GPL"}});
        root_.index();
        root_.write("lib/modules/6.10.0-test/modules.dep", "");
        root_.write("lib/modules/leftover/readme", "");
    }
    test::KernelRoot root_{{}};
};

TEST_F(InstalledKernelTest, ListsThoseWithModulesByVersion) {
    EXPECT_EQ(installed_kernels(root_.path()),
              (std::vector<std::string>{"6.1.0-test", "6.10.0-test"}));
}

TEST_F(InstalledKernelTest, FindsTheRunningOne) {
    const auto kernel = InstalledKernel::find("", root_.path());
    ASSERT_TRUE(kernel);
    EXPECT_EQ(kernel.value().release(), "6.1.0-test");
    EXPECT_TRUE(kernel.value().is_running());
    EXPECT_FALSE(InstalledKernel::find("6.10.0-test", root_.path()).value().is_running());
}

TEST_F(InstalledKernelTest, AnUnknownOneIsRefusedWithThoseThatThereAre) {
    const auto kernel = InstalledKernel::find("6.10.0-tset", root_.path());
    ASSERT_FALSE(kernel);
    EXPECT_EQ(kernel.error().code, ErrorCode::NotFound);
    EXPECT_NE(kernel.error().message.find("did you mean 6.10.0-test?"), std::string::npos);
    EXPECT_NE(kernel.error().message.find("6.1.0-test, 6.10.0-test"), std::string::npos);
    // a release is no path
    EXPECT_FALSE(InstalledKernel::find("../modules/6.10.0-test", root_.path()));
}

TEST_F(InstalledKernelTest, TakesVermagicFromItsModules) {
    EXPECT_EQ(InstalledKernel::find("", root_.path()).value().vermagic(),
              test::KernelRoot::vermagic);
    EXPECT_EQ(InstalledKernel::find("6.10.0-test", root_.path()).value().vermagic(), "");
}

TEST_F(InstalledKernelTest, TellsOptionsWhereTheConfigurationIsKept) {
    EXPECT_EQ(InstalledKernel::find("", root_.path()).value().option("MODULE_SIG"), "");
    root_.write("proc/config.gz", test::packed_with_gzip("CONFIG_MODULE_SIG=y\n"));
    EXPECT_EQ(InstalledKernel::find("", root_.path()).value().option("MODULE_SIG"), "y");
    root_.write("boot/config-6.1.0-test", "# CONFIG_MODULE_SIG is not set\nCONFIG_HZ=250\n");
    const auto kernel = InstalledKernel::find("", root_.path());
    EXPECT_EQ(kernel.value().option("MODULE_SIG"), "n");
    EXPECT_EQ(kernel.value().option("HZ"), "250");
}

} // namespace
} // namespace mk
