// SPDX-License-Identifier: GPL-2.0-only
#include "explain/driver_absence.hpp"

#include "driver_client/abi_version.hpp"
#include "explain/configured_refusal.hpp"
#include "explain/doctor/examinations.hpp"
#include "kmod/catalog.hpp"
#include "preflight/preflight.hpp"

namespace mk {

namespace {

constexpr const char *driver_name = "modkeeper";

Diagnosis absence(Cause cause, const std::string &reason, std::vector<std::string> remedies) {
    Diagnosis found;
    found.cause = cause;
    found.reason = "the driver is not loaded: " + reason;
    found.remedies = std::move(remedies);
    return found;
}

// None is installed for this kernel: what DKMS has of it.
Diagnosis not_installed(const std::string &root) {
    Diagnoses findings;
    if (const auto kernel = InstalledKernel::find("", root))
        doctor::examine_driver_of(kernel.value(), "", findings);
    if (findings.empty())
        return absence(Cause::NoSuchModule, "it is not installed", {});
    return absence(Cause::NoSuchModule, findings.front().reason, findings.front().remedies);
}

// What the kernel would not take it for.
Diagnoses faults_of(const std::string &path, const ConfigurationPlaces &places) {
    auto preflight = Preflight::create(places);
    if (!preflight)
        return {};
    PreflightRequest request;
    request.path = path;
    return only_failing(preflight.value().check(request));
}

} // namespace

Diagnosis explain_driver_absence(const Error &unavailable, const std::string &root) {
    const ConfigurationPlaces places{root};
    if (is_in_kernel(places.loaded().state(ModuleName(driver_name)))) {
        Diagnosis mismatch;
        mismatch.reason = unavailable.message;
        mismatch.remedies = {driver::reload_commands};
        return mismatch;
    }
    auto catalog = Catalog::create(places.catalog());
    const auto file =
        catalog ? catalog.value().find(driver_name) : Result<ModuleFile>(catalog.error());
    if (!file)
        return not_installed(root);
    auto reasons = configured_refusals(catalog.value(), ModuleName(driver_name));
    if (reasons.empty())
        reasons = faults_of(file.value().path, places);
    if (!reasons.empty())
        return absence(reasons.front().cause, reasons.front().reason, reasons.front().remedies);
    return absence(Cause::NotLoaded, "it is installed, and nobody loaded it",
                   {"sudo modprobe modkeeper"});
}

} // namespace mk
