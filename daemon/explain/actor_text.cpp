// SPDX-License-Identifier: GPL-2.0-only
#include "explain/actor_text.hpp"

#include "explain/client.hpp"
#include "explain/control_group.hpp"

namespace mk {

std::string who(const driver::Event &event) {
    return fmt::format("{}[{}] of uid {}{}{}", event.comm, event.tgid, event.uid,
                       in_place(driver::cgroup_of(event)), for_client(event));
}

} // namespace mk
