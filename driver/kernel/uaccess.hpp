// SPDX-License-Identifier: GPL-2.0-only
// uaccess.h: memory of the calling process, with what lies there and the direction of the copy in
// the type.
#pragma once

#include "kapi/kapi.h"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace mk {

// Bytes that may be written. Process context, no locks held.
class UserBytesOut {
  public:
    explicit UserBytesOut(mk_user address) : address_(address) {}

    // Errno::efault: part of it may have been written.
    Result<> write(usize offset, const void *from, usize bytes) const {
        return from_c(mk_copy_to_user(address_ + offset, from, bytes));
    }
    // The same of bytes that may be overwritten meanwhile: the copy may be torn.
    Result<> write_racing(usize offset, const void *from, usize bytes) const {
        return from_c(mk_copy_racing_to_user(address_ + offset, from, bytes));
    }

  private:
    mk_user address_;
};

// Bytes that may be read. Process context, no locks held.
class UserBytesIn {
  public:
    explicit UserBytesIn(mk_user address) : address_(address) {}

    // A second read could see something else: read once, then decide.
    Result<> read(usize offset, void *to, usize bytes) const {
        return from_c(mk_copy_from_user(to, address_ + offset, bytes));
    }

  private:
    mk_user address_;
};

// A T that is only read.
template <typename T> class UserIn {
  public:
    explicit UserIn(mk_user address) : address_(address) {}

    // A second read could see something else: read once, then decide.
    Result<T> read() const {
        T value;
        int error = mk_copy_from_user(&value, address_, sizeof(T));
        if (error)
            return from_c(error);
        return value;
    }

  private:
    mk_user address_;
};

// A T that is read and then written. Padding would carry bytes of the kernel out.
template <typename T> class UserInOut {
    static_assert(__has_unique_object_representations(T), "T has padding");

  public:
    explicit UserInOut(mk_user address) : address_(address) {}

    Result<T> read() const { return UserIn<T>(address_).read(); }
    Result<> write(const T &value) const {
        return from_c(mk_copy_to_user(address_, &value, sizeof(T)));
    }

  private:
    mk_user address_;
};

// A T that is only written, as much of it as the caller has room for.
template <typename T> class UserOut {
    static_assert(__has_unique_object_representations(T), "T has padding");

  public:
    explicit UserOut(mk_user address) : address_(address) {}

    Result<> write_first(const T &value, usize bytes) const {
        return from_c(mk_copy_to_user(address_, &value, bytes));
    }

  private:
    mk_user address_;
};

// The argument of an ioctl: the command says what lies there.
class UserArgument {
  public:
    explicit UserArgument(mk_user address) : address_(address) {}

    template <typename T> UserIn<T> in() const { return UserIn<T>(address_); }
    template <typename T> UserInOut<T> in_out() const { return UserInOut<T>(address_); }
    template <typename T> UserOut<T> out() const { return UserOut<T>(address_); }

  private:
    mk_user address_;
};

// A text that ends with a NUL. Both copy as much of it as there is room for, and return its length,
// which is more than @room when it was cut, or -EFAULT.
class UserText {
  public:
    UserText() = default;
    explicit UserText(mk_user address) : address_(address) {}

    // Process context, no locks held.
    long read(char *to, usize room) const { return mk_read_user_text(to, address_, room); }
    // What is in memory already. Any context.
    long read_nofault(char *to, usize room) const {
        return mk_read_user_text_nofault(to, address_, room);
    }

  private:
    mk_user address_ = 0;
};

} // namespace mk
