// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/abi_version.hpp"

#include <linux/modkeeper.h>

namespace mk::driver {

Error driver_absent() {
    return Error{ErrorCode::DriverUnavailable, "the driver is not loaded: modprobe modkeeper"};
}

Result<void> check_version(std::uint16_t abi_major, std::uint16_t abi_minor) {
    if (abi_major == MODKEEPER_ABI_MAJOR)
        return {};
    std::string message = "the driver speaks interface " + std::to_string(abi_major) + "." +
                          std::to_string(abi_minor) + ", this program " +
                          std::to_string(MODKEEPER_ABI_MAJOR) + "." +
                          std::to_string(MODKEEPER_ABI_MINOR) + ": ";
    if (abi_major < MODKEEPER_ABI_MAJOR)
        message += "the driver is older; install the driver of the same release, then "
                   "rmmod modkeeper && modprobe modkeeper";
    else
        message += "this program is older; install modkeeperd and modkeeper of the same release "
                   "as the driver, then systemctl restart modkeeperd";
    return Error{ErrorCode::DriverUnavailable, std::move(message)};
}

} // namespace mk::driver
