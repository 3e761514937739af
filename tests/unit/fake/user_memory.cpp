// SPDX-License-Identifier: GPL-2.0-only
// Memory of a made-up process: what is not given out here faults.
#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>

#include <sys/mman.h>
#include <unistd.h>

#include "case.h"
#include "fake.hpp"
#include "state.hpp"

namespace {

constexpr int bad_address = -14; // -EFAULT

std::mutex lock;
std::map<mk_user, unsigned long> regions;
std::function<void()> during_copy;

// How many of @bytes at @address are there.
unsigned long reachable(mk_user address, unsigned long bytes) {
    std::lock_guard guard(lock);
    auto region = regions.upper_bound(address);
    if (region == regions.begin())
        return 0;
    --region;
    mk_user end = region->first + region->second;
    return address < end ? std::min<unsigned long>(bytes, end - address) : 0;
}

int copy(void *to, const void *from, unsigned long bytes, mk_user checked) {
    unsigned long good = reachable(checked, bytes);
    if (!good)
        return bytes ? bad_address : 0;
    unsigned long half = good / 2;
    std::memcpy(to, from, half);
    if (during_copy)
        during_copy();
    std::memcpy(static_cast<char *>(to) + half, static_cast<const char *>(from) + half,
                good - half);
    return good == bytes ? 0 : bad_address;
}

long copy_text(char *to, mk_user from, unsigned long bytes) {
    unsigned long good = reachable(from, bytes + 1);
    const char *text = reinterpret_cast<const char *>(from);
    unsigned long length = good ? strnlen(text, good) : 0;
    if (length == good && good <= bytes)
        return bad_address;
    std::memcpy(to, text, std::min(length, bytes));
    return static_cast<long>(length);
}

} // namespace

namespace fake {

void set_during_copy(std::function<void()> action) {
    during_copy = std::move(action);
}

void reset_user_memory() {
    std::lock_guard guard(lock);
    for (auto [address, bytes] : regions)
        munmap(reinterpret_cast<void *>(address), bytes);
    regions.clear();
    during_copy = nullptr;
}

} // namespace fake

extern "C" {

int mk_copy_to_user(mk_user to, const void *from, unsigned long bytes) {
    fake::no_locks_held("mk_copy_to_user");
    return copy(reinterpret_cast<void *>(to), from, bytes, to);
}

int mk_copy_racing_to_user(mk_user to, const void *from, unsigned long bytes) {
    return mk_copy_to_user(to, from, bytes);
}

int mk_copy_from_user(void *to, mk_user from, unsigned long bytes) {
    fake::no_locks_held("mk_copy_from_user");
    return copy(to, reinterpret_cast<const void *>(from), bytes, from);
}

long mk_read_user_text_nofault(char *to, mk_user from, unsigned long bytes) {
    return fake::texts_not_resident() ? bad_address : copy_text(to, from, bytes);
}

long mk_read_user_text(char *to, mk_user from, unsigned long bytes) {
    fake::no_locks_held("mk_read_user_text");
    return copy_text(to, from, bytes);
}

mk_user mk_case_user_memory(unsigned long bytes) {
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 0;
    std::lock_guard guard(lock);
    auto address = reinterpret_cast<mk_user>(memory);
    regions[address] = bytes;
    return address;
}

mk_user mk_case_user_fault(void) {
    return 4096;
}

// Everything can be had here: the case fails.
void mk_case_lacks(const char *) {}

int mk_case_user_read(void *to, mk_user from, unsigned long bytes) {
    if (reachable(from, bytes) != bytes)
        return bad_address;
    std::memcpy(to, reinterpret_cast<const void *>(from), bytes);
    return 0;
}

int mk_case_user_write(mk_user to, const void *from, unsigned long bytes) {
    if (reachable(to, bytes) != bytes)
        return bad_address;
    std::memcpy(reinterpret_cast<void *>(to), from, bytes);
    return 0;
}

} // extern "C"
