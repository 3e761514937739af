// SPDX-License-Identifier: GPL-2.0-only
// Who has subscribed to events in the made-up kernel.
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

extern "C" bool mk_events_have_subscribers(void) {
    return fake::listening;
}
