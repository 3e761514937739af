// SPDX-License-Identifier: GPL-2.0-only
// What subscribers of events are told: a reader inside the driver that follows the record as long
// as there is one. Whoever subscribes may be told of what came a moment before.
#pragma once

#include "core/reader.hpp"
#include "core/recorder.hpp"

namespace mk {

class Relay {
  public:
    explicit Relay(Recorder &recorder) : recorder_(recorder), reader_(recorder) {}

    // How long to wait after a wake before the next take(). Any context.
    u32 pause_ms() const;
    // Whole records, LOST first; 0: there are none, or nobody has subscribed, and the recorder
    // wakes at the next one. There is room for two of the longest. Process context, one at a time.
    usize take(u8 *to, usize size);

  private:
    Recorder &recorder_;
    Reader reader_;
};

} // namespace mk
