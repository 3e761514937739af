// SPDX-License-Identifier: GPL-2.0-only
// What the parts of the made-up kernel tell each other.
#pragma once

namespace fake {

// Locks that this thread holds.
struct Held {
    int mutexes = 0;
    int spinlocks = 0;
    int readers = 0; // of what others may replace
};
extern constinit thread_local Held held;

[[noreturn]] void broken(const char *rule);
// For a function that may be called in process context only.
void may_sleep(const char *function);
void no_locks_held(const char *function);

// As a test has said.
bool texts_not_resident();

void reset_memory();
void reset_modules();
void reset_tasks();
void reset_contents();
void reset_waiting();
void reset_user_memory();
void reset_netlink();

} // namespace fake
