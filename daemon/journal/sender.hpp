// SPDX-License-Identifier: GPL-2.0-only
// Sender of entries to journald: one datagram that is accepted at once or not at all; an entry that
// is too large for a datagram goes as a file in memory. sd_journal_sendv() would wait for a
// journald that hangs.
#pragma once

#include <string>

#include "journal/entry.hpp"

namespace mk::journal {

// 0: accepted. -errno: not now; ENOENT and ECONNREFUSED while journald is restarted, EAGAIN while
// it does not read.
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

// The fields in journald's format.
std::string datagram_of(const Fields &fields);

} // namespace mk::journal
