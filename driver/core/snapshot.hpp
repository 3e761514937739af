// SPDX-License-Identifier: GPL-2.0-only
// Answers about modules: all modules at one instant, or one module by its name.
//
// An answer is built in the kernel's memory under the inventory's mutex, and copied to user space
// after the mutex is released.
#pragma once

#include "core/inventory.hpp"
#include "kapi/core.h"
#include "kernel/mutex.hpp"
#include "kernel/slab.hpp"
#include "lib/result.hpp"

namespace mk {

// A name in the kernel's spelling, with '_' for '-'.
class ModuleName {
  public:
    // Errno::einval: empty, too long, or with a '/' in it.
    static Result<ModuleName> create(Text text);
    Text text() const { return {bytes_, length_}; }
    const char *c_text() const { return bytes_; }

  private:
    char bytes_[MODKEEPER_NAME_SIZE] = {};
    usize length_ = 0;
};

// What is asked for.
struct Selection {
    bool gone = false;                // also modules that are not loaded any more
    bool parameters = false;          // each with its parameters
    const ModuleName *name = nullptr; // one only
};

struct Answer {
    u32 bytes = 0; // that the entries need
    u32 count = 0;
    u64 generation = 0;
    bool complete = false; // false: the room was too small
    bool cut = false;      // there are more entries than an answer may have
};

// Process context, may sleep.
class Snapshots {
  public:
    explicit Snapshots(Mutex<Inventory> &inventory) : inventory_(inventory) {}

    // Writes one struct modkeeper_module after another to @memory, which is replaced when it is
    // too small. Errno::enoent: no module was ever seen with that name.
    Result<Answer> take(const Selection &selection, usize room, Buffer &memory);

    // One module for a walk. Errno::enoent: never seen.
    Result<> walk_one(mk_module_walk &walk, const ModuleName &name);
    usize longest();
    // Hands the next entries to @put, with the inventory's mutex held, until it returns false.
    // True: these were all.
    template <typename Put> Result<bool> walk(mk_module_walk &walk, Put put);

  private:
    Answer fill(Inventory &inventory, const Selection &selection, usize room, Buffer &memory);
    static bool is_next(const mk_module_walk &walk, const Entry &entry) {
        return entry.place > walk.place && (!walk.end || entry.place <= walk.end);
    }

    Mutex<Inventory> &inventory_;
};

template <typename Put> Result<bool> Snapshots::walk(mk_module_walk &walk, Put put) {
    Buffer memory;
    for (u32 needed = 0;; memory = TRY(Buffer::create(needed))) {
        auto inventory = inventory_.lock();
        walk.generation = inventory->generation();
        needed = 0;
        for (Entry &entry : inventory->loaded()) {
            if (!is_next(walk, entry))
                continue;
            needed = entry.encoded_size(walk.parameters);
            if (needed > memory.size())
                break;
            entry.refresh();
            entry.encode(memory.data(), memory.size(), walk.parameters);
            if (!put(*reinterpret_cast<const modkeeper_module *>(memory.data())))
                return false;
            walk.place = entry.place;
            needed = 0;
        }
        if (!needed)
            return true;
    }
}

} // namespace mk
