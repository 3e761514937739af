// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/signing_advice.hpp"

#include <gtest/gtest.h>

#include "base/text_file.hpp"

namespace mk {
namespace {

std::string advice(const KernelState &kernel) {
    return join(signing_advice(kernel), "; ");
}

bool has(const std::string &text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

KernelState locked_down() {
    KernelState kernel;
    kernel.lockdown = "integrity";
    return kernel;
}

TEST(SigningAdvice, AKeyIsEnrolledWhereTheFirmwareCan) {
    auto kernel = locked_down();
    kernel.has_efi = true;
    EXPECT_TRUE(has(advice(kernel), "mokutil --import CERTIFICATE.der")) << advice(kernel);
    EXPECT_TRUE(has(advice(kernel), "Secure Boot")) << advice(kernel);
    kernel.dkms_certificate = "/var/lib/dkms/mok.pub";
    EXPECT_TRUE(has(advice(kernel), "mokutil --import /var/lib/dkms/mok.pub")) << advice(kernel);
}

TEST(SigningAdvice, WithoutSuchFirmwareNoKeyIsPromised) {
    const auto text = advice(locked_down());
    EXPECT_FALSE(has(text, "mokutil")) << text;
    EXPECT_TRUE(has(text, "kernel's own key")) << text;
    EXPECT_TRUE(has(text, "reboot, if the demand")) << text;
}

TEST(SigningAdvice, TheWordThatDemandsItIsNamed) {
    auto kernel = locked_down();
    kernel.command_line = "ro lockdown=integrity quiet";
    EXPECT_TRUE(has(advice(kernel), "\"lockdown=integrity\"")) << advice(kernel);
}

TEST(SigningAdvice, OfAKernelThatTakesAllNobodyHasToSwitchAnythingOff) {
    EXPECT_EQ(signing_advice({}).size(), 1U);
}

} // namespace
} // namespace mk
