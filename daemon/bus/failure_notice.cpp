// SPDX-License-Identifier: GPL-2.0-only
#include "bus/failure_notice.hpp"

#include <fmt/format.h>

#include "engine/errno_text.hpp"

namespace mk::bus {

Error describe_failure(const driver::Event &event) {
    auto message = fmt::format("module {} did not become live: it failed after it was linked, when "
                               "its parameters were set or in its init",
                               event.module);
    if (event.error != 0)
        message += fmt::format("; the kernel answered {}", engine::errno_text(event.error));
    message += fmt::format("; {} (pid {}, uid {}) asked for it; look at the kernel's log",
                           event.comm, event.tgid, event.uid);
    return {ErrorCode::InitFailed, std::move(message)};
}

} // namespace mk::bus
