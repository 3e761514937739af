// SPDX-License-Identifier: GPL-2.0-only
// The lines that the kernel prints during one call: whole ones, of which the first and the last are
// kept when they are too many. The first say what the kernel thinks of a file, the last why an init
// gave up. Addresses in them are hidden.
#pragma once

#include <linux/modkeeper.h>

#include "core/record.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

// One writer, which may print anything from anywhere: takes no lock, no memory, and never prints.
// Any context.
class KernelLines {
  public:
    void clear();
    // Each line of @text; of an empty one there is nothing to keep.
    void add(Text text);

    // With a newline between them.
    Text text() const { return {bytes_, length_}; }
    bool cut() const { return cut_; }

  private:
    void add_line(Text line);
    bool has_room(Text line) const;
    void drop_one();

    u32 length_ = 0;
    u16 count_ = 0;
    bool cut_ = false;
    u16 lengths_[MODKEEPER_LINES_MAX] = {};
    char bytes_[MODKEEPER_LINES_BYTES] = {};
};

template <typename Body, usize texts_max> void
put_lines(Record<Body, texts_max> &record, modkeeper_text Body::*field, const KernelLines &lines) {
    record.put_known(field, lines.text());
    if (lines.cut())
        record.mark_cut();
}

} // namespace mk
