// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/signing_advice.hpp"

#include <fmt/format.h>

#include "base/module_name.hpp"

namespace mk {

namespace {

std::string enrolment(const KernelState &kernel) {
    if (!kernel.has_efi)
        return "install a build that is signed with the kernel's own key; no other key can be "
               "enrolled, as this machine was not booted by UEFI";
    if (kernel.dkms_certificate.empty())
        return "sign it with a key of your own (sign-file), enroll that with \"sudo mokutil "
               "--import CERTIFICATE.der\", reboot, and choose \"Enroll MOK\" in the screen that "
               "comes before the boot";
    return fmt::format("sign it with the key of DKMS (\"sudo dkms install --force\" does), enroll "
                       "that with \"sudo mokutil --import {}\", reboot, and choose \"Enroll MOK\" "
                       "in the screen that comes before the boot",
                       kernel.dkms_certificate);
}

std::string without_demand(const KernelState &kernel) {
    if (const auto word = kernel.demanding_word(); !word.empty())
        return fmt::format("or boot without {} on the kernel's command line", quote(word));
    if (kernel.has_efi)
        return "or turn Secure Boot off in the firmware's setup";
    return "or reboot, if the demand for signatures was switched on after the boot";
}

} // namespace

std::vector<std::string> signing_advice(const KernelState &kernel) {
    std::vector<std::string> advice = {enrolment(kernel)};
    if (kernel.demands_signatures())
        advice.push_back(without_demand(kernel));
    return advice;
}

} // namespace mk
