// SPDX-License-Identifier: GPL-2.0-only
#include "job/job_hooks.hpp"

#include <memory>

#include "base/guarded.hpp"

namespace mk {

namespace {

using Shared = std::shared_ptr<Guarded<JobHooks>>;

template <auto hook> void serialize(JobHooks &hooks, const Shared &inner) {
    if (hooks.*hook)
        hooks.*hook = [inner](const auto &...arguments) {
            return ((*inner->lock()).*hook)(arguments...);
        };
}

} // namespace

JobHooks serialized(JobHooks hooks) {
    const auto inner = std::make_shared<Guarded<JobHooks>>(hooks);
    serialize<&JobHooks::planned>(hooks, inner);
    serialize<&JobHooks::started>(hooks, inner);
    serialize<&JobHooks::ended>(hooks, inner);
    serialize<&JobHooks::asked>(hooks, inner);
    serialize<&JobHooks::answered>(hooks, inner);
    serialize<&JobHooks::canceled>(hooks, inner);
    return hooks;
}

} // namespace mk
