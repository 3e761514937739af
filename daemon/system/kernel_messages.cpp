// SPDX-License-Identifier: GPL-2.0-only
#include "system/kernel_messages.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/module_name.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

// "syslog facility * 8 + level"; facility 0 is the kernel
constexpr std::uint64_t levels = 8;

bool parse_number(std::string_view text, std::uint64_t &number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

} // namespace

std::vector<KernelMessage> parse_kernel_messages(std::string_view lines) {
    std::vector<KernelMessage> messages;
    for (const auto line : split(lines, "\n")) {
        const auto semicolon = line.find(';');
        // " KEY=value" lines go with the one before
        if (line.starts_with(' ') || semicolon == std::string_view::npos)
            continue;
        const auto head = split(line.substr(0, semicolon), ",");
        KernelMessage message;
        std::uint64_t priority = 0;
        if (head.size() < 3 || !parse_number(head[0], priority) || priority >= levels ||
            !parse_number(head[1], message.sequence) ||
            !parse_number(head[2], message.microseconds))
            continue;
        message.level = static_cast<unsigned>(priority);
        message.text = line.substr(semicolon + 1);
        messages.push_back(std::move(message));
    }
    return messages;
}

Result<std::vector<KernelMessage>> read_kernel_messages(const std::string &path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        const bool denied = errno == EPERM || errno == EACCES;
        return Error{
            denied ? ErrorCode::NotAuthorized : ErrorCode::Failed,
            fmt::format("the kernel's log {} cannot be read: {}", quote(path),
                        denied ? "only root may (kernel.dmesg_restrict)" : std::strerror(errno))};
    }
    std::string all;
    std::array<char, 8192> record;
    int error = 0;
    for (;;) {
        const ssize_t got = read(fd, record.data(), record.size());
        // EPIPE: some were overwritten before they could be read; continue at the oldest one
        if (got < 0 && (errno == EPIPE || errno == EINTR))
            continue;
        if (got <= 0) {
            error = got < 0 && errno != EAGAIN ? errno : 0;
            break;
        }
        all.append(record.data(), static_cast<std::size_t>(got));
    }
    close(fd);
    if (error != 0)
        return Error{error == EPERM ? ErrorCode::NotAuthorized : ErrorCode::Failed,
                     fmt::format("the kernel's log {} cannot be read: {}", quote(path),
                                 std::strerror(error))};
    return parse_kernel_messages(all);
}

} // namespace mk
