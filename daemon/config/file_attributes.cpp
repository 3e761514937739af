// SPDX-License-Identifier: GPL-2.0-only
#include "config/file_attributes.hpp"

#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>

#include "base/text_file.hpp"

namespace mk {

namespace {

constexpr const char *access_list = "system.posix_acl_access";

bool is_unsupported(int error) {
    return error == ENOTSUP || error == ENOSYS;
}

bool is_list_of_rights(std::string_view name) {
    return name.starts_with("system.posix_acl_");
}

// These vouch for the old bytes of the file.
bool is_of_the_bytes(std::string_view name) {
    return name == "security.ima" || name == "security.evm" || name == "security.capability";
}

// Nothing: there is none, or errno says why not.
std::optional<std::string> attribute(int fd, const std::string &name) {
    const auto size = fgetxattr(fd, name.c_str(), nullptr, 0);
    if (size < 0)
        return std::nullopt;
    std::string value(static_cast<std::size_t>(size), '\0');
    const auto got = fgetxattr(fd, name.c_str(), value.data(), value.size());
    if (got < 0)
        return std::nullopt;
    value.resize(static_cast<std::size_t>(got));
    return value;
}

} // namespace

int read_attributes(int fd, FileAttributes &attributes) {
    const auto size = flistxattr(fd, nullptr, 0);
    if (size < 0)
        return is_unsupported(errno) ? 0 : errno;
    std::string names(static_cast<std::size_t>(size), '\0');
    const auto got = flistxattr(fd, names.data(), names.size());
    if (got < 0)
        return errno;
    names.resize(static_cast<std::size_t>(got));
    for (const auto name : split(names, std::string_view("\0", 1))) {
        if (is_of_the_bytes(name))
            continue;
        auto value = attribute(fd, std::string(name));
        if (!value && errno != ENODATA && !is_unsupported(errno))
            return errno;
        if (value)
            attributes.emplace_back(name, std::move(*value));
    }
    return 0;
}

int write_attributes(int fd, const FileAttributes &attributes) {
    const bool has_list = std::any_of(attributes.begin(), attributes.end(),
                                      [](const auto &one) { return one.first == access_list; });
    if (!has_list && fremovexattr(fd, access_list) < 0 && errno != ENODATA &&
        !is_unsupported(errno))
        return errno;
    for (const auto &[name, value] : attributes) {
        // a label that is already right needs no right to change labels
        if (attribute(fd, name) == value)
            continue;
        if (fsetxattr(fd, name.c_str(), value.data(), value.size(), 0) == 0)
            continue;
        // The access list must stay. If the system's policy does not allow a label, it keeps the
        // one of new files.
        const bool denied = errno == EPERM || errno == EACCES;
        if (!is_unsupported(errno) && (!denied || is_list_of_rights(name)))
            return errno;
    }
    return 0;
}

} // namespace mk
