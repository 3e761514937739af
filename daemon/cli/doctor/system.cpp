// SPDX-License-Identifier: GPL-2.0-only
#include <filesystem>

#include "cli/doctor/examinations.hpp"

namespace mk::cli::doctor {
namespace {

namespace fs = std::filesystem;

// The first of them that is there.
std::string first_of(const std::string &root, std::initializer_list<const char *> paths) {
    std::error_code failed;
    for (const char *path : paths)
        if (fs::exists(root + path, failed))
            return root + path;
    return {};
}

void examine_file(const std::string &subject, const std::string &found, Verdict missing,
                  const std::string &without, Findings &findings) {
    if (found.empty())
        findings.push_back({missing, subject, without, "sudo make install"});
    else
        findings.push_back({Verdict::Ok, subject, found, {}});
}

void examine_polkit(const std::string &root, Findings &findings) {
    if (first_of(root, {"/usr/libexec/polkitd", "/usr/lib/polkit-1/polkitd",
                        "/usr/lib/policykit-1/polkitd"})
            .empty())
        return findings.push_back({Verdict::Warning, "polkit",
                                   "polkitd is not installed: only root may change anything",
                                   "sudo apt-get install polkitd"});
    examine_file("polkit", first_of(root, {"/usr/share/polkit-1/actions/org.modkeeper1.policy"}),
                 Verdict::Problem,
                 "the actions of org.modkeeper1 are not installed: polkit refuses", findings);
}

// Without the folder journald keeps nothing over a boot, unless it is told to make it.
void examine_journal(const std::string &root, Findings &findings) {
    if (!first_of(root, {"/var/log/journal"}).empty())
        return findings.push_back({Verdict::Ok, "journal", root + "/var/log/journal is kept", {}});
    findings.push_back(
        {Verdict::Warning, "journal",
         root + "/var/log/journal is not there: what happened before this boot is not "
                "kept",
         "sudo mkdir -p /var/log/journal && sudo systemctl restart systemd-journald"});
}

} // namespace

void examine_system(const std::string &root, Findings &findings) {
    examine_file("bus",
                 first_of(root, {"/usr/share/dbus-1/system.d/org.modkeeper1.conf",
                                 "/etc/dbus-1/system.d/org.modkeeper1.conf"}),
                 Verdict::Problem,
                 "the policy org.modkeeper1.conf is not installed: the daemon may "
                 "not have its name",
                 findings);
    examine_polkit(root, findings);
    examine_file("unit",
                 first_of(root, {"/etc/systemd/system/modkeeperd.service",
                                 "/lib/systemd/system/modkeeperd.service",
                                 "/usr/lib/systemd/system/modkeeperd.service"}),
                 Verdict::Problem, "modkeeperd.service is not installed", findings);
    examine_journal(root, findings);
}

} // namespace mk::cli::doctor
