// SPDX-License-Identifier: GPL-2.0-only
// slab.h: objects and buffers in allocated memory, which can fail.
#pragma once

#include "kapi/kapi.h"
#include "lib/placement_new.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace mk {

// The only owner of one object made by make(), or of none.
template <typename T> class Owned {
  public:
    Owned() = default;
    explicit Owned(T *object) : object_(object) {}
    Owned(Owned &&other) noexcept : object_(other.release()) {}
    Owned &operator=(Owned &&other) noexcept {
        mk::swap(object_, other.object_);
        return *this;
    }
    ~Owned() {
        if (object_) {
            object_->~T();
            mk_memory_free(object_);
        }
    }

    explicit operator bool() const { return object_; }
    T *operator->() const { return object_; }
    T &operator*() const { return *object_; }
    T *release() {
        T *object = object_;
        object_ = nullptr;
        return object;
    }

  private:
    T *object_ = nullptr;
};

// An object followed by @tail zeroed bytes. Process context, may sleep.
template <typename T, typename... Arguments>
Result<Owned<T>> make_with_tail(usize tail, Arguments &&...arguments) {
    static_assert(alignof(T) <= 8);
    void *memory = mk_memory_alloc(sizeof(T) + tail);
    if (!memory)
        return Errno::enomem;
    return Owned<T>(new (Place{memory}) T(mk::forward<Arguments>(arguments)...));
}

template <typename T, typename... Arguments> Result<Owned<T>> make(Arguments &&...arguments) {
    return make_with_tail<T>(0, mk::forward<Arguments>(arguments)...);
}

// An object on behalf of the current task, whose control group pays for it. Process context, may
// sleep.
template <typename T, typename... Arguments>
Result<Owned<T>> make_charged(Arguments &&...arguments) {
    static_assert(alignof(T) <= 8);
    void *memory = mk_memory_alloc_charged(sizeof(T));
    if (!memory)
        return Errno::enomem;
    return Owned<T>(new (Place{memory}) T(mk::forward<Arguments>(arguments)...));
}

// Zeroed bytes, or none.
class Buffer {
  public:
    Buffer() = default;
    Buffer(Buffer &&other) noexcept { *this = mk::move(other); }
    Buffer &operator=(Buffer &&other) noexcept {
        mk::swap(data_, other.data_);
        mk::swap(size_, other.size_);
        return *this;
    }
    ~Buffer() { mk_memory_free(data_); }

    // For an answer: the control group of the caller pays. Process context, may sleep.
    static Result<Buffer> create(usize size) { return of(mk_memory_alloc_charged(size), size); }
    // Of the driver's own. Process context, may sleep.
    static Result<Buffer> create_own(usize size) { return of(mk_memory_alloc(size), size); }

    u8 *data() const { return data_; }
    usize size() const { return size_; }
    // For mk_memory_free().
    u8 *release() {
        u8 *data = data_;
        data_ = nullptr;
        size_ = 0;
        return data;
    }

  private:
    static Result<Buffer> of(void *memory, usize size) {
        if (!memory)
            return Errno::enomem;
        Buffer buffer;
        buffer.data_ = static_cast<u8 *>(memory);
        buffer.size_ = size;
        return buffer;
    }

    u8 *data_ = nullptr;
    usize size_ = 0;
};

} // namespace mk
