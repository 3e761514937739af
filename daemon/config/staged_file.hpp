// SPDX-License-Identifier: GPL-2.0-only
// A file that is written in full, and only then takes the place of the one before it: what follows
// from it can be done in between, when nothing but a rename is left that could fail.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mk {

class StagedFile {
  public:
    // Writes @text beside @path and flushes it, readable by its owner only. One writer at a time,
    // for which the caller has a lock. A full disk, a read-only one and so on: nothing was changed.
    static Result<StagedFile> write(const std::string &path, std::string_view text);

    StagedFile(StagedFile &&other) noexcept;
    StagedFile &operator=(StagedFile &&) = delete;
    // Removes it, unless it has its place.
    ~StagedFile();

    // Gives it its place, once. Failed: the one before it is still there.
    Result<void> keep();

  private:
    explicit StagedFile(std::string path);
    std::string staged_path() const;

    std::string path_; // "": it is kept, or moved from
};

// Removes a file and flushes its folder. Nothing happens if there is none.
Result<void> remove_for_good(const std::string &path);

} // namespace mk
