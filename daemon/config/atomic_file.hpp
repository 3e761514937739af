// SPDX-License-Identifier: GPL-2.0-only
// Changing a small text file so that it is either the old one or the new one, whatever happens
// meanwhile: written beside it, flushed, put in its place, and the folder flushed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace mk {

// From what the file holds ("" when there is none) to what it shall hold; nothing: as it is. ""
// takes the file away.
using Edit = std::function<Result<std::optional<std::string>>(const std::string &now)>;

// Mode, owner, lists of rights and labels of the file stay; a new one belongs to the caller, 0644.
// One editor at a time. Refused with the reason, and nothing changed: a read-only or full file
// system, a link or anything else that is no regular file, a missing permission.
Result<void> edit_file(const std::string &path, const Edit &edit);

class FileEditor;

// Keeps those who edit a file by edit_file() waiting, for whoever decides by what is in it.
class EditLock {
  public:
    // Failed when somebody else does not come to an end. Where nothing could be written anyway, in
    // a folder that is missing or read-only, nobody has to be kept from it.
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
