// SPDX-License-Identifier: GPL-2.0-only
#include "explain/init_failure.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "base/errno_text.hpp"
#include "base/foreign_text.hpp"
#include "explain/device_check.hpp"

namespace mk {

namespace {

// What drivers mean by an errno that their init returns, as a rule.
struct InitMeaning {
    int error;
    std::string_view meaning;
    std::string_view remedy;
};

constexpr std::string_view no_hardware = "; usually it found no hardware for it to drive";
constexpr std::string_view look_for_it =
    "check that the device is there: lspci -nn and lsusb list what this machine has";
constexpr std::string_view too_early = "; usually something that it depends on is not there yet";
constexpr std::string_view load_that_first =
    "load first what it depends on, or try again when that is there";
constexpr std::string_view unsupported =
    "; usually the device, the processor or this kernel lacks what it needs";
constexpr std::string_view silent = "; usually the device did not answer";
constexpr std::string_view wake = "check the device, its cable and power, and switch it off and on";

constexpr InitMeaning init_meanings[] = {
    {ENODEV, no_hardware, look_for_it},
    {ENXIO, no_hardware, look_for_it},
    {ENOMEM, ": there was not enough memory for it",
     "free memory, or ask it for less by its parameters"},
    {EBUSY,
     "; usually another driver has a resource that it needs: an I/O port, an interrupt, a number, "
     "a name or the device",
     "look who has it (/proc/ioports, /proc/iomem, /proc/interrupts, /proc/devices, /proc/misc, "
     "/proc/filesystems), and unload that driver first"},
    {EEXIST,
     "; usually something of a name or number that it registers is there already, from another "
     "driver",
     "unload the other driver first"},
    {ENOENT,
     "; usually something that it looks for, such as a firmware file or a device, is not there",
     {}},
    {EINVAL, "; usually it does not accept its parameters, or what this machine tells it", {}},
    {ERANGE, "; usually a value that it was given is out of its range", {}},
    {EIO, silent, wake},
    {ETIMEDOUT, "; usually the device did not answer in time", wake},
    {EREMOTEIO, silent, wake},
    {EPROTO, silent, wake},
    {ENOSPC, "; usually there is no room or number left of what it needs", {}},
    {EPERM, "; usually the firmware, a hypervisor or the kernel denied it something", {}},
    {EACCES, "; usually the firmware, a hypervisor or the kernel denied it something", {}},
    {EINTR,
     "; usually a signal ended its wait: somebody stopped the tool that loaded it, or a limit of "
     "time "
     "did",
     "load it again, and let it end by itself"},
    {EADDRINUSE, "; usually an address or a port that it listens at is taken",
     "look who listens there: ss -lnp"},
    {ENODATA, "; usually the firmware's tables (ACPI, device tree) lack what it looks for", {}},
    {EOPNOTSUPP, unsupported, {}},
    {EPROTONOSUPPORT, unsupported, {}},
    {EAFNOSUPPORT, unsupported, {}},
    {ENOSYS, unsupported, {}},
    {enotsupp, unsupported, {}},
    {EAGAIN, too_early, load_that_first},
    {eprobe_defer, too_early, load_that_first},
};

} // namespace

Diagnosis init_failed(const LoadRefusal &refusal) {
    std::string text = "its init failed";
    std::string remedy;
    for (const auto &one : init_meanings)
        if (one.error == refusal.error) {
            text += one.meaning;
            remedy = one.remedy;
        }
    if (remedy.empty()) {
        const auto module = as_word(refusal.module);
        remedy = fmt::format("look at what it printed (\"modkeeper log {}\") and at its parameters "
                             "(\"modkeeper info {}\")",
                             module, module);
    }
    return failure(is_device_missing(refusal.error) ? Cause::NoDevice : Cause::InitFailed, {}, text,
                   remedy);
}

} // namespace mk
