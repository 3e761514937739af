// SPDX-License-Identifier: GPL-2.0-only
// The time, the current task and the kernel's log.
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

#include <sched.h>
#include <unistd.h>

#include "fake.hpp"
#include "state.hpp"

namespace {

std::atomic<__u64> stopped_at;
std::atomic<int> clock_readings_made;
std::atomic<bool> may_load = true;
std::atomic<bool> may_trace = true;
std::atomic<bool> trusted = true;
std::atomic<bool> kernel_thread = false;
std::atomic<bool> interrupt = false;
std::atomic<__u32> uid = 1000;
std::atomic<__u32> owner = MK_NOBODY; // the same
std::atomic<bool> texts_are_away = false;
std::atomic<long> later_asked;
std::string held_module;
std::vector<mk_holder> holders;
unsigned long seen_holders;
bool killed;
std::atomic<long> files_held;
// Of every task; tests that change them have one.
mk_origin task_origin;
std::string command;
mk_file_place file_place;
bool files_at_paths = true;
std::function<void()> during_paths;
std::set<__u64> ended_processes; // when they were started
constexpr mk_namespaces initial_namespaces = {4026531837, 4026531836, 4026531841, true, true};
constexpr mk_privileges all_privileges = {false, true};
mk_privileges privileges = all_privileges;
std::atomic<__u32> loginuid = MK_NOBODY;
mk_namespaces namespaces = initial_namespaces;
std::string cgroup = "/";
std::string comm = "fake-task";
std::string directory;
bool has_cap_module = true;
std::mutex log_lock;
std::string debug_line;
std::vector<std::string> notice_lines;
std::vector<std::string> error_lines;
std::atomic<unsigned long> asked_symbols;

// The tasks that live, by the memory that they have and when they were started.
std::mutex lives_lock;
std::set<std::pair<const void *, __u64>> lives;
std::atomic<__u64> births = 1;

struct Life {
    Life() { begin(); }
    ~Life() { end(); }

    void begin() {
        std::lock_guard guard(lives_lock);
        started_ns = births++;
        lives.insert({this, started_ns});
    }
    void end() {
        std::lock_guard guard(lives_lock);
        lives.erase({this, started_ns});
    }

    __u64 started_ns = 0;
};

Life &life() {
    thread_local Life own;
    return own;
}

long copy_command(char *to, unsigned long bytes) {
    std::memcpy(to, command.data(), std::min(bytes, command.size()));
    return static_cast<long>(command.size());
}

long put_path(std::string_view path, char *to, unsigned long bytes) {
    if (path.size() > bytes)
        return -ENAMETOOLONG;
    std::memcpy(to, path.data(), path.size());
    return static_cast<long>(path.size());
}

__u64 now(clockid_t clock) {
    timespec time;
    clock_gettime(clock, &time);
    return static_cast<__u64>(time.tv_sec) * 1000000000 + static_cast<__u64>(time.tv_nsec);
}

mk_times times() {
    if (__u64 stopped = stopped_at.load(std::memory_order_relaxed))
        return {stopped, 1700000000000000000ULL + stopped};
    // As the kernel does it: the clocks differ by offsets that it keeps.
    static const __u64 boottime_offset = now(CLOCK_BOOTTIME) - now(CLOCK_MONOTONIC);
    static const __u64 realtime_offset = now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC);
    __u64 monotonic = now(CLOCK_MONOTONIC);
    return {monotonic + boottime_offset, monotonic + realtime_offset};
}

} // namespace

