// SPDX-License-Identifier: GPL-2.0-only
// What an entry says in words, besides the fields of its event.
#pragma once

#include <syslog.h>

#include <string>

#include "driver_client/event.hpp"

namespace mk::journal {

struct Words {
    const char *id = nullptr;
    int priority = LOG_INFO;
    std::string message;
    std::string error_name = {}; // as in org.modkeeper1.Error.*
    std::string cause = {};
};

// "modprobe[41] (foo.service)"
std::string by_whom(const driver::Event &event);

} // namespace mk::journal
