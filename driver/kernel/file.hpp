// SPDX-License-Identifier: GPL-2.0-only
// file.h, fs.h: a reference to an open file of the kernel.
#pragma once

#include "kapi/kapi.h"
#include "lib/move.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

// Taking and dropping one: any context.
class FileReference {
  public:
    FileReference() = default;
    explicit FileReference(const mk_file *file) : file_(file) { mk_file_get(file_); }
    FileReference(FileReference &&other) noexcept { mk::swap(file_, other.file_); }
    FileReference &operator=(FileReference &&other) noexcept {
        mk::swap(file_, other.file_);
        return *this;
    }
    ~FileReference() { drop(); }

    bool held() const { return file_; }
    void drop() {
        if (file_)
            mk_file_put(file_);
        file_ = nullptr;
    }
    // As mk_file_path(). Process context; a reference is held.
    long path(char *to, usize room) const { return mk_file_path(file_, to, room); }
    // Does the first process see it there, too? As mk_file_is_at(). Process context, may sleep; a
    // reference is held. @path: what path() wrote.
    bool is_at(Text path) const { return mk_file_is_at(file_, path.data(), path.length()); }
    // As path().
    mk_file_place place() const {
        mk_file_place place;
        mk_file_identify(file_, &place);
        return place;
    }

  private:
    const mk_file *file_ = nullptr;
};

} // namespace mk
