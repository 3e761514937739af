// SPDX-License-Identifier: GPL-2.0-only
// kernel_read_file.h: the contents of a file; utsname.h: the kernel's release.
#pragma once

#include "kapi/kapi.h"
#include "lib/result.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

// Of a file that was read, or of none.
class Contents {
  public:
    Contents() = default;
    // As mk_contents_read(). Process context, may sleep.
    static Result<Contents> read(const char *path, usize bytes_max) {
        Contents contents;
        int error = mk_contents_read(&contents.contents_, path, bytes_max);
        contents.is_there_ = !error;
        if (error)
            return from_c(error);
        return contents;
    }
    Contents(Contents &&other) noexcept : contents_(other.contents_), is_there_(other.is_there_) {
        other.is_there_ = false;
    }
    Contents &operator=(Contents &&other) = delete;
    ~Contents() {
        if (is_there_)
            mk_contents_free(&contents_);
    }

    const u8 *data() const { return static_cast<const u8 *>(contents_.bytes); }
    usize size() const { return contents_.size; }

  private:
    mk_contents contents_ = {};
    bool is_there_ = false;
};

// Any context.
inline Text kernel_release() {
    return Text::from_c(mk_kernel_release());
}

} // namespace mk
