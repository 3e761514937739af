// SPDX-License-Identifier: GPL-2.0-only
// One small sysfs file or folder, read with as few system calls as it takes.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

namespace mk::bench {

// Closes what it holds; a negative number is nothing.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0)
            close(number_);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

  private:
    int number_;
};

// The text without its newline. False when the file is not there or could not be read.
inline bool read_small(int folder, const char *path, char (&room)[64], std::string_view &text) {
    Descriptor file(openat(folder, path, O_RDONLY | O_CLOEXEC));
    if (!file)
        return false;
    ssize_t got = read(file.get(), room, sizeof(room));
    if (got < 0)
        return false;
    text = {room, static_cast<std::size_t>(got)};
    if (!text.empty() && text.back() == '\n')
        text.remove_suffix(1);
    return true;
}

struct linux_dirent64_head {
    std::uint64_t inode;
    std::int64_t offset;
    std::uint16_t length;
    std::uint8_t type;
    char name[];
};

// Calls @visit with the name of each entry, dots left out.
template <typename Visit>
bool for_each_entry(int folder, char *room, std::size_t size, Visit visit) {
    for (;;) {
        long got = syscall(SYS_getdents64, folder, room, size);
        if (got <= 0)
            return got == 0;
        for (long at = 0; at < got;) {
            const auto *entry = reinterpret_cast<const linux_dirent64_head *>(room + at);
            if (entry->name[0] != '.')
                visit(entry->name);
            at += entry->length;
        }
    }
}

} // namespace mk::bench