namespace fake {

std::string last_debug_line() {
    std::lock_guard guard(log_lock);
    return debug_line;
}

std::vector<std::string> notices() {
    std::lock_guard guard(log_lock);
    return notice_lines;
}

std::vector<std::string> errors() {
    std::lock_guard guard(log_lock);
    return error_lines;
}

void set_privileges(const mk_privileges &all) {
    privileges = all;
}
void set_loginuid(__u32 of) {
    loginuid = of;
}

unsigned long symbols_asked() {
    return asked_symbols;
}

void set_may_load(bool may) {
    may_load = may;
}
void set_may_trace(bool may) {
    may_trace = may;
}
void set_trusted(bool is) {
    trusted = is;
}
void set_uid(__u32 of) {
    uid = of;
}
void set_owner(__u32 of) {
    owner = of;
}
void set_kernel_thread(bool is) {
    kernel_thread = is;
}
void set_in_interrupt(bool is) {
    interrupt = is;
}
void replace_current_task() {
    life().end();
    life().begin();
}
void set_texts_not_resident(bool away) {
    texts_are_away = away;
}
bool texts_not_resident() {
    return texts_are_away;
}
long asked_later() {
    return later_asked;
}
void set_holders(std::string module, std::vector<mk_holder> all) {
    held_module = std::move(module);
    holders = std::move(all);
}
unsigned long holders_seen() {
    return seen_holders;
}
void kill_current_task() {
    killed = true;
}
void set_boottime(__u64 boottime_ns) {
    stopped_at = boottime_ns;
}
int clock_readings() {
    return clock_readings_made;
}

void set_origin(const mk_origin &origin) {
    task_origin = origin;
}
void set_command(std::string words) {
    command = std::move(words);
}
void set_file_place(const mk_file_place &place) {
    file_place = place;
}

void set_files_at_paths(bool at_paths) {
    files_at_paths = at_paths;
}
void set_during_paths(std::function<void()> action) {
    during_paths = std::move(action);
}
void end_process(__u64 started_ns) {
    std::lock_guard guard(lives_lock);
    ended_processes.insert(started_ns);
}
void set_namespaces(const mk_namespaces &all) {
    namespaces = all;
}
void set_cgroup(std::string path) {
    cgroup = std::move(path);
}
void set_comm(std::string name) {
    comm = std::move(name);
}
void set_directory(std::string path) {
    directory = std::move(path);
}
void set_cap_module(bool has) {
    has_cap_module = has;
}

void reset_tasks() {
    task_origin = {};
    command.clear();
    file_place = {};
    files_at_paths = true;
    during_paths = nullptr;
    ended_processes.clear();
    namespaces = initial_namespaces;
    privileges = all_privileges;
    loginuid = MK_NOBODY;
    notice_lines.clear();
    error_lines.clear();
    cgroup.assign(1, '/'); // g++ 12 warns of a literal here, when it optimises
    comm = "fake-task";
    directory.clear();
    has_cap_module = true;
    if (files_held)
        broken("a file is held for ever");
    stopped_at = 0;
    may_load = true;
    may_trace = true;
    trusted = true;
    kernel_thread = false;
    interrupt = false;
    uid = 1000;
    owner = MK_NOBODY;
    texts_are_away = false;
    later_asked = 0;
    holders.clear();
    seen_holders = 0;
    killed = false;
}

} // namespace fake

