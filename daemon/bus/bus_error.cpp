// SPDX-License-Identifier: GPL-2.0-only
#include "bus/bus_error.hpp"

#include "bus/utf8.hpp"

namespace mk::bus {

std::string bus_error_name(ErrorCode code) {
    return error_prefix + std::string(error_name(code));
}

int set_error(sd_bus_error *target, const Error &error) {
    return sd_bus_error_set(target, bus_error_name(error.code).c_str(),
                            utf8(error.message).c_str());
}

void reply_error(sd_bus_message *call, const Error &error) {
    sd_bus_reply_method_errorf(call, bus_error_name(error.code).c_str(), "%s",
                               utf8(error.message).c_str());
}

} // namespace mk::bus
