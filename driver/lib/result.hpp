// SPDX-License-Identifier: GPL-2.0-only
// A value or the error that came instead of it.
#pragma once

#include "lib/errno.hpp"
#include "lib/move.hpp"

namespace mk {

// T is default constructible; a failed result holds an empty one.
template <typename T = void> class [[nodiscard]] Result {
  public:
    Result(T value) : value_(mk::move(value)) {}
    Result(Errno error) : error_(error) {}

    bool ok() const { return error_ == Errno::none; }
    Errno error() const { return error_; }
    T &value() { return value_; }
    T take() { return mk::move(value_); }

  private:
    T value_{};
    Errno error_ = Errno::none;
};

template <> class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Errno error) : error_(error) {}

    bool ok() const { return error_ == Errno::none; }
    Errno error() const { return error_; }
    void take() const {}

  private:
    Errno error_ = Errno::none;
};

} // namespace mk

// The value of @expression, or a return of its error from the calling function.
#define TRY(expression)                                                                            \
    ({                                                                                             \
        auto result_ = (expression);                                                               \
        if (!result_.ok())                                                                         \
            return result_.error();                                                                \
        result_.take();                                                                            \
    })