extern "C" {

mk_times mk_times_now(void) {
    clock_readings_made.fetch_add(1, std::memory_order_relaxed);
    return times();
}

__u64 mk_boottime_coarse_ns(void) {
    return times().boottime_ns;
}

__u32 mk_cpu_current(void) {
    return static_cast<__u32>(sched_getcpu());
}

void mk_task_current(mk_task *task) {
    thread_local const __u32 thread = static_cast<__u32>(gettid());
    static const __u32 process = static_cast<__u32>(getpid());
    *task = {thread, process, uid, loginuid, {}};
    std::memcpy(task->comm, comm.data(), std::min(comm.size(), sizeof(task->comm) - 1));
}

void mk_task_origin(mk_origin *origin) {
    *origin = task_origin;
}

long mk_read_task_command_nofault(char *to, unsigned long bytes) {
    return texts_are_away ? -EFAULT : copy_command(to, bytes);
}

long mk_read_task_command(char *to, unsigned long bytes) {
    fake::no_locks_held("mk_read_task_command");
    return copy_command(to, bytes);
}

struct mk_task_identity mk_task_identity(void) {
    return {&life(), life().started_ns, static_cast<__u32>(gettid())};
}

struct mk_task_key mk_task_key(void) {
    return {&life(), life().started_ns};
}

bool mk_task_lives(const struct mk_task_identity *identity) {
    std::lock_guard guard(lives_lock);
    return lives.count({identity->task, identity->started_ns});
}

bool mk_process_lives(__u32, __u64 started_ns) {
    std::lock_guard guard(lives_lock);
    return !ended_processes.contains(started_ns);
}

bool mk_task_is_trusted(void) {
    return trusted && !kernel_thread;
}

bool mk_task_has_cap_module(void) {
    return has_cap_module;
}

void mk_task_namespaces(struct mk_namespaces *all) {
    *all = namespaces;
}

long mk_task_directory(char *to, unsigned long bytes) {
    return directory.empty() ? -EOPNOTSUPP : put_path(directory, to, bytes);
}

long mk_task_cgroup(char *to, unsigned long bytes) {
    if (cgroup.empty())
        return -ENOENT;
    std::memcpy(to, cgroup.data(), std::min(bytes, cgroup.size()));
    return static_cast<long>(cgroup.size());
}

bool mk_in_interrupt(void) {
    return interrupt;
}

void mk_task_privileges(struct mk_privileges *all) {
    *all = privileges;
}

__u32 mk_task_owner(void) {
    if (kernel_thread)
        return MK_NOBODY;
    return owner == MK_NOBODY ? uid : owner;
}

void mk_call_later(void) {
    later_asked++;
}

const char *mk_kernel_vermagic(void) {
    return "6.1.0-test SMP mod_unload ";
}

void mk_file_get(const mk_file *) {
    files_held++;
}

void mk_file_put(const mk_file *) {
    files_held--;
}

long mk_file_path(const mk_file *file, char *to, unsigned long bytes) {
    if (during_paths)
        during_paths();
    return put_path(reinterpret_cast<const char *>(file), to, bytes);
}

void mk_file_identify(const mk_file *, struct mk_file_place *place) {
    *place = file_place;
}

bool mk_file_is_at(const mk_file *file, const char *path, unsigned long bytes) {
    fake::may_sleep("mk_file_is_at");
    if (during_paths)
        during_paths();
    return files_at_paths && std::string_view(path, bytes) == reinterpret_cast<const char *>(file);
}

long mk_symbol_text(unsigned long address, char *to, unsigned long bytes) {
    asked_symbols++;
    char text[64];
    int length = std::snprintf(text, sizeof(text), "symbol_%lu+0x1/0x2", address);
    std::memcpy(to, text, std::min(bytes, static_cast<unsigned long>(length)));
    return length;
}

__u64 mk_probes_missed(void) {
    return 0;
}

bool mk_task_may_load(void) {
    fake::no_locks_held("mk_task_may_load");
    return may_load;
}

bool mk_task_may_trace(void) {
    fake::no_locks_held("mk_task_may_trace");
    return may_trace;
}

int mk_holders_each(const char *module, bool with_devices, mk_holder_place *place,
                    bool (*each)(void *, const mk_holder *), void *argument) {
    fake::no_locks_held("mk_holders_each");
    if (held_module != module)
        return 0;
    if (killed)
        return -4; // EINTR
    // As under a lock of the kernel: whoever sleeps in there is caught.
    fake::held.spinlocks++;
    for (; place->fd < holders.size(); place->fd++) {
        const mk_holder &holder = holders[place->fd];
        const bool is_told = with_devices && (holder.node_kind || holder.device_major);
        if (!holder.references && !holder.is_on && !is_told)
            continue;
        if (!each(argument, &holder))
            break;
        seen_holders++;
    }
    fake::held.spinlocks--;
    return place->fd < holders.size();
}

void mk_log_error(const char *text) {
    std::lock_guard guard(log_lock);
    error_lines.emplace_back(text);
}
void mk_log_info(const char *) {}
void mk_log_notice(const char *text) {
    std::lock_guard guard(log_lock);
    notice_lines.emplace_back(text);
}
bool mk_logs_debug(void) {
    return true;
}
void mk_log_debug(const char *text) {
    std::lock_guard guard(log_lock);
    debug_line = text;
}

} // extern "C"
