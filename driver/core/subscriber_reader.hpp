// SPDX-License-Identifier: GPL-2.0-only
// A reader inside the driver that takes records for the subscribers of events, as long as there is
// a subscriber. A new one may get what was recorded a moment before it subscribed.
#pragma once

#include "core/reader.hpp"
#include "core/recorder.hpp"

namespace mk {

class SubscriberReader {
  public:
    explicit SubscriberReader(Recorder &recorder) : recorder_(recorder), reader_(recorder) {}

    // How long to wait after a wake before the next take(). Any context.
    u32 pause_ms() const;
    // Whole records, LOST first; 0: there are none, or no subscriber, and the recorder wakes at the
    // next one. There is room for two of the longest. Process context, one at a time.
    usize take(u8 *to, usize size);

  private:
    Recorder &recorder_;
    Reader reader_;
};

} // namespace mk
