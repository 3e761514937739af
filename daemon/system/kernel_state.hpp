// SPDX-License-Identifier: GPL-2.0-only
// State of the running kernel that decides whether modules can be loaded at all.
#pragma once

#include <string>
#include <string_view>

#include "base/module_name.hpp"

namespace mk {

struct KernelState {
    std::string release;
    bool has_crashed = false; // somewhere since the boot (taint D): a task was ended by an oops
    bool modules_disabled = false; // until the next boot
    bool signatures_enforced = false;
    std::string lockdown; // "none", "integrity", "confidentiality"; "": this kernel has none
    std::string command_line;
    bool has_efi = false;         // it was booted by UEFI, which keeps keys of the machine's owner
    std::string dkms_certificate; // path of the one of the key that DKMS signs with, "": none

    // @root is put before every path; tests have one of their own.
    static KernelState read(const std::string &root = "");

    // Whether modules without a signature that it trusts are refused.
    bool demands_signatures() const;
    // The word of the command line that makes it demand them; "": none does.
    std::string_view demanding_word() const;
    // By module_blacklist= on the command line, which no force overrides.
    bool blacklists(const ModuleName &module) const;
    // By initcall_blacklist=: such an init function is not called, of a module neither.
    bool skips_init(std::string_view function) const;
};

} // namespace mk
