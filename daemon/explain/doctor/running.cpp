// SPDX-License-Identifier: GPL-2.0-only
#include <fmt/format.h>

#include "driver_client/abi_version.hpp"
#include "explain/doctor/examinations.hpp"
#include "explain/driver_absence.hpp"

namespace mk::doctor {
namespace {

void examine_versions(const Running &running, Diagnoses &findings) {
    const std::string command = MODKEEPER_VERSION;
    const std::string driver = running.driver ? running.driver.value().version : command;
    const std::string daemon = running.daemon ? running.daemon.value().version : command;
    if (driver == command && daemon == command)
        return report(findings, Severity::Ok, "versions", "all are " + command);
    report(findings, Severity::Warning, "versions",
           fmt::format("the command is {}, the daemon {}, the driver {}", command, daemon, driver),
           daemon != command ? "sudo systemctl restart modkeeperd" : driver::reload_commands);
}

const char *remedy_for(ErrorCode daemon) {
    return daemon == ErrorCode::DaemonUnavailable ? "sudo systemctl start modkeeperd"
           : daemon == ErrorCode::NotAuthorized   ? "journalctl -b -u dbus"
                                                  : "journalctl -b -u modkeeperd";
}

void report_absence(const Error &unavailable, const std::string &root, Diagnoses &findings) {
    auto found = explain_driver_absence(unavailable, root);
    found.severity = Severity::Fails;
    found.subject = "driver";
    findings.push_back(std::move(found));
}

} // namespace

void examine_running(const Running &running, Diagnoses &findings, const std::string &root) {
    if (running.driver)
        report(findings, Severity::Ok, "driver",
               fmt::format("loaded, version {}, interface {}.{}", running.driver.value().version,
                           running.driver.value().abi_major, running.driver.value().abi_minor));
    else if (running.driver.error().code == ErrorCode::DriverUnavailable)
        report_absence(running.driver.error(), root, findings);
    else
        report(findings, Severity::Fails, "driver", running.driver.error().message);
    if (!running.daemon)
        report(findings, Severity::Fails, "daemon", running.daemon.error().message,
               remedy_for(running.daemon.error().code));
    else if (running.driver && running.daemon.value().driver_state != "connected")
        report(findings, Severity::Fails, "daemon",
               "it runs, but is not connected to the driver: " +
                   running.daemon.value().driver_message,
               "sudo systemctl restart modkeeperd");
    else
        report(findings, Severity::Ok, "daemon",
               "runs, events come from " + running.daemon.value().event_source);
    examine_versions(running, findings);
}

} // namespace mk::doctor
