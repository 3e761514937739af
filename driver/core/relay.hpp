// SPDX-License-Identifier: GPL-2.0-only
// What the multicast group is told: a reader inside the driver that follows the record as long as
// somebody listens.
#pragma once

#include "core/reader.hpp"
#include "core/recorder.hpp"

namespace mk {

class Relay {
  public:
    explicit Relay(Recorder &recorder) : recorder_(recorder), reader_(recorder) {}

    // Is there something to tell, and anybody to tell it to? If not, what there is gets passed
    // over, and the recorder wakes at the next record. Any context.
    bool due();
    // Whole records, LOST first; 0: there are none, and the recorder wakes at the next one. There
    // is room for two of the longest. Process context, one at a time.
    usize take(u8 *to, usize size);

  private:
    Recorder &recorder_;
    Reader reader_;
};

} // namespace mk
