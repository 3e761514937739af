// SPDX-License-Identifier: GPL-2.0-only
// Sockets between virtual machines and their host (AF_VSOCK), with whom each is connected to.
#pragma once

#include <cstdint>
#include <vector>

#include "driver_client/holder_decoder.hpp"

namespace mk {

struct VsockSocket {
    driver::Holder file;
    std::uint32_t peer = 0; // number of a machine ("CID")
};

struct VsockSockets {
    std::vector<VsockSocket> all;
    std::uint32_t own = 0; // number of this machine; UINT32_MAX: it has none
};

// Of the sockets of that family, those that are connected and that the caller may ask.
VsockSockets read_vsock_sockets(const driver::Holders &sockets);

} // namespace mk
