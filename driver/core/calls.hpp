// SPDX-License-Identifier: GPL-2.0-only
// The system calls that load and unload modules, while they are under way: what was seen of each
// so far.
//
// A call belongs to the task that makes it. Only that task finds it and writes to it, in probes
// and in notifications alike, so that it needs no lock.
#pragma once

#include <linux/modkeeper.h>

#include "core/record.hpp"
#include "core/requests.hpp"
#include "kapi/core.h"
#include "kernel/file.hpp"
#include "lib/atomic.hpp"
#include "lib/fixed_text.hpp"
#include "lib/place.hpp"

namespace mk {

struct Call {
    mk_deferred deferred; // first: see of()
    mk_call_kind kind;
    u32 flags;
    u64 began_ns;
    mk_step step;
    long result; // 0 or -errno
    u32 parent_pid;
    char parent_comm[MODKEEPER_COMM_SIZE];
    FixedText<command_text_max> command;
    FixedText<name_text_max> name; // delete_module: as given; else of the file, or the module's
    bool cut;                      // a text of these did not fit

    // loads only
    FixedText<127> args; // as far as they are read before the module is there
    bool args_cut;
    FileReference opened; // until its path is taken
    FixedText<path_text_max> file;
    u64 file_bytes;
    long read_result;
    bool looked_into; // the file's bytes were seen, and:
    bool sound;
    bool for_this_kernel;
    long signature_result;
    u32 signature;     // enum modkeeper_signature, once the module is there
    u64 init_began_ns; // 0: not seen
    u64 init_ns;       // until it failed
    bool failed;       // the module's end was told, and:
    __u64 memory[MODKEEPER_MEMORY_KINDS];
    RequestLink request;

    bool loads() const { return kind != MK_CALL_DELETE_MODULE; }
    // The path of the file that was opened, and nothing of it is held any more. Process context.
    void take_path();
    static Call *of(mk_deferred *deferred) { return reinterpret_cast<Call *>(deferred); }
};

// At which stage of a load an error came, from how far it was seen to go. Needs all steps of
// mk_step to be told.
modkeeper_stage stage_of(const Call &call);

// Any context.
class Calls {
  public:
    // Calls that are seen at a time.
    static constexpr usize places = 32;

    // Of the current task; NULL: there is no place, which is counted.
    Call *begin();
    // Of the current task; NULL: none.
    Call *current();
    // After which the call is not touched again.
    void end(Call &call);
    // The same, and it is counted as missed.
    void drop(Call &call);

    u64 missed() const { return missed_.load_relaxed(); }

  private:
    struct Slot {
        Atomic<const void *> task{nullptr};
        Call call;
    };

    usize first_of(const void *task) const { return (reinterpret_cast<usize>(task) / 64) % places; }

    Slot places_[places];
    Atomic<u64> missed_{0};
};

} // namespace mk
