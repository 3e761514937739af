// SPDX-License-Identifier: GPL-2.0-only
// A hash table by name, chained through a member of its items. It owns nothing.
#pragma once

#include "lib/text.hpp"

namespace mk {

// FNV-1a.
inline u32 hash_of(Text text) {
    u32 hash = 2166136261U;
    for (usize i = 0; i < text.length(); i++)
        hash = (hash ^ static_cast<u8>(text.data()[i])) * 16777619U;
    return hash;
}

// T has a name(), which does not change while it is in the table.
template <typename T, T *T::*next, usize buckets> class HashTable {
    static_assert((buckets & (buckets - 1)) == 0);

  public:
    HashTable() = default;
    HashTable(const HashTable &) = delete;
    HashTable &operator=(const HashTable &) = delete;

    // NULL: there is none.
    T *find(Text name) const {
        T *item = heads_[bucket_of(name)];
        while (item && !(item->name() == name))
            item = item->*next;
        return item;
    }

    void insert(T &item) {
        T *&head = heads_[bucket_of(item.name())];
        item.*next = head;
        head = &item;
    }

    void remove(T &item) {
        T **at = &heads_[bucket_of(item.name())];
        while (*at != &item)
            at = &((*at)->*next);
        *at = item.*next;
    }

  private:
    static usize bucket_of(Text name) { return hash_of(name) & (buckets - 1); }

    T *heads_[buckets] = {};
};

} // namespace mk
