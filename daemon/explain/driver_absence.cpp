// SPDX-License-Identifier: GPL-2.0-only
#include "explain/driver_absence.hpp"

#include <fmt/format.h>

#include "driver_client/abi_version.hpp"
#include "elf/decompress.hpp"
#include "elf/module_signature.hpp"
#include "explain/configured_refusal.hpp"
#include "explain/doctor/examinations.hpp"
#include "explain/signing_advice.hpp"
#include "kmod/catalog.hpp"
#include "preflight/preflight.hpp"
#include "system/kernel_state.hpp"

namespace mk {

namespace {

constexpr const char *driver_name = "modkeeper";

Diagnosis absence(Cause cause, std::string reason, std::vector<std::string> remedies) {
    Diagnosis found;
    found.cause = cause;
    found.reason = std::move(reason);
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

std::optional<Diagnosis> forbidden(const KernelState &kernel) {
    if (kernel.modules_disabled)
        return absence(Cause::ModulesDisabled,
                       "kernel.modules_disabled is 1: nothing can be loaded until the next boot",
                       {"\"sudo modkeeper enable modkeeper\" has it loaded at boot; then reboot"});
    if (kernel.blacklists(driver_name))
        return absence(Cause::KernelCommandLine,
                       "module_blacklist= on the kernel's command line forbids it",
                       {"boot without that word"});
    return std::nullopt;
}

// Whether the kernel has the key is known only once it was asked.
std::optional<Diagnosis> distrusted(const KernelState &kernel, const std::string &path) {
    if (!kernel.demands_signatures())
        return std::nullopt;
    const auto bytes = read_unpacked(path);
    if (!bytes || signature_of(bytes.value()))
        return std::nullopt;
    const auto demand = kernel.signatures_enforced ? std::string("module.sig_enforce")
                                                   : "lockdown: " + kernel.lockdown;
    auto remedies = signing_advice(kernel);
    return absence(Cause::Unsigned,
                   fmt::format("{} is not signed, and this kernel takes signed modules only ({})",
                               path, demand),
                   std::move(remedies));
}

std::optional<Diagnosis> unfit(const std::string &root, const std::string &path) {
    auto preflight = Preflight::create({root});
    if (!preflight)
        return std::nullopt;
    PreflightRequest request;
    request.path = path;
    for (const auto &check : preflight.value().check(request))
        if (check.severity == Severity::Fails)
            return absence(check.cause, path + ": " + check.reason, check.remedies);
    return std::nullopt;
}

} // namespace

Diagnosis explain_driver_absence(const Error &unavailable, const std::string &root) {
    const ConfigurationPlaces places{root};
    if (is_in_kernel(places.loaded().state(driver_name)))
        return absence(Cause::None, unavailable.message, {driver::reload_commands});
    const auto kernel = KernelState::read(root);
    if (auto found = forbidden(kernel))
        return std::move(*found);
    auto catalog = Catalog::create(places.catalog());
    const auto file =
        catalog ? catalog.value().find(driver_name) : Result<ModuleFile>(catalog.error());
    if (!file)
        return not_installed(root);
    for (const auto &refusal : configured_refusals(catalog.value(), driver_name))
        return absence(refusal.cause, refusal.reason, refusal.remedies);
    if (auto found = distrusted(kernel, file.value().path))
        return std::move(*found);
    if (auto found = unfit(root, file.value().path))
        return std::move(*found);
    return absence(Cause::NotLoaded, "it is installed and nobody loaded it",
                   {"sudo modprobe modkeeper"});
}

} // namespace mk
