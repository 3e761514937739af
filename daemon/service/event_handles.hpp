// SPDX-License-Identifier: GPL-2.0-only
// Owners of sd-event objects and of file descriptors.
#pragma once

#include <systemd/sd-event.h>
#include <unistd.h>

#include <memory>
#include <utility>

namespace mk::service {

struct EventDeleter {
    void operator()(sd_event *event) const { sd_event_unref(event); }
    void operator()(sd_event_source *source) const { sd_event_source_disable_unref(source); }
};
using EventLoop = std::unique_ptr<sd_event, EventDeleter>;
using EventSource = std::unique_ptr<sd_event_source, EventDeleter>;

class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
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

  private:
    int fd_ = -1;
};

} // namespace mk::service
