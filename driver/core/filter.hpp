// SPDX-License-Identifier: GPL-2.0-only
// Filter of an open file: it selects records by kind, and by the name that they begin with.
#pragma once

#include <linux/modkeeper.h>

#include "lib/result.hpp"
#include "lib/types.hpp"

namespace mk {

class Filter {
  public:
    // Passes everything.
    Filter() = default;
    // Errno::einval: unknown kinds, a name without an end, or a bracket without one.
    static Result<Filter> create(const modkeeper_filter &request);

    bool passes_all() const { return !kinds_ && !length_; }
    // Of a record of the ring that may be overwritten at this moment; then the answer means
    // nothing.
    // @size, from its header, is one that a record can have. Any context.
    bool passes(const modkeeper_record &record, u32 size) const;

  private:
    bool passes_name(const modkeeper_record &record, u32 size) const;

    u64 kinds_ = 0; // 0: all
    u32 length_ = 0;
    char glob_[MODKEEPER_NAME_SIZE] = {};
};

} // namespace mk
