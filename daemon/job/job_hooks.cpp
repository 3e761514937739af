// SPDX-License-Identifier: GPL-2.0-only
#include "job/job_hooks.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace mk {

namespace {

template <typename Answer, typename... Arguments> void
serialize(std::function<Answer(Arguments...)> &hook, const std::shared_ptr<std::mutex> &mutex) {
    if (hook)
        hook = [mutex, inner = std::move(hook)](Arguments... arguments) {
            const std::lock_guard lock(*mutex);
            return inner(arguments...);
        };
}

} // namespace

JobHooks serialized(JobHooks hooks) {
    const auto mutex = std::make_shared<std::mutex>();
    serialize(hooks.planned, mutex);
    serialize(hooks.started, mutex);
    serialize(hooks.ended, mutex);
    serialize(hooks.asked, mutex);
    serialize(hooks.answered, mutex);
    serialize(hooks.canceled, mutex);
    return hooks;
}

} // namespace mk
