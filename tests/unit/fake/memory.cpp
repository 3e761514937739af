// SPDX-License-Identifier: GPL-2.0-only
// Memory: counted, and failing when a test wants it to.
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>

#include <sys/mman.h>
#include <unistd.h>

#include "fake.hpp"
#include "state.hpp"

namespace {

std::mutex lock;
std::map<void *, unsigned long> blocks;
std::map<void *, unsigned long> mirrors;
unsigned long charged;
long countdown;
long calls;

bool fails() {
    calls++;
    return countdown && --countdown == 0;
}

// The kernel's allocator hands out powers of two, and 96 and 192; large blocks are whole pages.
unsigned long rounded(unsigned long bytes) {
    if (bytes > 8192)
        return (bytes + 4095) & ~4095UL;
    for (unsigned long size :
         {8UL, 16UL, 32UL, 64UL, 96UL, 128UL, 192UL, 256UL, 512UL, 1024UL, 2048UL, 4096UL})
        if (bytes <= size)
            return size;
    return 8192;
}

} // namespace

namespace fake {

void fail_allocation(long nth) {
    std::lock_guard guard(lock);
    countdown = nth;
}

long allocations() {
    std::lock_guard guard(lock);
    long count = calls;
    calls = 0;
    return count;
}

long outstanding_allocations() {
    std::lock_guard guard(lock);
    return static_cast<long>(blocks.size() + mirrors.size());
}

unsigned long outstanding_bytes() {
    std::lock_guard guard(lock);
    unsigned long total = 0;
    for (auto [memory, bytes] : blocks)
        total += rounded(bytes);
    return total;
}

unsigned long charged_bytes() {
    std::lock_guard guard(lock);
    return charged;
}

void reset_memory() {
    charged = 0;
    if (outstanding_allocations())
        broken("memory is left behind");
    fail_allocation(0);
    allocations();
}

} // namespace fake

extern "C" {

void *mk_memory_alloc(unsigned long bytes) {
    fake::may_sleep("mk_memory_alloc");
    std::lock_guard guard(lock);
    void *memory = fails() ? nullptr : std::calloc(1, bytes);
    if (memory)
        blocks[memory] = bytes;
    return memory;
}

void *mk_memory_alloc_charged(unsigned long bytes) {
    void *memory = mk_memory_alloc(bytes);
    std::lock_guard guard(lock);
    charged += bytes;
    return memory;
}

void mk_memory_free(void *memory) {
    if (!memory)
        return;
    fake::may_sleep("mk_memory_free");
    std::lock_guard guard(lock);
    if (!blocks.erase(memory))
        fake::broken("mk_memory_free: not allocated, or freed already");
    std::free(memory);
}

void *mk_mirror_alloc(unsigned long bytes, void **front) {
    fake::may_sleep("mk_mirror_alloc");
    if (bytes & (bytes - 1) || bytes % static_cast<unsigned long>(getpagesize()))
        fake::broken("mk_mirror_alloc: size");
    std::lock_guard guard(lock);
    if (fails())
        return nullptr;
    int file = memfd_create("mirror", MFD_CLOEXEC);
    auto page = static_cast<unsigned long>(getpagesize());
    if (file < 0 || ftruncate(file, static_cast<off_t>(page + bytes)))
        fake::broken("mk_mirror_alloc: no memory on this host");
    auto *memory = static_cast<char *>(
        mmap(nullptr, page + 2 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (mmap(memory, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) != memory)
        fake::broken("mk_mirror_alloc: no address space on this host");
    *front = memory;
    memory += page;
    for (char *half : {memory, memory + bytes})
        if (mmap(half, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file,
                 static_cast<off_t>(page)) != half)
            fake::broken("mk_mirror_alloc: no address space on this host");
    close(file);
    mirrors[memory] = bytes;
    return memory;
}

void mk_mirror_free(void *memory, unsigned long bytes) {
    fake::may_sleep("mk_mirror_free");
    std::lock_guard guard(lock);
    auto found = mirrors.find(memory);
    if (found == mirrors.end() || found->second != bytes)
        fake::broken("mk_mirror_free: not allocated like that");
    mirrors.erase(found);
    auto page = static_cast<unsigned long>(getpagesize());
    munmap(static_cast<char *>(memory) - page, page + 2 * bytes);
}

} // extern "C"
