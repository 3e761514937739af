// SPDX-License-Identifier: GPL-2.0-only
#include "base/write_all.hpp"

#include <unistd.h>

#include <cerrno>

namespace mk {

int write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto wrote = write(fd, bytes.data(), bytes.size());
        if (wrote < 0 && errno != EINTR)
            return errno;
        bytes.remove_prefix(wrote < 0 ? 0 : static_cast<std::size_t>(wrote));
    }
    return 0;
}

} // namespace mk
