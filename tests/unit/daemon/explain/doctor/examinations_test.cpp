// SPDX-License-Identifier: GPL-2.0-only
// What doctor finds on machines that are made up: what is right, what is not, what to do.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "explain/doctor/examinations.hpp"

namespace mk::test {
namespace {

using namespace doctor;
namespace fs = std::filesystem;

class Doctor : public testing::Test {
  protected:
    Doctor() {
        char name[] = "/tmp/modkeeper-doctor-test-XXXXXX";
        root_ = mkdtemp(name);
    }
    ~Doctor() override { fs::remove_all(root_); }

    std::string write(const std::string &name, const std::string &text = "") {
        const std::string path = root_ + name;
        fs::create_directories(fs::path(path).parent_path());
        std::ofstream(path) << text;
        return path;
    }
    // "verdict" of the finding about @subject, "" when there is none
    std::string verdict(const std::string &subject) {
        for (const Diagnosis &finding : findings_)
            if (finding.subject == subject) {
                last_ = finding;
                return finding.severity == Severity::Ok        ? "ok"
                       : finding.severity == Severity::Warning ? "warning"
                       : finding.severity == Severity::Fails   ? "problem"
                                                               : "unknown";
            }
        return "";
    }
    std::string remedy() const { return last_.remedies.empty() ? "" : last_.remedies.front(); }
    static Running running(const std::string &driver, const std::string &daemon,
                           const std::string &state = "connected") {
        driver::Status status;
        status.version = driver;
        DaemonState manager;
        manager.version = daemon;
        manager.driver_state = state;
        return {status, manager};
    }

