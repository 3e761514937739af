// SPDX-License-Identifier: GPL-2.0-only
// The two races of the ring between its writer and a reader, on a machine that reorders whatever
// C++ lets it: see the pairs of barriers in core/recorder.hpp.
#pragma once

namespace mk::test {

enum class Barrier {
    none,
    tail_before_bytes, // make_room(): fence_release
    bytes_before_tail, // intact(): fence_acquire
    bytes_before_head, // commit(): store_release
    head_before_bytes, // Walk::begin(): load_acquire
    next_before_armed, // disarm(): fence_full
    armed_before_next, // arm(): fence_full
};

// Does every copy that a reader keeps hold the record that belongs there, with all barriers but
// @without?
bool copies_are_sound(Barrier without);
// Does no reader sleep on, with a record there and nobody to wake it?
bool sleepers_are_woken(Barrier without);

} // namespace mk::test
