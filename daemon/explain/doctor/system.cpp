// SPDX-License-Identifier: GPL-2.0-only
#include <filesystem>
#include <initializer_list>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "explain/doctor/examinations.hpp"
#include "kmod/conf_files.hpp"

namespace mk::doctor {
namespace {

namespace fs = std::filesystem;

// The first of them that is there.
std::string first_of(const std::string &root, std::initializer_list<const char *> paths) {
    std::error_code failed;
    for (const char *path : paths)
        if (auto real = path_in(root, path); fs::exists(real, failed))
            return real;
    return {};
}

void examine_file(const std::string &subject, const std::string &path, Severity missing,
                  const std::string &without, Diagnoses &findings) {
    if (path.empty())
        report(findings, missing, subject, without, "sudo make install");
    else
        report(findings, Severity::Ok, subject, path);
}

void examine_polkit(const std::string &root, Diagnoses &findings) {
    if (first_of(root, {"/usr/libexec/polkitd", "/usr/lib/polkit-1/polkitd",
                        "/usr/lib/policykit-1/polkitd"})
            .empty())
        return report(findings, Severity::Warning, "polkit",
                      "polkitd is not installed: only root may change anything",
                      "sudo apt-get install polkitd");
    examine_file("polkit", first_of(root, {"/usr/share/polkit-1/actions/org.modkeeper1.policy"}),
                 Severity::Fails, "the actions of org.modkeeper1 are not installed: polkit refuses",
                 findings);
}

// What journald.conf and its drop-ins say of Storage; the last counts, as systemd has it.
std::string journal_storage(const std::string &root) {
    constexpr std::string_view key = "Storage=";
    std::string storage = "auto";
    const auto take = [&](const std::string &text) {
        for (const auto line : split(text, "\n"))
            if (line.starts_with(key))
                storage = line.substr(key.size());
    };
    // a file in /etc stands for the one of the vendor
    for (const char *main : {"/etc/systemd/journald.conf", "/usr/lib/systemd/journald.conf"})
        if (const auto text = read_text(path_in(root, main))) {
            take(*text);
            break;
        }
    std::vector<std::string> folders;
    for (const char *folder : {"/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"})
        folders.push_back(root + folder + "/systemd/journald.conf.d");
    ConfRules rules;
    rules.root = root;
    for (const auto &file : read_conf_files(folders, rules).files)
        take(file.text.text());
    return storage;
}

void examine_journal(const std::string &root, Diagnoses &findings) {
    const std::string storage = journal_storage(root);
    const bool folder = !first_of(root, {"/var/log/journal"}).empty();
    constexpr const char *restart = "sudo systemctl restart systemd-journald";
    if (storage == "none" || storage == "volatile")
        report(findings, Severity::Warning, "journal",
               "journald.conf says Storage=" + storage +
                   ": what happened before this boot is not kept",
               std::string("sudoedit /etc/systemd/journald.conf && ") + restart);
    else if (folder || storage == "persistent")
        report(findings, Severity::Ok, "journal", root + "/var/log/journal is kept");
    else // without the folder journald keeps nothing over a boot
        report(findings, Severity::Warning, "journal",
               root + "/var/log/journal is not there: what happened before this boot is not kept",
               std::string("sudo mkdir -p /var/log/journal && ") + restart);
}

} // namespace

void examine_system(const std::string &root, Diagnoses &findings) {
    examine_file("bus",
                 first_of(root, {"/usr/share/dbus-1/system.d/org.modkeeper1.conf",
                                 "/etc/dbus-1/system.d/org.modkeeper1.conf"}),
                 Severity::Fails,
                 "the policy org.modkeeper1.conf is not installed: the daemon may "
                 "not have its name",
                 findings);
    examine_polkit(root, findings);
    examine_file("unit",
                 first_of(root, {"/etc/systemd/system/modkeeperd.service",
                                 "/lib/systemd/system/modkeeperd.service",
                                 "/usr/lib/systemd/system/modkeeperd.service"}),
                 Severity::Fails, "modkeeperd.service is not installed", findings);
    examine_journal(root, findings);
}

} // namespace mk::doctor
