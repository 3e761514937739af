// SPDX-License-Identifier: GPL-2.0-only
#include "explain/driver_absence.hpp"

#include <gtest/gtest.h>

#include "base/text_file.hpp"
#include "fixtures/kernel_root.hpp"

namespace mk {
namespace {

class DriverAbsence : public testing::Test {
  protected:
    DriverAbsence() : root_({}) { root_.index(); }
    void install() {
        root_.add("modkeeper", {});
        root_.index();
    }
    Diagnosis absence() {
        return explain_driver_absence({ErrorCode::DriverUnavailable, "no such device"},
                                      root_.path());
    }
    static bool advises(const Diagnosis &found, std::string_view part) {
        return join(found.remedies, "; ").find(part) != std::string::npos;
    }

    test::KernelRoot root_;
};

TEST_F(DriverAbsence, ItIsNotInstalled) {
    const auto found = absence();
    EXPECT_EQ(found.cause, Cause::NoSuchModule);
    EXPECT_TRUE(advises(found, "make driver")) << found.reason;
}

TEST_F(DriverAbsence, NobodyLoadedIt) {
    install();
    const auto found = absence();
    EXPECT_EQ(found.cause, Cause::NotLoaded) << found.reason;
    EXPECT_TRUE(advises(found, "sudo modprobe modkeeper"));
}

TEST_F(DriverAbsence, TheKernelDemandsSignatures) {
    install();
    root_.write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    root_.write("sys/firmware/efi/systab", "");
    const auto found = absence();
    EXPECT_EQ(found.cause, Cause::Lockdown) << found.reason;
    EXPECT_TRUE(advises(found, "mokutil --import"));
}

TEST_F(DriverAbsence, ModprobeIsToldToLeaveIt) {
    install();
    root_.write("etc/modprobe.d/no.conf", "install modkeeper /bin/false\n");
    const auto found = absence();
    EXPECT_EQ(found.cause, Cause::ReplacedByCommand) << found.reason;
    EXPECT_NE(found.reason.find("no.conf:1"), std::string::npos) << found.reason;
}

TEST_F(DriverAbsence, NoModuleIsTaken) {
    install();
    root_.write("proc/sys/kernel/modules_disabled", "1\n");
    EXPECT_EQ(absence().cause, Cause::ModulesDisabled);
    root_.write("proc/sys/kernel/modules_disabled", "0\n");
    root_.write("proc/cmdline", "module_blacklist=modkeeper");
    EXPECT_EQ(absence().cause, Cause::KernelCommandLine);
}

TEST_F(DriverAbsence, AnotherVersionIsLoaded) {
    install();
    root_.load("modkeeper");
    const auto found = absence();
    EXPECT_EQ(found.reason, "no such device") << "it is loaded";
    EXPECT_TRUE(advises(found, "modprobe -r modkeeper"));
}

} // namespace
} // namespace mk
