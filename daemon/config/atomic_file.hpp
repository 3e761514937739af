// SPDX-License-Identifier: GPL-2.0-only
// Atomic change of a small text file, so that it is either the old or the new one, whatever
// happens: the new text is written beside it, flushed, and renamed, and the directory is flushed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace mk {

// From the contents of the file ("" if there is none) to the new ones; nothing: no change. ""
// removes the file.
using Edit = std::function<Result<std::optional<std::string>>(const std::string &now)>;

// Keeps mode, owner, access control lists and labels of the file; a new one belongs to the caller,
// with mode 0644. One editor at a time. Refuses, with the reason and without changes: a read-only
// or full file system, a symbolic link or anything else that is not a regular file, a missing
// permission.
Result<void> edit_file(const std::string &path, const Edit &edit);

// That @path cannot be written, why, and what to do; nothing was changed. @error: errno.
Error write_failure(const std::string &path, int error);

class FileEditor;

// Keeps callers of edit_file() waiting, for code that decides by the file's contents.
class EditLock {
  public:
    // Failed if the holder does not finish. If nothing could be written anyway, in a directory that
    // is missing or read-only, no lock is needed.
    static Result<EditLock> take(const std::string &path);
    EditLock(EditLock &&) noexcept;
    EditLock &operator=(EditLock &&) noexcept;
    ~EditLock();

    // As edit_file(), once.
    Result<void> edit(const Edit &edit);

  private:
    explicit EditLock(std::unique_ptr<FileEditor> editor);
    std::unique_ptr<FileEditor> editor_;
};

} // namespace mk
