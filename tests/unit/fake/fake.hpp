// SPDX-License-Identifier: GPL-2.0-only
// A made-up kernel behind kapi.h, and how a test turns its knobs. It ends the program with one
// line when the core breaks a rule of kapi.h: a lock held where one may sleep, memory freed twice.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kapi/kapi.h"

// A module of the made-up kernel. Tests change its fields as the kernel would.
struct mk_module {
    std::string name;
    std::string version;    // empty: none
    std::string srcversion; // empty: none
    std::string args;       // told at COMING only
    bool tells_args = true; // the kernel does; newer ones do not
    __u32 state = 1;        // MODKEEPER_STATE_LIVE
    __u32 references = 0;
    __u64 taints = 0;
    __u64 memory[7] = {4096, 2048, 1024, 512, 0, 0, 0};
    std::vector<const mk_module *> uses;
    struct Parameter {
        std::string name;
        std::string type;
        __u32 mode;
    };
    std::vector<Parameter> parameters;
    bool no_exit = false;
    __u32 signature = 0; // enum modkeeper_signature
};

namespace fake {

// Everything as at the start. Checks that nothing was left behind: memory, locks, references.
void reset();

// ---- memory ----

// The @nth allocation from now on fails, once; 0: none does.
void fail_allocation(long nth);
// Since the last call.
long allocations();
long outstanding_allocations();
// What the kernel's allocator would take for what is there now; mirrors not counted.
unsigned long outstanding_bytes();
// What callers were made to pay for, since reset().
unsigned long charged_bytes();

// ---- contents of files ----

// There is a MODKEEPER_POLICY_FILE with this content; at first there is none.
void set_policy_file(std::string bytes);
// Reading it fails with this, -errno.
void set_policy_file_error(int error);
// How often it was read, since reset().
long policy_file_reads();

// ---- modules ----

// What mk_module_next() goes through, in this order. The test keeps them.
void set_live_modules(std::vector<const mk_module *> modules);

// How often the driver was held for good, since reset().
int driver_holds();

// ---- the current task and the time ----

// Where the current task comes from, and its command line with a NUL behind each word.
void set_origin(const mk_origin &origin);
void set_command(std::string words);
// What mk_file_identify() says of every file.
void set_file_place(const mk_file_place &place);
// Does the first process see each file where the current task sees it? At first it does.
void set_files_at_paths(bool at_paths);
// Runs whenever the path of a file is taken, or compared.
void set_during_paths(std::function<void()> action);
// No thread of the process lives any more that was started then.
void end_process(__u64 started_ns);
// Where every task is; at first in the initial namespaces, and in the group "/".
void set_namespaces(const mk_namespaces &namespaces);
void set_cgroup(std::string path);
void set_comm(std::string name);
// "": it is not known
void set_directory(std::string path);
// Where the parameters are in the system call of every task; at first it is in none.
void set_load_parameters(mk_user text);
// In whichever user namespace; at first it has.
void set_cap_module(bool has);
// At first it may.
void set_may_load(bool may);
// At first it is: mk_task_is_trusted().
void set_trusted(bool trusted);
// Of every task; at first 1000.
void set_uid(__u32 uid);
// Who answers for every task, where that is not its uid.
void set_owner(__u32 uid);
// Every task is a thread of the kernel.
void set_kernel_thread(bool is);
// What is called next comes from an interrupt, until it is set again.
void set_in_interrupt(bool is);
// The current task dies, and the next one in its memory is the current one.
void replace_current_task();
// Texts of user space and the command line are brought in only where one may sleep.
void set_texts_not_resident(bool away);
// mk_call_later() asks for mk_core_later(): so often since reset().
long asked_later();
void set_may_trace(bool may);
// Open files of the made-up processes; the path of each is the text at its file.
void set_holders(std::string module, std::vector<mk_holder> holders);
// How many of them the core has taken, since reset().
unsigned long holders_seen();
void kill_current_task();
// Stops the clocks at @boottime_ns; 0 lets them run again.
void set_boottime(__u64 boottime_ns);
// How often the hardware of the clocks was read.
int clock_readings();

// The last line of the core for the kernel's log.
std::string last_debug_line();
// The lines of level notice, and of level error, since reset().
std::vector<std::string> notices();
std::vector<std::string> errors();
// Of every task; at first neither a thread of the kernel nor without rights.
void set_privileges(const mk_privileges &privileges);
void set_loginuid(__u32 loginuid);
// How often the kernel was asked for the name of an address.
unsigned long symbols_asked();

// ---- subscribers of events ----

void set_listening(bool anybody);

// ---- waiting and user memory ----

// A signal for everybody who waits now and later, until reset().
void interrupt_waiters();
long waiters();
// How often the core let others run.
unsigned long yields();
// Runs in the middle of every copy to user memory.
void set_during_copy(std::function<void()> action);

} // namespace fake
