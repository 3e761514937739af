// SPDX-License-Identifier: GPL-2.0-only
#include "config/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "base/descriptor.hpp"
#include "base/errno_text.hpp"
#include "base/write_all.hpp"
#include "config/file_attributes.hpp"

namespace mk {

namespace {

constexpr std::size_t text_max = 1 << 20;

std::string advice(int error) {
    switch (error) {
    case EROFS:
        return "; the file system is mounted read-only: remount it writable first";
    case ENOSPC:
    case EDQUOT:
        return "; free some space first";
    case ELOOP:
        return "; it is a symbolic link, and links are not followed: change the file that it "
               "points to, or remove the link";
    case EBUSY:
        return "; somebody else changed it at the same time: try again";
    case ETIMEDOUT:
        return "; another change to it does not finish: find its process with ps, end it, and try "
               "again";
    case EFBIG:
        return "; it is too large: remove lines that are not needed, or move some to another file "
               "in the same directory";
    case EIO:
        return "; its disk or file system is failing: see the kernel log";
    case ENOENT:
        return "; its directory is missing: create it first";
    default:
        return "";
    }
}

} // namespace

Error write_failure(const std::string &path, int error) {
    const bool denied = error == EACCES || error == EPERM;
    return {denied ? ErrorCode::NotAuthorized : ErrorCode::Failed,
            fmt::format("{} cannot be written: {}{}; nothing was changed", path, errno_text(error),
                        advice(error)),
            {.number = error}};
}

namespace {

bool is_same(const timespec &one, const timespec &other) {
    return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
}

struct Before {
    bool exists = false;
    struct stat status {};
    std::string text;
    FileAttributes attributes;
};

} // namespace

// The lock is a file that only its owner can open, so nobody else can delay a change by holding it;
// nothing is ever written to it. The new file is created each time: an existing one may belong to
// somebody, be open somewhere, or have another name.
class FileEditor {
  public:
    explicit FileEditor(const std::string &path)
        : path_(path), name_(path.substr(path.rfind('/') + 1)), new_name_("." + name_ + ".new"),
          lock_name_("." + name_ + ".lock"),
          folder_(open(path.substr(0, path.rfind('/') + 1).c_str(),
                       O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
          no_folder_(folder_.get() < 0 ? errno : 0) {}
    FileEditor(const FileEditor &) = delete;
    FileEditor &operator=(const FileEditor &) = delete;
    ~FileEditor() {
        if (!lock_)
            return;
        unlinkat(folder_.get(), new_name_.c_str(), 0);
        unlinkat(folder_.get(), lock_name_.c_str(), 0);
    }

    Result<void> run(const Edit &edit) {
        if (int error = lock_ ? 0 : lock(); error != 0)
            return write_failure(path_, error);
        auto before = TRY(read());
        auto wanted = TRY(edit(before.text));
        if (!wanted || *wanted == before.text)
            return {};
        const int error = wanted->empty() ? remove(before) : replace(before, *wanted);
        if (error != 0)
            return write_failure(path_, error);
        fsync(folder_.get());
        return {};
    }

    // 0 or errno. Removes what a killed process left behind.
    int lock() {
        constexpr int attempts = 100;
        constexpr useconds_t pause_us = 100 * 1000;
        if (no_folder_ != 0)
            return no_folder_;
        for (int i = 0; i < attempts; ++i) {
            Descriptor file(openat(folder_.get(), lock_name_.c_str(),
                                   O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
            if (file.get() < 0)
                return errno;
            if (flock(file.get(), LOCK_EX | LOCK_NB) == 0 && is_lock(file.get())) {
                lock_.emplace(file.release());
                unlinkat(folder_.get(), new_name_.c_str(), 0);
                return 0;
            }
            usleep(pause_us);
        }
        return ETIMEDOUT;
    }

  private:
    // Whether the previous holder has removed it in the meantime.
    bool is_lock(int fd) const {
        struct stat held {};
        struct stat named {};
        return fstat(fd, &held) == 0 &&
               fstatat(folder_.get(), lock_name_.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
               held.st_ino == named.st_ino && held.st_dev == named.st_dev;
    }

    Result<Before> read() {
        Before before;
        Descriptor file(
            openat(folder_.get(), name_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (file.get() < 0 && errno == ENOENT)
            return before;
        if (file.get() < 0 || fstat(file.get(), &before.status) < 0)
            return write_failure(path_, errno);
        if (!S_ISREG(before.status.st_mode))
            return Error{
                ErrorCode::Failed,
                fmt::format("{} is not a regular file; move it away first; nothing was changed",
                            path_)};
        if (before.status.st_size > static_cast<off_t>(text_max))
            return write_failure(path_, EFBIG);
        before.exists = true;
        before.text.resize(static_cast<std::size_t>(before.status.st_size));
        auto got = pread(file.get(), before.text.data(), before.text.size(), 0);
        if (got < 0)
            return write_failure(path_, errno);
        before.text.resize(static_cast<std::size_t>(got));
        if (int error = read_attributes(file.get(), before.attributes); error != 0)
            return write_failure(path_, error);
        return before;
    }

    // Whether somebody who does not take the lock has written the file since, or changed who may
    // read it.
    bool is_as(const Before &before) const {
        struct stat now {};
        if (fstatat(folder_.get(), name_.c_str(), &now, AT_SYMLINK_NOFOLLOW) < 0)
            return !before.exists && errno == ENOENT;
        return before.exists && now.st_dev == before.status.st_dev &&
               now.st_ino == before.status.st_ino && now.st_size == before.status.st_size &&
               now.st_mode == before.status.st_mode && now.st_uid == before.status.st_uid &&
               now.st_gid == before.status.st_gid && is_same(now.st_mtim, before.status.st_mtim) &&
               is_same(now.st_ctim, before.status.st_ctim);
    }

    // 0 or errno. Nobody else may read it before it is complete.
    int write_new(const Before &before, const std::string &text) const {
        constexpr mode_t usual = 0644;
        constexpr mode_t permissions = 07777;
        const Descriptor file(openat(folder_.get(), new_name_.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                     S_IRUSR | S_IWUSR));
        const int fd = file.get();
        struct stat made {};
        if (fd < 0 || fstat(fd, &made) < 0)
            return errno;
        if (int error = write_all(fd, text); error != 0)
            return error;
        const auto &old = before.status;
        if (before.exists && (old.st_uid != made.st_uid || old.st_gid != made.st_gid) &&
            fchown(fd, old.st_uid, old.st_gid) < 0)
            return errno;
        // before the mode, which a list of rights would narrow
        if (int error = before.exists ? write_attributes(fd, before.attributes) : 0; error != 0)
            return error;
        if (fchmod(fd, before.exists ? old.st_mode & permissions : usual) < 0)
            return errno;
        return fsync(fd) < 0 ? errno : 0;
    }

    // 0 or errno.
    int replace(const Before &before, const std::string &text) {
        if (int error = write_new(before, text); error != 0)
            return error;
        if (!is_as(before))
            return EBUSY;
        if (renameat(folder_.get(), new_name_.c_str(), folder_.get(), name_.c_str()) < 0)
            return errno;
        return 0;
    }

    // 0 or errno.
    int remove(const Before &before) const {
        if (!is_as(before))
            return EBUSY;
        return unlinkat(folder_.get(), name_.c_str(), 0) < 0 ? errno : 0;
    }

    std::string path_;
    std::string name_;
    std::string
        new_name_; // begins with a dot, like the lock's name: nobody reads it as configuration
    std::string lock_name_;
    Descriptor folder_;
    int no_folder_ = 0; // or errno
    std::optional<Descriptor> lock_;
};

Result<void> edit_file(const std::string &path, const Edit &edit) {
    return FileEditor(path).run(edit);
}

EditLock::EditLock(std::unique_ptr<FileEditor> editor) : editor_(std::move(editor)) {}
EditLock::EditLock(EditLock &&) noexcept = default;
EditLock &EditLock::operator=(EditLock &&) noexcept = default;
EditLock::~EditLock() = default;

Result<void> EditLock::edit(const Edit &edit) {
    return editor_->run(edit);
}

Result<EditLock> EditLock::take(const std::string &path) {
    auto editor = std::make_unique<FileEditor>(path);
    const int error = editor->lock();
    if (error != 0 && error != ENOENT && error != EROFS && error != EACCES)
        return write_failure(path, error);
    return EditLock(std::move(editor));
}

} // namespace mk
