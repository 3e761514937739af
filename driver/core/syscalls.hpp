// SPDX-License-Identifier: GPL-2.0-only
// System calls that load and unload modules, while they are under way, and what was seen of each.
//
// A call belongs to the task that makes it. Only that task finds it and writes to it, in probes
// and in notifications alike, so that it needs no lock. Only tasks that may load modules have
// calls here: of others there may be any number, and all of them are refused at once.
#pragma once

#include <linux/modkeeper.h>

#include "core/caller.hpp"
#include "core/clients.hpp"
#include "core/kernel_lines.hpp"
#include "core/module_origin.hpp"
#include "core/record.hpp"
#include "core/request_module.hpp"
#include "kapi/core.h"
#include "kernel/file.hpp"
#include "kernel/sched.hpp"
#include "kernel/slab.hpp"
#include "kernel/spinlock.hpp"
#include "kernel/uaccess.hpp"
#include "lib/atomic.hpp"
#include "lib/fixed_text.hpp"
#include "lib/placement_new.hpp"

namespace mk {

// A new one is zeroed, except for the bytes of its texts.
struct Call {
    mk_task_work work = {}; // first: see of()
    mk_call_kind kind = MK_CALL_FINIT_MODULE;
    u32 flags = 0;
    u64 began_ns = 0;
    mk_step step = MK_STEP_CALLED;
    long result = 0;              // or -errno
    KernelLines *lines = nullptr; // printed during the call; NULL: nobody listens
    Client *client = nullptr;     // for which the process acts; NULL: nobody asked
    Caller caller;
    u32 parent_pid = 0;
    char parent_comm[MODKEEPER_COMM_SIZE] = {};
    FixedText<command_text_max> command;
    FixedText<name_text_max> name; // delete_module: as given; else of the file, or the module's
    bool cut = false;              // the file's path did not fit, or was not available
    bool command_cut = false;
    bool helper = false;   // the kernel started the task, when the call began
    UserText text;         // where the name, or the parameters, are
    bool text_cut = false; // the name, or the parameters

    // loads only
    FixedText<load_text_max> args; // as far as they are read before the module exists
    FileReference opened;          // until its path is taken, and compared if a rule asks for it
    FixedText<path_text_max> file;
    struct mk_file_place place = {}; // of that file; with inode 0: not seen
    u64 file_bytes = 0;
    long read_result = 0;
    bool at_path = false;     // the first process sees the file there, too: it was compared
    bool looked_into = false; // the file's bytes were seen, and:
    bool sound = false;
    bool for_this_kernel = false;
    long signature_result = 0;
    u32 signature = 0;     // enum modkeeper_signature, once the module exists
    u64 init_began_ns = 0; // 0: not seen
    u64 init_ns = 0;       // until it failed
    LoadOrigin origin;     // once its LOAD_BEGIN is written
    bool left_out = false; // it was not, for the budget was used up
    bool denied = false;   // by the policy
    bool failed = false;   // the module's end was reported, and:
    __u64 memory[MODKEEPER_MEMORY_KINDS] = {};
    RequestLink request;
    u64 decision_sequence = 0; // of the POLICY_DECISION, 0: none
    FixedText<rule_text_max> rule;
    FixedText<rule_reason_text_max> rule_reason;

    bool loads() const { return kind != MK_CALL_DELETE_MODULE; }
    // The kernel asked for it on behalf of a task that may not load modules: as long as it fails,
    // any user can have it again.
    bool is_anybodys() const { return loads() && !request.trusted; }
    // Texts of user space that can be read without waiting.
    void read_texts_nofault();
    // Those that are missing. Process context, no locks held.
    void read_missing_texts();
    // Which file was opened, and its path as the task sees it; @opened stays. Process context;
    // locks that sleep may be held.
    void take_path();
    // Whether the first process sees it there, too. In the same way; gives back what it takes.
    void compare_path();
    // Drops a file whose path was not taken. Any context.
    void drop_file();
    static Call *of(mk_task_work *work) { return reinterpret_cast<Call *>(work); }
};

// Of a load, NULL: its call was not seen. Any context, in its task.
bool is_anybodys(const Call *call);
// Whose budget its records are of then.
u32 payer_of(const Call *call);
// Did the kernel start the task of a load? As of when its call began: one whose parent ends
// meanwhile is nobody's child that the kernel started. NULL, as above: as of now.
bool is_helpers(const Call *call);

// The stage of a load at which an error occurred, from the last step that was seen. All steps of
// mk_step must be reported.
modkeeper_stage stage_of(const Call &call);

// Any context unless stated otherwise.
class Calls {
  public:
    // Calls that may have failed and wait for their task to record them.
    static constexpr usize waiting_max = 32;
    // Calls that are seen at a time on a machine with so many processors. Udev runs two workers for
    // each of them and 16 more; the kernel waits for 50 helpers at a time, which may have half.
    static constexpr usize places_for(u32 cpus) { return 2UL * cpus + 68 + waiting_max; }
    // After its claim: no call that had begun before is under way still.
    static constexpr u64 settling_ns = 30ULL * 1000 * 1000 * 1000;

