// SPDX-License-Identifier: GPL-2.0-only
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "explain/doctor/examinations.hpp"

namespace mk::doctor {
namespace {

constexpr const char *group = "modkeeper";
constexpr mode_t permissions = 0777;

std::optional<gid_t> group_id(const std::string &root) {
    const auto text = read_text(path_in(root, "/etc/group"));
    if (!text)
        return std::nullopt;
    for (const auto line : split(*text, "\n")) {
        if (!line.starts_with(std::string(group) + ":"))
            continue;
        const auto fields = split(line, ":");
        gid_t id = 0;
        if (fields.size() >= 3 &&
            std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), id).ec ==
                std::errc{})
            return id;
    }
    return std::nullopt;
}

} // namespace

void examine_device(const std::string &root, bool driver_loaded, Diagnoses &findings) {
    const auto id = group_id(root);
    if (id)
        report(findings, Severity::Ok, "group", fmt::format("{} is there, id {}", group, *id));
    else
        report(findings, Severity::Warning, "group",
               fmt::format("there is no group {}: only root may read the record", group),
               "sudo systemd-sysusers");
    const std::string path = path_in(root, "/dev/modkeeper");
    struct stat status {};
    if (stat(path.c_str(), &status) < 0) {
        if (driver_loaded)
            report(findings, Severity::Fails, "device",
                   path + " is not there although the driver is: is /dev a devtmpfs, "
                          "and does udev run?",
                   "sudo udevadm trigger --subsystem-match=misc");
        return;
    }
    const mode_t mode = status.st_mode & permissions;
    const auto shown = fmt::format("{} has mode {:04o} and group {}", path, mode, status.st_gid);
    if ((mode & 07) != 0)
        report(findings, Severity::Fails, "device",
               shown + ": everybody may read who did what on this machine",
               "sudo udevadm trigger --name-match=modkeeper");
    else if (id && status.st_gid != *id)
        report(findings, Severity::Warning, "device",
               shown + ": the members of " + group + " may not read it",
               "sudo udevadm trigger --name-match=modkeeper");
    else
        report(findings, Severity::Ok, "device", shown);
}

} // namespace mk::doctor
