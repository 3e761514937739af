// SPDX-License-Identifier: GPL-2.0-only
// Tools that load and unload modules, and give up before they ask the kernel. kmod's tools find by
// themselves that a module, a file or a right is missing, or that a configuration forbids it.
#pragma once

#include "core/limits.hpp"
#include "core/recorder.hpp"
#include "core/syscalls.hpp"
#include "kernel/spinlock.hpp"

namespace mk {

// Any context.
class ToolEvents {
  public:
    struct End {
        u32 status;
        u32 signal; // 0: none
        bool filters_calls;
    };

    ToolEvents(Recorder &recorder, Calls &calls, Limits &limits)
        : recorder_(recorder), calls_(calls), limits_(limits) {}

    // A record tells why the current process has failed already.
    void explained();
    // The current process ends with an error.
    void ends(const End &end);

  private:
    // Processes with a record, the last of them. One that is forgotten has one more record.
    struct Explained {
        struct {
            u32 tgid;
            u64 started_ns;
        } processes[32] = {};
        u32 next = 0;
    };

    bool is_explained(const mk_task &task, const mk_origin &origin);

    Recorder &recorder_;
    Calls &calls_;
    Limits &limits_;
    SpinLock<Explained> explained_;
};

} // namespace mk
