// SPDX-License-Identifier: GPL-2.0-only
// Owner of a file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace mk {

class Descriptor {
  public:
    Descriptor() = default;
    // @fd: -1 for none, as a failed open() returns.
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor &&other) noexcept : fd_(other.release()) {}
    Descriptor &operator=(Descriptor &&other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() {
        if (fd_ >= 0)
            close(fd_);
    }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    // The caller closes it.
    int release() { return std::exchange(fd_, -1); }

  private:
    int fd_ = -1;
};

} // namespace mk
