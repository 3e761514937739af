// SPDX-License-Identifier: GPL-2.0-only
#include "explain/capability.hpp"

namespace mk {

std::optional<Diagnosis> without_capability(driver::Capability capability,
                                            std::string_view outcome) {
    switch (capability) {
    case driver::Capability::Missing:
        return failure(Cause::NotPrivileged, outcome, "the caller did not have CAP_SYS_MODULE",
                       "do it as root on the host, where a unit with ProtectKernelModules= or "
                       "CapabilityBoundingSet= may lack it too, or ask the daemon with \"modkeeper "
                       "load\" or \"modkeeper unload\"");
    case driver::Capability::OwnNamespace:
        return failure(Cause::UserNamespace, outcome,
                       "the caller was in a user namespace of its own, where neither root nor "
                       "CAP_SYS_MODULE gives a right over the kernel's modules",
                       "do it outside of that namespace: on the host, before the container starts");
    case driver::Capability::Held:
    case driver::Capability::Unknown:
        break;
    }
    return std::nullopt;
}

} // namespace mk
