// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/rebuild_advice.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fixtures/kernel_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class RebuildAdvice : public testing::Test {
  protected:
    RebuildAdvice() : root_({}) { root_.index(); }
    std::string advice(const std::string &path, bool is_installed = true) {
        auto kernel = InstalledKernel::find("", root_.path());
        EXPECT_TRUE(kernel);
        return rebuild_advice(kernel.value(), "acpi_call"_module, path, is_installed);
    }
    static bool has(const std::string &text, std::string_view part) {
        return text.find(part) != std::string::npos;
    }

    test::KernelRoot root_;
};

TEST_F(RebuildAdvice, TheFileOfAnotherKernelIsTheWrongOne) {
    const auto other = "/lib/modules/6.0.0-old/updates/dkms/acpi_call.ko";
    EXPECT_TRUE(has(advice(other), "belongs to kernel 6.0.0-old; \"modkeeper load acpi_call\""));
    EXPECT_FALSE(has(advice(other, false), "modkeeper load"));
    EXPECT_FALSE(has(advice("/lib/modules/6.1.0-test/updates/acpi_call.ko"), "belongs"));
}

// Its package has another name than the module, and was built for an older kernel.
TEST_F(RebuildAdvice, DkmsBuildsItAgain) {
    EXPECT_FALSE(has(advice("/home/one/acpi_call.ko"), "dkms"));
    root_.write("var/lib/dkms/acpi-call/1.2.2/6.0.0-old/x86_64/module/acpi_call.ko.xz", "");
    std::filesystem::create_directory_symlink(
        "1.2.2/6.0.0-old/x86_64", root_.path() + "/var/lib/dkms/acpi-call/kernel-6.0.0-old-x86_64");
    EXPECT_EQ(advice("/home/one/acpi_call.ko"),
              "build it again: \"sudo dkms install --force acpi-call/1.2.2 -k 6.1.0-test\"");
}

} // namespace
} // namespace mk
