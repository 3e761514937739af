// SPDX-License-Identifier: GPL-2.0-only
// How an entry reaches journald: one datagram that is taken at once or not at all; what is too
// large for one is in a file in memory that goes with it. sd_journal_sendv() would wait for a
// journald that hangs.
#pragma once

#include <string>

#include "journal/entry.hpp"

namespace mk::journal {

// 0: taken. -errno: not now; ENOENT and ECONNREFUSED while it
// is restarted, EAGAIN while it does not read.
class Sender {
  public:
    explicit Sender(std::string place = "/run/systemd/journal/socket") : place_(std::move(place)) {}
    Sender(const Sender &) = delete;
    Sender &operator=(const Sender &) = delete;
    ~Sender();

    int send(const Fields &fields);

  private:
    int open();

    std::string place_;
    int fd_ = -1;
};

// The fields as journald takes them.
std::string datagram_of(const Fields &fields);

} // namespace mk::journal
