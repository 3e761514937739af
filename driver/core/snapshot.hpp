// SPDX-License-Identifier: GPL-2.0-only
// Answers about modules: all of one instant, or one by its name.
//
// The answer is made under the inventory's mutex in memory of the kernel, and copied to user
// space after the mutex was given back.
#pragma once

#include "core/inventory.hpp"
#include "kernel/mutex.hpp"
#include "kernel/slab.hpp"
#include "kernel/spinlock.hpp"
#include "lib/result.hpp"

namespace mk {

// A name in the kernel's spelling, with '_' for '-'.
class ModuleName {
  public:
    // Errno::invalid: empty, too long, or with a '/' in it.
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
    u32 bytes = 0; // that the entries take, or would
    u32 count = 0;
    u64 generation = 0;
    bool complete = false; // false: the room was too small
    bool cut = false;      // there is more than an answer may be long
};

// Process context, may sleep.
class Snapshots {
  public:
    explicit Snapshots(Mutex<Inventory> &inventory) : inventory_(inventory) {}

    // Writes struct modkeeper_module, one behind the other, to @memory, which is replaced where
    // it is too small. Errno::not_found: no module was ever seen with that name.
    Result<Answer> take(const Selection &selection, usize room, Buffer &memory);

    // Memory that is used again by the next answer.
    class Scratch {
      public:
        explicit Scratch(Snapshots &owner)
            : owner_(owner), memory_(mk::move(*owner.spare_.lock())) {}
        ~Scratch() { owner_.keep(memory_); }
        Scratch(const Scratch &) = delete;
        Scratch &operator=(const Scratch &) = delete;

        Buffer &operator*() { return memory_; }

      private:
        Snapshots &owner_;
        Buffer memory_;
    };

  private:
    Answer fill(Inventory &inventory, const Selection &selection, usize room, Buffer &memory);
    void keep(Buffer &memory);

    Mutex<Inventory> &inventory_;
    SpinLock<Buffer> spare_;
};

} // namespace mk