    // @memory: bytes_for() zeroed bytes.
    static constexpr usize bytes_for(usize places) {
        return places * (sizeof(Owner) + sizeof(Call) + sizeof(KernelLines) + sizeof(Client));
    }
    Calls(Buffer memory, usize places);
    ~Calls();
    Calls(const Calls &) = delete;
    Calls &operator=(const Calls &) = delete;

    // Of the current task; NULL: there is no place, which is counted. @helper: the kernel started
    // the task. Any user can have as many of these as there are places, and let them wait: they
    // leave half of all that there is to others.
    Call *begin(bool helper);
    // Of the current task; NULL: none.
    Call *current();
    // Is there a call of any task?
    bool any() const { return under_way_.load_relaxed() != 0; }
    // May the current task's call keep its place until the task is on its way back to user space?
    // No: there would be too few left for others.
    bool may_wait(const Call &call);
    // After which the call is not touched again.
    void end(Call &call);
    // The same of one that may_wait().
    void end_of_wait(Call &call);
    // The same, and it is counted as missed.
    void drop(Call &call);

    // From now on lines are reported that the kernel prints: calls that begin keep theirs.
    void listen() { listens_.store_relaxed(true); }
    // From now on probes report every call: one that they do not report is missed.
    void claim();
    // A load has come that is no call's. In its task.
    void unseen();
    // Did a module come without a call that probes reported, and have they reported none since?
    bool silent() const { return silent_.load_relaxed(); }
    // Do probes report every call, but for those that have no place?
    bool sees() const { return claimed_ns_.load_relaxed() && !silent(); }

    usize places() const { return places_; }
    u64 missed() const { return missed_.load_relaxed(); }

  private:
    // Owner of a place. If a task died in its call, the next task with the same memory is another
    // one, because it was started later.
    struct Owner {
        Atomic<const void *> task{nullptr}; // NULL: it is free
        Atomic<u64> started_ns{0};
        u32 pid = 0; // under the lock

        bool is(TaskKey key) const {
            return task.load_relaxed() == key.task && started_ns.load_relaxed() == key.started_ns;
        }
    };
    // Tasks whose call had no place, the last of them.
    struct Refused {
        TaskIdentity tasks[32] = {};
        u32 next = 0;

        void add(const TaskIdentity &identity);
        // False: it was not there.
        bool remove(const TaskIdentity &identity);
    };

    usize first_of(const void *task) const {
        return (reinterpret_cast<usize>(task) / 64) % places_;
    }
    Call &call(usize index) const { return calls_[index]; }
    usize take_place(const TaskIdentity &identity, bool helper);
    void free(usize at);
    void sweep();
    bool may_have_begun_before(const TaskIdentity &identity) const;

    Buffer memory_;
    usize places_;
    Owner *owners_;
    Call *calls_;
    KernelLines *lines_;
    Client *clients_;
    SpinLock<Refused> taking_;  // who takes a place, or frees that of another task
    Atomic<u64> claimed_ns_{0}; // 0: not
    Atomic<u32> under_way_{0};
    Atomic<u32> helpers_{0};
    Atomic<bool> listens_{false};
    Atomic<bool> silent_{false};
    Atomic<u32> waiting_{0};
    Atomic<u64> missed_{0};
};

} // namespace mk