    std::string root_;
    Diagnoses findings_;
    Diagnosis last_;
};

TEST_F(Doctor, VersionsFitTogetherOrNot) {
    examine_running(running(MODKEEPER_VERSION, MODKEEPER_VERSION), findings_);
    EXPECT_EQ(verdict("driver"), "ok");
    EXPECT_EQ(verdict("daemon"), "ok");
    EXPECT_EQ(verdict("versions"), "ok");
    findings_.clear();
    examine_running(running("9.9", MODKEEPER_VERSION), findings_);
    EXPECT_EQ(verdict("versions"), "warning");
    EXPECT_NE(remedy().find("modprobe -r"), std::string::npos);
    EXPECT_NE(remedy().find("systemctl start modkeeperd"), std::string::npos);
    findings_.clear();
    examine_running(running(MODKEEPER_VERSION, MODKEEPER_VERSION, "mismatch"), findings_);
    EXPECT_EQ(verdict("daemon"), "problem");
    findings_.clear();
    examine_running({Error{ErrorCode::DriverUnavailable, "not loaded"},
                     Error{ErrorCode::DaemonUnavailable, "not running"}},
                    findings_, root_);
    EXPECT_EQ(verdict("driver"), "problem");
    EXPECT_TRUE(last_.reason.starts_with("the driver is not loaded: ")) << last_.reason;
    EXPECT_EQ(verdict("daemon"), "problem");
    EXPECT_EQ(remedy(), "sudo systemctl start modkeeperd");
}

TEST_F(Doctor, TheDeviceIsForItsGroup) {
    examine_device(root_, true, findings_);
    EXPECT_EQ(verdict("group"), "warning");
    EXPECT_EQ(verdict("device"), "problem");
    write("/etc/group", "root:x:0:\nmodkeeper:x:" + std::to_string(getgid()) + ":\n");
    const auto node = write("/dev/modkeeper");
    chmod(node.c_str(), 0640);
    findings_.clear();
    examine_device(root_, true, findings_);
    EXPECT_EQ(verdict("group"), "ok");
    EXPECT_EQ(verdict("device"), "ok") << last_.reason;
    chmod(node.c_str(), 0644);
    findings_.clear();
    examine_device(root_, true, findings_);
    EXPECT_EQ(verdict("device"), "problem");
    chmod(node.c_str(), 0640);
    write("/etc/group", "modkeeper:x:4711:\n");
    findings_.clear();
    examine_device(root_, true, findings_);
    EXPECT_EQ(verdict("device"), "warning");
}

TEST_F(Doctor, TheKernelMayLoadNothingAtAll) {
    write("/proc/sys/kernel/modules_disabled", "1\n");
    write("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    examine_loading(root_, findings_);
    EXPECT_EQ(verdict("loading"), "problem");
    EXPECT_EQ(verdict("signatures"), "ok");
    EXPECT_NE(last_.reason.find("integrity"), std::string::npos);
    EXPECT_NE(last_.reason.find("refused"), std::string::npos);
}

TEST_F(Doctor, SomebodyAnswersTheKernelOrNobody) {
    examine_loading(root_, findings_);
    EXPECT_EQ(verdict("helper"), "") << "this kernel asks for nothing";
    write("/proc/sys/kernel/modprobe", "/sbin/modprobe\n");
    examine_loading(root_, findings_);
    EXPECT_EQ(verdict("helper"), "problem");
    EXPECT_NE(last_.reason.find("kernel.modprobe is /sbin/modprobe"), std::string::npos);
    chmod(write("/sbin/modprobe").c_str(), 0755);
    findings_.clear();
    examine_loading(root_, findings_);
    EXPECT_EQ(verdict("helper"), "ok");
    write("/proc/sys/kernel/modprobe", "\n");
    findings_.clear();
    examine_loading(root_, findings_);
    EXPECT_EQ(verdict("helper"), "warning");
    EXPECT_NE(remedy(), "");
}

// What depmod makes of no module at all.
const std::string empty_index("\xb0\x07\xf4\x57\0\x02\0\x01\0\0\0\x0c", 12);

TEST_F(Doctor, AnIndexIsKnownByWhatIsInIt) {
    const std::string folder = "/lib/modules/6.1.0-test/";
    write("/proc/sys/kernel/osrelease", "6.1.0-test\n");
    write(folder + "kernel/dummy.ko");
    const auto verdict_now = [&] {
        findings_.clear();
        examine_kernels(root_, findings_);
        return verdict("index 6.1.0-test");
    };
    write(folder + "modules.dep", "kernel/dummy.ko:\n");
    EXPECT_EQ(verdict_now(), "problem") << "there is a list and no index";
    for (const auto &bytes : {std::string(), std::string("\xb0\x07\xf4\x57\0\x02", 6)}) {
        write(folder + "modules.dep.bin", bytes);
        EXPECT_EQ(verdict_now(), "problem") << bytes.size();
        EXPECT_EQ(remedy(), "sudo depmod 6.1.0-test");
    }
    write(folder + "modules.dep.bin", empty_index);
    EXPECT_EQ(verdict_now(), "ok") << last_.reason;
    write(folder + "kernel/other.ko");
    write(folder + "modules.dep", "kernel/dummy.ko:\n");
    EXPECT_EQ(verdict_now(), "warning");
    EXPECT_NE(last_.reason.find("has no other"), std::string::npos) << last_.reason;
}

TEST_F(Doctor, KernelsHaveWhatItTakes) {
    const std::string folder = "/lib/modules/6.1.0-test/";
    write("/proc/sys/kernel/osrelease", "6.1.0-test\n");
    write(folder + "kernel/dummy.ko");
    examine_kernels(root_, findings_);
    EXPECT_EQ(verdict("index 6.1.0-test"), "problem");
    EXPECT_EQ(remedy(), "sudo depmod 6.1.0-test");
    EXPECT_EQ(verdict("building for 6.1.0-test"), "warning");
    EXPECT_EQ(verdict("driver for 6.1.0-test"), "warning");

    const auto index = write(folder + "modules.dep", "kernel/dummy.ko:\nupdates/modkeeper.ko:\n");
    write(folder + "modules.dep.bin", empty_index);
    write(folder + "build/Makefile");
    write("/boot/config-6.1.0-test",
          "CONFIG_CC_VERSION_TEXT=\"x86_64-linux-gnu-gcc-12 (Debian 12.2.0-14) 12.2.0\"\n");
    write("/var/lib/dkms/modkeeper/0.1.0/source/x");
    findings_.clear();
    examine_kernels(root_, findings_);
    EXPECT_EQ(verdict("index 6.1.0-test"), "ok") << last_.reason;
    EXPECT_EQ(verdict("building for 6.1.0-test"), "warning");
    EXPECT_EQ(remedy(), "sudo apt-get install g++-12");
    EXPECT_EQ(verdict("driver for 6.1.0-test"), "warning");
    EXPECT_EQ(remedy(), "sudo dkms install modkeeper/0.1.0 -k 6.1.0-test");

    chmod(write("/usr/bin/g++-12").c_str(), 0755);
    write(folder + "updates/dkms/modkeeper.ko");
    write("/var/lib/dkms/modkeeper/0.1.0/6.1.0-test/x86_64/module/modkeeper.ko");
    fs::last_write_time(index, fs::file_time_type::clock::now() - std::chrono::hours(1));
    findings_.clear();
    examine_kernels(root_, findings_);
    EXPECT_EQ(verdict("index 6.1.0-test"), "warning");
    EXPECT_EQ(verdict("building for 6.1.0-test"), "ok") << last_.reason;
    EXPECT_EQ(verdict("driver for 6.1.0-test"), "ok");
    EXPECT_NE(last_.reason.find("DKMS"), std::string::npos);
}

TEST_F(Doctor, DkmsSaysHowFarItIs) {
    const std::string tree = "/var/lib/dkms/modkeeper/0.1.0/";
    write("/proc/sys/kernel/osrelease", "6.1.0-test\n");
    write("/lib/modules/6.1.0-test/kernel/dummy.ko");
    const auto log = write(tree + "build/make.log",
                           "DKMS make.log for modkeeper-0.1.0 for kernel 6.1.0-test (x86_64)\n");
    examine_kernels(root_, findings_);
    EXPECT_EQ(verdict("driver for 6.1.0-test"), "warning");
    EXPECT_EQ(remedy(), "less " + log);

    write(tree + "build/make.log",
          "DKMS make.log for modkeeper-0.1.0 for kernel 6.1.0-test2 (x86_64)\n");
    findings_.clear();
    examine_kernels(root_, findings_);
    EXPECT_EQ(verdict("driver for 6.1.0-test"), "warning");
    EXPECT_NE(last_.reason.find("did not build it"), std::string::npos) << last_.reason;

    write(tree + "6.1.0-test/x86_64/module/modkeeper.ko");
    findings_.clear();
    examine_kernels(root_, findings_);
    EXPECT_EQ(verdict("driver for 6.1.0-test"), "warning");
    EXPECT_NE(last_.reason.find("did not install it"), std::string::npos) << last_.reason;
    EXPECT_EQ(remedy(), "sudo dkms install modkeeper/0.1.0 -k 6.1.0-test");
}

TEST_F(Doctor, DkmsLeavesOutAKernelBeyondItsRange) {
    const std::string source = "/var/lib/dkms/modkeeper/0.1.0/source/dkms.conf";
    const std::string range =
        R"x(BUILD_EXCLUSIVE_KERNEL="^(6\.([1-9]|1[0-9])|7\.[0-3])([^0-9]|$)")x";
    write("/lib/modules/7.4.0-test/kernel/dummy.ko");
    write("/lib/modules/7.3.9-test/kernel/dummy.ko");
    write(source, "PACKAGE_NAME=\"modkeeper\"\n" + range + "\n");
    const auto leaves_out = [&](const std::string &release) {
        write("/proc/sys/kernel/osrelease", release + "\n");
        findings_.clear();
        examine_kernels(root_, findings_);
        EXPECT_EQ(verdict("driver for " + release), "warning");
        return last_.reason.find("DKMS leaves it out") != std::string::npos;
    };
    EXPECT_TRUE(leaves_out("7.4.0-test")) << last_.reason;
    EXPECT_EQ(remedy().find("dkms install"), std::string::npos) << remedy();
    EXPECT_FALSE(leaves_out("7.3.9-test")) << last_.reason;
    EXPECT_NE(remedy().find("dkms install"), std::string::npos) << remedy();
    // a range that says nothing leaves nothing out
    for (const auto *conf :
         {"BUILD_EXCLUSIVE_KERNEL=\"(\"\n", "X=1\nBUILD_EXCLUSIVE_KERNEL=\"7", ""}) {
        write(source, std::string("\n") + conf);
        EXPECT_FALSE(leaves_out("7.4.0-test")) << conf;
    }
}

TEST_F(Doctor, ADriverOfAnotherVersionIsTold) {
    write("/proc/sys/kernel/osrelease", "6.1.0-test\n");
    const std::string start("ELF\0version=", 12);
    const std::string file = "/lib/modules/6.1.0-test/updates/modkeeper.ko";
    write("/lib/modules/6.1.0-test/kernel/dummy.ko");
    write(file, start + MODKEEPER_VERSION + std::string(1, '\0'));
    examine_kernels(root_, findings_);
    EXPECT_EQ(verdict("driver for 6.1.0-test"), "ok") << last_.reason;
    write(file, start + "0.0.7" + std::string(1, '\0') + "version=none");
    findings_.clear();
    examine_kernels(root_, findings_);
    EXPECT_EQ(verdict("driver for 6.1.0-test"), "warning");
    EXPECT_NE(last_.reason.find("is version 0.0.7,"), std::string::npos) << last_.reason;
    EXPECT_NE(remedy().find("make driver"), std::string::npos);
    write("/var/lib/dkms/modkeeper/9.9/source/x");
    findings_.clear();
    examine_kernels(root_, findings_);
    EXPECT_EQ(verdict("driver for 6.1.0-test"), "warning");
    EXPECT_EQ(remedy(), "sudo dkms install --force modkeeper/9.9 -k 6.1.0-test");
}

TEST_F(Doctor, TheDriverIsLoadedAtBootOrNot) {
    examine_boot(root_, findings_);
    EXPECT_EQ(verdict("boot"), "warning");
    EXPECT_EQ(remedy(), "sudo modkeeper enable modkeeper");
    const auto file = write("/usr/lib/modules-load.d/modkeeper-dkms.conf", "# early\nmodkeeper\n");
    findings_.clear();
    examine_boot(root_, findings_);
    EXPECT_EQ(verdict("boot"), "ok");
    EXPECT_NE(last_.reason.find(file + ":2"), std::string::npos) << last_.reason;
}

TEST_F(Doctor, TheJournalIsKeptOrNot) {
    examine_system(root_, findings_);
    EXPECT_EQ(verdict("journal"), "warning");
    EXPECT_NE(remedy().find("mkdir"), std::string::npos);
    write("/var/log/journal/x");
    write("/etc/systemd/journald.conf", "[Journal]\n#Storage=none\n");
    findings_.clear();
    examine_system(root_, findings_);
    EXPECT_EQ(verdict("journal"), "ok");
    write("/usr/lib/systemd/journald.conf.d/site.conf", "[Journal]\nStorage=volatile\n");
    findings_.clear();
    examine_system(root_, findings_);
    EXPECT_EQ(verdict("journal"), "warning");
    EXPECT_NE(last_.reason.find("Storage=volatile"), std::string::npos);
    write("/etc/systemd/journald.conf.d/site.conf", "[Journal]\nStorage=persistent\n");
    findings_.clear();
    examine_system(root_, findings_);
    EXPECT_EQ(verdict("journal"), "ok");
}

TEST_F(Doctor, PoliciesAreInstalledOrMissed) {
    examine_system(root_, findings_);
    EXPECT_EQ(verdict("bus"), "problem");
    EXPECT_EQ(verdict("polkit"), "warning");
    EXPECT_EQ(verdict("unit"), "problem");
    EXPECT_EQ(verdict("journal"), "warning");
    for (const char *file : {"/usr/share/dbus-1/system.d/org.modkeeper1.conf",
                             "/usr/lib/systemd/system/modkeeperd.service", "/var/log/journal/x",
                             "/usr/lib/polkit-1/polkitd"})
        write(file);
    findings_.clear();
    examine_system(root_, findings_);
    EXPECT_EQ(verdict("bus"), "ok");
    EXPECT_EQ(verdict("polkit"), "problem");
    EXPECT_EQ(verdict("unit"), "ok");
    EXPECT_EQ(verdict("journal"), "ok");
}

} // namespace
} // namespace mk::test
