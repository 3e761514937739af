// SPDX-License-Identifier: GPL-2.0-only
#include "service/module_locks.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <thread>
#include <utility>

#include "base/module_name.hpp"

namespace mk::service {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds pause{50};

} // namespace

// In the order of names, so that two jobs cannot deadlock.
Result<ModuleLocks> ModuleLocks::take(const std::string &folder,
                                      const std::set<ModuleName> &modules, const Wait &wait) {
    ModuleLocks locks;
    mkdir(folder.c_str(), S_IRWXU);
    const auto deadline = Clock::now() + wait.timeout;
    for (const auto &module : modules) {
        if (!check_name(module)) // an alias that leads nowhere
            continue;
        const auto path = fmt::format("{}/{}", folder, module);
        Descriptor file(
            open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
        if (file.get() < 0)
            continue;
        while (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            if (wait.canceled && wait.canceled())
                return Error{ErrorCode::Canceled,
                             fmt::format("the job for {} was canceled before it began", module)};
            if (wait.timeout.count() > 0 && Clock::now() >= deadline)
                return Error{
                    ErrorCode::InUse,
                    fmt::format("{} was not started: a job from before the daemon was restarted is "
                                "still working on it; modkeeper log shows what the kernel logged",
                                module)};
            std::this_thread::sleep_for(pause);
        }
        locks.held_.push_back(std::move(file));
    }
    return locks;
}

} // namespace mk::service
