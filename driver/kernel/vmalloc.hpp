// SPDX-License-Identifier: GPL-2.0-only
// vmalloc.h: memory that is mapped twice in a row, so that what wraps around is still contiguous,
// with a page of its own before it.
#pragma once

#include "kapi/kapi.h"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace mk {

class Mirror {
  public:
    Mirror() = default;
    Mirror(Mirror &&other) noexcept { *this = mk::move(other); }
    Mirror &operator=(Mirror &&other) noexcept {
        mk::swap(data_, other.data_);
        mk::swap(size_, other.size_);
        mk::swap(page_, other.page_);
        return *this;
    }
    ~Mirror() {
        if (data_)
            mk_mirror_free(data_, size_);
    }

    // @size: a power of two and a multiple of the page size. Process context, may sleep.
    static Result<Mirror> create(usize size) {
        Mirror mirror;
        mirror.data_ = static_cast<u8 *>(mk_mirror_alloc(size, &mirror.page_));
        if (!mirror.data_)
            return Errno::enomem;
        mirror.size_ = size;
        return mirror;
    }

    // Where byte @position of an endless stream lies; size() bytes from there are contiguous.
    u8 *at(u64 position) const { return data_ + (position & (size_ - 1)); }
    usize size() const { return size_; }
    // The page right before the first byte.
    void *page() const { return page_; }
    usize page_size() const { return static_cast<usize>(data_ - static_cast<u8 *>(page_)); }

  private:
    u8 *data_ = nullptr;
    usize size_ = 0;
    void *page_ = nullptr;
};

} // namespace mk
