// SPDX-License-Identifier: GPL-2.0-only
// The loaded modules from the text of /proc/modules, read with a buffer larger than the file; the
// kernel hands out less than it has room for, so it takes more than one read all the same.
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include "contenders.hpp"
#include "text.hpp"

namespace mk::bench {

ProcModules::ProcModules() : file_(open("/proc/modules", O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0)
        throw std::system_error(errno, std::generic_category(), "/proc/modules");
    buffer_.resize(1 << 20);
}

ProcModules::~ProcModules() {
    close(file_);
}

namespace {

std::string_view next_word(std::string_view &line) {
    auto space = line.find(' ');
    std::string_view word = line.substr(0, space);
    line.remove_prefix(space == line.npos ? line.size() : space + 1);
    return word;
}

// "a,b,[permanent]," or "-"
void add_users(ModuleList &list, std::string_view users) {
    while (!users.empty()) {
        auto comma = users.find(',');
        if (comma == users.npos)
            return;
        if (users[0] != '[')
            list.add_user(users.substr(0, comma));
        users.remove_prefix(comma + 1);
    }
}

void parse_line(ModuleList &list, std::string_view line) {
    Module &module = list.add(next_word(line));
    module.size = parse_number(next_word(line));
    module.references = static_cast<std::uint32_t>(parse_number(next_word(line)));
    std::string_view users = next_word(line);
    module.state = parse_state(next_word(line));
    next_word(line); // address
    if (line.size() > 2 && line[0] == '(') {
        std::string_view letters = line.substr(1, line.find_first_of("+-)", 1) - 1);
        module.taints = parse_taints(letters);
    }
    add_users(list, users);
}

} // namespace

bool ProcModules::take(ModuleList &list) {
    if (lseek(file_, 0, SEEK_SET) != 0)
        return false;
    std::size_t filled = 0;
    for (;;) {
        ssize_t got = read(file_, buffer_.data() + filled, buffer_.size() - filled);
        if (got < 0)
            return false;
        if (got == 0)
            break;
        filled += static_cast<std::size_t>(got);
    }
    list.clear();
    std::string_view text{buffer_.data(), filled};
    while (!text.empty()) {
        auto newline = text.find('\n');
        parse_line(list, text.substr(0, newline));
        text.remove_prefix(newline == text.npos ? text.size() : newline + 1);
    }
    return true;
}

} // namespace mk::bench
