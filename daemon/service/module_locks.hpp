// SPDX-License-Identifier: GPL-2.0-only
// Locks on modules, one file each, which the worker of a job holds for its modules. They outlive
// the daemon as the worker does: the next daemon's jobs wait for them.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/module_name.hpp"
#include "service/event_handles.hpp"

namespace mk::service {

class ModuleLocks {
  public:
    struct Wait {
        std::chrono::microseconds timeout{0}; // 0: forever
        std::function<bool()> canceled;
    };

    // InUse: others hold one for too long; Canceled. Without the directory there are no locks: a
    // load is more important.
    static Result<ModuleLocks> take(const std::string &folder, const std::set<ModuleName> &modules,
                                    const Wait &wait);

  private:
    std::vector<Descriptor> held_;
};

} // namespace mk::service
