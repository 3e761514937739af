// SPDX-License-Identifier: GPL-2.0-only
// Kernel calls that report when each one starts. Nothing can end such a call, so whoever waits must
// know since when it has been running.
#pragma once

#include <functional>

#include "base/module_name.hpp"
#include "job/job_hooks.hpp"
#include "job/module_calls.hpp"

namespace mk {

// For several threads at a time when @hooks are. Keeps references to both.
class WatchedCalls final : public ModuleCalls {
  public:
    WatchedCalls(ModuleCalls &calls, const JobHooks &hooks) : calls_(calls), hooks_(hooks) {}

    Result<int> insert(const Insertion &what) override {
        tell(hooks_.asked, what.module);
        auto answer = calls_.insert(what);
        tell(hooks_.answered, what.module);
        return answer;
    }
    int remove(const ModuleName &name, unsigned flags) override {
        tell(hooks_.asked, name);
        const int error = calls_.remove(name, flags);
        tell(hooks_.answered, name);
        return error;
    }

  private:
    static void tell(const std::function<void(const std::string &)> &hook,
                     const std::string &module) {
        if (hook)
            hook(module);
    }

    ModuleCalls &calls_;
    const JobHooks &hooks_;
};

} // namespace mk
