// SPDX-License-Identifier: GPL-2.0-only
#include <fmt/format.h>

#include "base/root_path.hpp"
#include "base/text_file.hpp"
#include "elf/decompress.hpp"
#include "elf/module_signature.hpp"
#include "explain/doctor/examinations.hpp"
#include "kmod/catalog.hpp"
#include "kmod/places.hpp"
#include "system/autoload_helper.hpp"
#include "system/kernel_state.hpp"

namespace mk::doctor {
namespace {

void examine_rules(const KernelState &kernel, Diagnoses &findings) {
    if (kernel.modules_disabled)
        report(findings, Severity::Fails, "loading",
               "kernel.modules_disabled is 1: nothing can be loaded or unloaded until "
               "the next boot",
               "sudo systemctl reboot");
    else
        report(findings, Severity::Ok, "loading", "kernel.modules_disabled is 0");
    const std::string lockdown = kernel.lockdown.empty() ? "not built in" : kernel.lockdown;
    report(findings, Severity::Ok, "signatures",
           fmt::format("lockdown is {}, sig_enforce is {}: {}", lockdown,
                       kernel.signatures_enforced ? "Y" : "N",
                       kernel.demands_signatures() ? "unsigned modules are refused"
                                                   : "unsigned modules are loaded"));
}

void examine_helper(const std::string &root, Diagnoses &findings) {
    const auto helper = AutoloadHelper::read(root);
    switch (helper.state) {
    case AutoloadHelper::State::Unknown:
        return;
    case AutoloadHelper::State::Empty:
        return report(findings, Severity::Warning, "helper",
                      "kernel.modprobe is empty: the kernel does not ask for modules that it needs",
                      autoload_helper_remedy);
    case AutoloadHelper::State::Missing:
        return report(
            findings, Severity::Fails, "helper",
            fmt::format("kernel.modprobe is {}, which cannot be run: modules that the kernel asks "
                        "for are not loaded",
                        helper.path),
            autoload_helper_remedy);
    case AutoloadHelper::State::There:
        report(findings, Severity::Ok, "helper", "kernel.modprobe is " + helper.path);
    }
}

// Only keys that this user may see are listed; one that is missing may be there all the same.
void examine_key(const std::string &root, const std::string &signer, Diagnoses &findings) {
    const auto keys = read_text(path_in(root, "/proc/keys"));
    if (!keys)
        report(findings, Severity::Unknown, "key", root + "/proc/keys cannot be read");
    else if (!signer.empty() && keys->find(signer) != std::string::npos)
        report(findings, Severity::Ok, "key", "the kernel has a key of " + signer);
    else
        report(findings, Severity::Unknown, "key",
               fmt::format("no key of {} is among those that the kernel shows to this "
                           "user",
                           signer.empty() ? "the signer" : signer),
               "sudo mokutil --test-key CERTIFICATE.der");
}

void examine_driver_file(const std::string &root, const KernelState &kernel, Diagnoses &findings) {
    const ConfigurationPlaces places{root};
    auto catalog = Catalog::create(places.catalog());
    const auto file =
        catalog ? catalog.value().find("modkeeper") : Result<ModuleFile>(catalog.error());
    if (!file)
        return; // told for each kernel
    const auto bytes = read_unpacked(file.value().path);
    if (!bytes)
        return report(findings, Severity::Unknown, "signature", bytes.error().message);
    const auto signature = signature_of(bytes.value());
    if (signature) {
        report(findings, Severity::Ok, "signature",
               fmt::format("{} is signed by {} ({})", file.value().path,
                           signature->signer.empty() ? "somebody" : signature->signer,
                           signature->hash));
        if (kernel.demands_signatures())
            examine_key(root, signature->signer, findings);
    } else if (kernel.demands_signatures()) {
        report(findings, Severity::Fails, "signature",
               file.value().path + " is not signed, and this kernel refuses that",
               "sudo dkms install modkeeper   (DKMS signs with a key that mokutil "
               "--import enrolls)");
    } else {
        report(findings, Severity::Ok, "signature",
               file.value().path + " is not signed, which this kernel takes");
    }
}

} // namespace

void examine_loading(const std::string &root, Diagnoses &findings) {
    const auto kernel = KernelState::read(root);
    examine_rules(kernel, findings);
    examine_helper(root, findings);
    examine_driver_file(root, kernel, findings);
}

} // namespace mk::doctor
