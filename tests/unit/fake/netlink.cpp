// SPDX-License-Identifier: GPL-2.0-only
// Who has joined the multicast group of the made-up kernel.
#include <atomic>

#include "fake/fake.hpp"
#include "fake/state.hpp"

namespace fake {

static std::atomic<bool> listening;

void set_listening(bool anybody) {
    listening = anybody;
}

void reset_netlink() {
    listening = false;
}

} // namespace fake

extern "C" bool mk_group_has_listeners(void) {
    return fake::listening;
}
