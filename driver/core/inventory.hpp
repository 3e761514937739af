// SPDX-License-Identifier: GPL-2.0-only
// Inventory of modules: the loaded ones in the order of their loads, and the last unloaded ones.
//
// It lives inside a Mutex, which the caller holds. A module's GOING notification takes the same
// mutex before the kernel frees the module, so that pointers in entries are good under it.
#pragma once

#include "core/module_entry.hpp"
#include "lib/hash_table.hpp"
#include "lib/list.hpp"

namespace mk {

class Inventory {
  public:
    using Modules = List<Entry, &Entry::order>;

    // Most unloaded modules that are remembered.
    static constexpr u32 gone_max = 128;

    Inventory() = default;
    ~Inventory();
    Inventory(const Inventory &) = delete;
    Inventory &operator=(const Inventory &) = delete;

    // NULL: never seen, or forgotten.
    Entry *find(Text name) const { return by_name_.find(name); }
    const Modules &loaded() const { return loaded_; }
    const Modules &gone() const { return gone_; }

    // A new entry at the end of the loaded ones, with the history of an earlier one of its name.
    // NULL: no memory, which is counted as missed. May sleep.
    Entry *admit(Module module, const ModuleFacts &facts);
    // Finds the entries of what a module needs, where they were not there earlier.
    void resolve_uses(Entry &entry);
    // Makes a loaded entry the last one.
    void move_to_back(Entry &entry);
    // After entry.set_gone().
    void retire(Entry &entry);

    void changed() { generation_++; }
    u64 generation() const { return generation_; }
    u64 missed() const { return missed_; }
    u32 loaded_count() const { return loaded_count_; }
    u32 gone_count() const { return gone_count_; }

  private:
    void push_back(Entry &entry);
    void remove(Entry &entry);

    HashTable<Entry, &Entry::hash_next, 256> by_name_;
    Modules loaded_;
    Modules gone_; // longest gone first
    u64 generation_ = 0;
    u64 missed_ = 0;
    u32 loaded_count_ = 0;
    u32 gone_count_ = 0;
    u64 places_ = 0;
};

} // namespace mk
