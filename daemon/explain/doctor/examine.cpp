// SPDX-License-Identifier: GPL-2.0-only
#include "explain/doctor/examine.hpp"

namespace mk::doctor {

Diagnoses examine(const Running &running) {
    Diagnoses findings;
    examine_running(running, findings);
    examine_device("", static_cast<bool>(running.driver), findings);
    examine_loading("", findings);
    examine_kernels("", findings);
    examine_boot("", findings);
    examine_system("", findings);
    return findings;
}

std::string_view verdict_of(Severity severity) {
    switch (severity) {
    case Severity::Ok:
        return "ok";
    case Severity::Unknown:
        return "unknown";
    case Severity::Warning:
        return "warning";
    case Severity::Fails:
        break;
    }
    return "problem";
}

} // namespace mk::doctor
