/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The wall, one side: the functions that C provides to C++.
 *
 * The C++ core sees the kernel through these functions and nothing else. The linker chooses one of
 * two implementations: driver/shim/kapi (in the module, and in KUnit under UML) or tests/unit/fake
 * (on the host, with failure injection). No function here decides anything.
 *
 * Each comment ends with the context in which the function may be called, and with what it returns.
 * "Any context" includes interrupts, NMIs, and probes that run while a raw spin lock is held: such
 * a function takes no lock but a raw one and does not sleep.
 */
#ifndef MODKEEPER_KAPI_H
#define MODKEEPER_KAPI_H

#include <linux/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- memory (slab.h, vmalloc.h) -------------------------------------------------- */

/**
 * mk_memory_alloc() - Allocate zeroed memory for the driver itself.
 * @bytes: its size
 *
 * Context: Process context. May sleep.
 * Return: the memory, or NULL.
 */
void *mk_memory_alloc(unsigned long bytes);

/**
 * mk_memory_alloc_charged() - Allocate zeroed memory on behalf of the current task.
 * @bytes: its size
 *
 * The control group of the task pays for it, so that answers count against whoever asks for them.
 *
 * Context: Process context. May sleep.
 * Return: the memory, or NULL.
 */
void *mk_memory_alloc_charged(unsigned long bytes);

/**
 * mk_memory_free() - Free what mk_memory_alloc() or mk_memory_alloc_charged() returned.
 * @memory: the memory, or NULL
 *
 * Context: Process context. May sleep.
 */
void mk_memory_free(void *memory);

/**
 * mk_mirror_alloc() - Allocate a ring that is mapped twice in a row.
 * @bytes: its size, a power of two and a multiple of the page size
 * @page: set to one more page, which lies right before the ring
 *
 * Byte i and byte i + @bytes are the same byte, so that a record which wraps around is still
 * contiguous. All of it is zeroed, and programs can map all of it.
 *
 * Context: Process context. May sleep.
 * Return: the first byte of the ring, or NULL.
 */
void *mk_mirror_alloc(unsigned long bytes, void **page);

/**
 * mk_mirror_free() - Free what mk_mirror_alloc() returned.
 * @memory: the first byte of the ring, or NULL
 * @bytes: the size that it was allocated with
 *
 * Context: Process context. May sleep.
 */
void mk_mirror_free(void *memory, unsigned long bytes);

/* ---- contents of a file (kernel_read_file.h), the kernel's release (utsname.h) -------- */

struct mk_contents {
	void *bytes;
	unsigned long size;
};

/**
 * mk_contents_read() - Read a whole file.
 * @contents: set to what was read, for mk_contents_free()
 * @path: where it is, below the root of the first process
 * @bytes_max: a longer one is refused
 *
 * Context: Process context. May sleep.
 * Return: 0, -ENOENT if there is none, or another error.
 */
int mk_contents_read(struct mk_contents *contents, const char *path, unsigned long bytes_max);

/**
 * mk_contents_free() - Free what mk_contents_read() read.
 * @contents: the contents
 *
 * Context: Process context. May sleep.
 */
void mk_contents_free(struct mk_contents *contents);

/**
 * mk_kernel_release() - Name the kernel that runs.
 *
 * Context: Any context.
 * Return: its release, as "uname -r" says it.
 */
const char *mk_kernel_release(void);

/* ---- locks (mutex.h, spinlock.h) -------------------------------------------------- */

/*
 * Room for a struct mutex, which grows under lockdep and on PREEMPT_RT; the C side asserts that it
 * fits. It may not move once it is initialised.
 */
struct mk_mutex {
	__u64 opaque[32];
};

/**
 * mk_mutex_init() - Initialise a mutex, unlocked.
 * @mutex: the mutex
 *
 * Context: Any context.
 */
void mk_mutex_init(struct mk_mutex *mutex);

/**
 * mk_mutex_destroy() - End the use of a mutex that nobody holds.
 * @mutex: the mutex
 *
 * Context: Process context. May sleep.
 */
void mk_mutex_destroy(struct mk_mutex *mutex);

/**
 * mk_mutex_lock() - Take a mutex.
 * @mutex: the mutex
 *
 * Context: Process context. May sleep. Takes @mutex, which mk_mutex_unlock() releases.
 */
void mk_mutex_lock(struct mk_mutex *mutex);

/**
 * mk_mutex_unlock() - Release a mutex.
 * @mutex: the mutex, which the current task took
 *
 * Context: Process context. Releases @mutex.
 */
void mk_mutex_unlock(struct mk_mutex *mutex);

/* Room for a raw_spinlock_t, which grows under lockdep. It spins on PREEMPT_RT too. */
struct mk_spinlock {
	__u64 opaque[16];
};

/**
 * mk_spinlock_init() - Initialise a spin lock, unlocked.
 * @lock: the lock
 *
 * Context: Any context.
 */
void mk_spinlock_init(struct mk_spinlock *lock);

/**
 * mk_spinlock_lock() - Take a spin lock and disable interrupts.
 * @lock: the lock
 *
 * Context: Any context. Takes @lock, which mk_spinlock_unlock() releases.
 * Return: the state of interrupts before, for mk_spinlock_unlock().
 */
unsigned long mk_spinlock_lock(struct mk_spinlock *lock);

/**
 * mk_spinlock_unlock() - Release a spin lock and restore the state of interrupts.
 * @lock: the lock
 * @flags: what mk_spinlock_lock() returned
 *
 * Context: Any context. Releases @lock.
 */
void mk_spinlock_unlock(struct mk_spinlock *lock, unsigned long flags);

/* ---- read, copy, update (rcupdate.h) ------------------------------------------------- */

/**
 * mk_rcu_read_lock() - Begin to read what others may replace.
 *
 * Context: Any context; nothing that sleeps until mk_rcu_read_unlock().
 */
void mk_rcu_read_lock(void);

/**
 * mk_rcu_read_unlock() - End what mk_rcu_read_lock() began.
 *
 * Context: Any context.
 */
void mk_rcu_read_unlock(void);

/**
 * mk_rcu_synchronize() - Wait until all have ended who read when this was called.
 *
 * Context: Process context. May sleep; the caller does not read itself.
 */
void mk_rcu_synchronize(void);

/* ---- waiting (wait.h) -------------------------------------------------------------- */

/* Room for a wait queue and the interrupt work that wakes it. */
struct mk_wait {
	__u64 opaque[32];
};

/**
 * mk_wait_init() - Initialise a wait queue.
 * @wait: the queue
 *
 * Context: Any context.
 */
void mk_wait_init(struct mk_wait *wait);

/**
 * mk_wait_destroy() - End the use of a wait queue on which nobody waits any more.
 * @wait: the queue
 *
 * Context: Process context. May sleep, until a wake that mk_wait_wake_soon() queued is done.
 */
void mk_wait_destroy(struct mk_wait *wait);

/**
 * mk_wait_wake() - Wake everybody who waits on a queue.
 * @wait: the queue
 *
 * Context: Process context. Takes and releases the queue's spin lock, which sleeps on PREEMPT_RT.
 */
void mk_wait_wake(struct mk_wait *wait);

/**
 * mk_wait_wake_soon() - Have an interrupt wake everybody who waits on a queue.
 * @wait: the queue
 *
 * Context: Any context.
 */
void mk_wait_wake_soon(struct mk_wait *wait);

/**
 * mk_wait_until() - Sleep until a condition is true.
 * @wait: the queue that is woken when the condition may have changed
 * @ready: the condition; called without locks, must not sleep
 * @argument: handed to @ready
 *
 * Context: Process context. May sleep.
 * Return: 0, or -ERESTARTSYS when a signal came first.
 */
int mk_wait_until(struct mk_wait *wait, bool (*ready)(void *argument), void *argument);

/* ---- user memory (uaccess.h) ------------------------------------------------------- */

/*
 * An address in the memory of the calling process. For C, and for sparse, it is a pointer to user
 * memory on both sides of a call. For C++ it is a number, which cannot be dereferenced. Kernels
 * hand over both alike.
 */
#ifdef __cplusplus
typedef __UINTPTR_TYPE__ mk_user;
#else
typedef void __user *mk_user;
#endif

/**
 * mk_copy_to_user() - Copy to the memory of the calling process.
 * @to: where to
 * @from: memory of the kernel
 * @bytes: how many
 *
 * Context: Process context. May sleep; the caller holds no locks.
 * Return: 0, or -EFAULT, when part of the target may have been written.
 */
int mk_copy_to_user(mk_user to, const void *from, unsigned long bytes);

/**
 * mk_copy_racing_to_user() - Copy what may be overwritten meanwhile, as mk_copy_to_user() does.
 * @to: where to
 * @from: memory of the kernel; the caller finds out afterwards whether it was overwritten
 * @bytes: how many
 *
 * Context: Process context. May sleep; the caller holds no locks.
 * Return: 0, or -EFAULT, when part of the target may have been written.
 */
int mk_copy_racing_to_user(mk_user to, const void *from, unsigned long bytes);

/**
 * mk_copy_from_user() - Copy from the memory of the calling process.
 * @to: memory of the kernel
 * @from: where from
 * @bytes: how many
 *
 * Context: Process context. May sleep; the caller holds no locks.
 * Return: 0, or -EFAULT, when part of @to may have been written.
 */
int mk_copy_from_user(void *to, mk_user from, unsigned long bytes);

/**
 * mk_read_user_text_nofault() - Copy a text of the calling process that is in memory already.
 * @to: room for @bytes, filled with as much of the text as fits, without a NUL
 * @from: the text, which ends with a NUL
 * @bytes: the size of @to
 *
 * Context: Any context.
 * Return: the length of the text, or more than @bytes when it was cut; -EFAULT, also where the text
 * would have to be paged in first.
 */
long mk_read_user_text_nofault(char *to, mk_user from, unsigned long bytes);

/**
 * mk_read_user_text() - Copy a text of the calling process.
 * @to: room for @bytes, filled with as much of the text as fits, without a NUL
 * @from: the text, which ends with a NUL
 * @bytes: the size of @to
 *
 * Context: Process context. May sleep, to page the text in; the caller holds no locks.
 * Return: the length of the text, or more than @bytes when it was cut; -EFAULT.
 */
long mk_read_user_text(char *to, mk_user from, unsigned long bytes);

/* ---- later (workqueue.h) ------------------------------------------------------------ */

/**
 * mk_call_later() - Have mk_core_later() called in about a second.
 *
 * However often this is called until then, mk_core_later() is called once.
 *
 * Context: Any context.
 */
void mk_call_later(void);

/* ---- time and the current task (ktime.h, sched.h, cred.h) -------------------------- */

struct mk_times {
	__u64 boottime_ns;
	__u64 realtime_ns;
};

/**
 * mk_times_now() - Read both clocks that records are stamped with.
 *
 * Context: Any context.
 * Return: boot time and wall-clock time, of the same moment.
 */
struct mk_times mk_times_now(void);

/**
 * mk_boottime_coarse_ns() - Read boot time as of the last tick.
 *
 * It is cheap where reading the clock's hardware takes microseconds.
 *
 * Context: Any context.
 * Return: boot time in nanoseconds.
 */
__u64 mk_boottime_coarse_ns(void);

/**
 * mk_cpu_current() - Say on which processor this runs.
 *
 * Context: Any context. A task that can be preempted may be elsewhere by now.
 * Return: the processor's number.
 */
__u32 mk_cpu_current(void);

/* In the order of struct modkeeper_record, so that it can be filled in inside a record. */
struct mk_task {
	__u32 pid;
	__u32 tgid;
	__u32 uid;
	__u32 loginuid;
	char comm[16];
};

/* The user of what no user does. */
#define MK_NOBODY 4294967295U

/**
 * mk_task_current() - Describe the current task.
 * @task: filled in, with numbers as the initial namespaces see them
 *
 * The user is that of the task's own credentials, not of those that the kernel lends it. In an
 * interrupt there is no task, whatever it interrupted: pid and tgid are 0, uid and loginuid are
 * MK_NOBODY, and comm is empty.
 *
 * Context: Any context.
 */
void mk_task_current(struct mk_task *task);

/* Where the current task comes from. */
struct mk_origin {
	__u64 started_ns; /* boot time at which its process was started */
	__u32 parent_pid; /* 0: none that can be seen */
	char parent_comm[16];
	bool helper; /* the kernel started its process, or such a process did */
};

/**
 * mk_task_origin() - Say where the current task comes from.
 * @origin: filled in
 *
 * Context: Any context.
 */
void mk_task_origin(struct mk_origin *origin);

/**
 * mk_read_task_command_nofault() - Copy a command line that is in memory already.
 * @to: room for @bytes, filled with as much of that of the current process as fits, its words
 *      separated by NULs
 * @bytes: the size of @to
 *
 * Context: Any context.
 * Return: its length, 0 when it has none; -EFAULT, also where it would have to be paged in first.
 */
long mk_read_task_command_nofault(char *to, unsigned long bytes);

/**
 * mk_read_task_command() - Copy the command line of the current process.
 * @to: room for @bytes, filled with as much of it as fits, its words separated by NULs
 * @bytes: the size of @to
 *
 * Context: Process context. May sleep, to page it in; the caller holds no locks.
 * Return: its length, 0 when it has none; -EFAULT.
 */
long mk_read_task_command(char *to, unsigned long bytes);

/* Stands for one task, even after its memory has become another task's. */
struct mk_task_identity {
	const void *task;
	__u64 started_ns;
	__u32 pid; /* of the thread */
};

/**
 * mk_task_identity() - Identify the current task.
 *
 * Context: Any context.
 * Return: its identity.
 */
struct mk_task_identity mk_task_identity(void);

/* Tells a task from every other one, even after its memory has become another task's. */
struct mk_task_key {
	const void *task;
	__u64 started_ns;
};

/**
 * mk_task_key() - Identify the current task where nobody asks whether it still runs.
 *
 * It takes fewer steps than mk_task_identity().
 *
 * Context: Any context.
 * Return: its key, with the same values as in its identity.
 */
struct mk_task_key mk_task_key(void);

/**
 * mk_task_lives() - Ask whether a task still runs.
 * @identity: the task
 *
 * Context: Any context.
 * Return: false once it has ended; the caller then sees all that it wrote.
 */
bool mk_task_lives(const struct mk_task_identity *identity);

/**
 * mk_process_lives() - Ask whether any thread of a process still runs.
 * @tgid: the process, as the initial namespace sees it
 * @started_ns: started_ns of its origin
 *
 * Its first thread may have ended before the others.
 *
 * Context: Any context.
 * Return: false once all of its threads have ended.
 */
bool mk_process_lives(__u32 tgid, __u64 started_ns);

/**
 * mk_task_is_trusted() - Ask whether the current task may load modules, without a trace.
 *
 * It is trusted when it has CAP_SYS_MODULE in the initial user namespace, both by its own
 * credentials and by those that the kernel lends it. No security module is asked, and nothing goes
 * to the audit log. A kernel thread may work for anybody, and is not trusted; nor is an interrupt.
 *
 * Context: Any context.
 * Return: true if it is.
 */
bool mk_task_is_trusted(void);

/**
 * mk_task_has_cap_module() - Ask whether the current task has CAP_SYS_MODULE, without a trace.
 *
 * In which user namespace, mk_task_namespaces() says.
 *
 * Context: Any context, in a task.
 * Return: true if it is in its effective set.
 */
bool mk_task_has_cap_module(void);

/* What a policy asks about the rights of a task. */
struct mk_privileges {
	bool kernel_thread;
	/*
	 * CAP_SYS_MODULE, CAP_SYS_ADMIN or CAP_NET_ADMIN in the initial user namespace, by the
	 * credentials that it acts with
	 */
	bool privileged;
};

/**
 * mk_task_privileges() - Say what rights the current task has, without a trace.
 * @privileges: filled in
 *
 * Context: Any context, in a task.
 */
void mk_task_privileges(struct mk_privileges *privileges);

/**
 * mk_task_owner() - Find the user who answers for what the current task does.
 *
 * In a user namespace, a user can act as any of its subordinate users. There it is the owner of the
 * outermost namespace below the initial one.
 *
 * Context: Any context.
 * Return: the user, or MK_NOBODY for a kernel thread and for an interrupt.
 */
__u32 mk_task_owner(void);

/**
 * mk_in_interrupt() - Ask whether an interrupt, or what it left to do, came upon the current task.
 *
 * Context: Any context but a probe, which may be an interrupt itself; a tracepoint is none.
 * Return: true in a hard interrupt, a soft interrupt and an NMI.
 */
bool mk_in_interrupt(void);

/* Inode numbers of namespaces, as /proc/self/ns shows them; 0: not known. */
struct mk_namespaces {
	__u64 user; /* in which the capabilities of the task are good */
	__u64 pid;
	__u64 mount;
	bool is_initial_user;
	bool is_initial_pid;
};

/**
 * mk_task_namespaces() - Say in which namespaces the current task is.
 * @namespaces: filled in
 *
 * Context: Any context, in a task.
 */
void mk_task_namespaces(struct mk_namespaces *namespaces);

/**
 * mk_task_cgroup() - Say in which control group of the default hierarchy the current task is.
 * @to: room for @bytes, at least 1, filled with as much of its path from the root as fits, without
 * a NUL
 * @bytes: the size of @to
 *
 * Context: Any context, in a task.
 * Return: the length of the path, or more than @bytes when it was cut; -ENOENT on a kernel without
 * control groups.
 */
long mk_task_cgroup(char *to, unsigned long bytes);

/**
 * mk_task_directory() - Say in which directory the current task works.
 * @to: room for @bytes, filled with the path as the task sees it, without a NUL
 * @bytes: the size of @to
 *
 * Context: Any context, in a task whose directory no other task changes.
 * Return: the length of the path; -ENAMETOOLONG when it does not fit, -ENOENT when the task has
 * none any more, -EOPNOTSUPP on PREEMPT_RT.
 */
long mk_task_directory(char *to, unsigned long bytes);

/* Room for work that a task does before it returns to user space. */
struct mk_task_work {
	__u64 opaque[4];
};

/**
 * mk_task_yield() - Let others have the CPU where it is their turn.
 *
 * Context: Process context. May sleep; the caller holds no locks.
 * Return: 0, or -ERESTARTSYS when a signal is pending.
 */
int mk_task_yield(void);

/**
 * mk_task_may_load() - Ask the security modules too whether the current task may load modules.
 *
 * Context: Process context. May sleep; the caller holds no locks.
 * Return: true if it has CAP_SYS_MODULE in the initial user namespace.
 */
bool mk_task_may_load(void);

/**
 * mk_task_may_trace() - Ask whether the current task may look into other processes.
 *
 * Context: Process context. May sleep; the caller holds no locks.
 * Return: true if it has CAP_SYS_PTRACE in the initial user namespace.
 */
bool mk_task_may_trace(void);

/* ---- modules (module.h, moduleparam.h) ---------------------------------------------- */

/**
 * mk_driver_hold() - Take a reference on this module, which nobody gives back.
 *
 * Context: Any context, in a call that keeps the module loaded.
 */
void mk_driver_hold(void);

/*
 * A loaded module of the kernel. A pointer is good from the module's COMING notification until its
 * GOING notification has returned.
 */
struct mk_module;

/*
 * What the kernel knows of a module. Pointers are good as long as the module is, except @args: only
 * at COMING is it what the caller gave, as the parser cuts it up later; elsewhere it is NULL, and
 * at COMING too from Linux 7.3 on, which shows it to nobody.
 */
struct mk_module_facts {
	const char *name;
	const char *version;	/* NULL: none */
	const char *srcversion; /* NULL: none */
	const char *args;
	__u64 taints;
	__u64 memory[7]; /* bytes, indexed by enum modkeeper_memory_kind; init counts until freed */
	__u32 parameter_count;
	__u32 signature; /* enum modkeeper_signature */
	bool no_exit;	 /* has an init and no exit function */
	bool args_cut;	 /* false; for the core, which may know only a part of @args */
};

/**
 * mk_module_facts() - Describe a module.
 * @module: the module
 * @facts: filled in
 *
 * Context: Any context.
 */
void mk_module_facts(const struct mk_module *module, struct mk_module_facts *facts);

/**
 * mk_load_parameters() - Find the parameters in the system call of the current task.
 *
 * Context: Process context.
 * Return: where the text is that finit_module or init_module was given; 0: no such call is seen.
 */
mk_user mk_load_parameters(void);

/**
 * mk_kernel_vermagic() - Say what a module for the running kernel has as its vermagic.
 *
 * Context: Any context.
 * Return: a constant such as "6.1.0-56-amd64 SMP preempt mod_unload ".
 */
const char *mk_kernel_vermagic(void);

/**
 * mk_module_state() - Read the state of a module.
 * @module: the module
 *
 * Context: Any context.
 * Return: LIVE, COMING or GOING of enum modkeeper_module_state.
 */
__u32 mk_module_state(const struct mk_module *module);

/**
 * mk_module_name() - Read the name of a module.
 * @module: the module
 *
 * Context: Any context.
 * Return: the name, which is good as long as the module is.
 */
const char *mk_module_name(const struct mk_module *module);

/**
 * mk_module_references() - Read how many references to a module there are.
 * @module: the module
 *
 * Context: Any context.
 * Return: what sysfs shows as refcnt.
 */
__u32 mk_module_references(const struct mk_module *module);

/**
 * mk_module_use_next() - Go through the modules that a module uses.
 * @module: the module that uses them
 * @cursor: where the walk is; points at NULL before the first call
 *
 * The list must not change: call it in a COMING or LIVE notification of @module, or while the GOING
 * notification of @module cannot return.
 *
 * Context: Any context.
 * Return: the next one, or NULL after the last.
 */
const struct mk_module *mk_module_use_next(const struct mk_module *module, const void **cursor);

struct mk_parameter_facts {
	const char *name; /* without the module's prefix */
	const char *type; /* as modinfo says it, "unknown" for a module's own types */
	__u32 mode;	  /* permissions in sysfs, 0: not there */
};

/**
 * mk_module_parameter() - Describe a parameter of a module.
 * @module: the module
 * @index: which one, less than parameter_count of its facts
 * @facts: filled in
 *
 * Context: Any context.
 */
void mk_module_parameter(const struct mk_module *module, __u32 index,
			 struct mk_parameter_facts *facts);

/**
 * mk_module_next() - Go through the live modules in the order in which they were loaded.
 * @module: the module before, NULL for the first one
 *
 * The caller holds the mutex that the core takes in every GOING notification: as long as none can
 * return, the kernel frees no module.
 *
 * Context: Process context. May sleep on PREEMPT_RT, where it takes and releases a spin lock.
 * Return: the module after @module, or NULL after the last.
 */
const struct mk_module *mk_module_next(const struct mk_module *module);

/* ---- files and symbols (fs.h, fdtable.h, kallsyms.h) ---------------------------------- */

/* An open file of the kernel, struct file. */
struct mk_file;

/* A device, as its nodes have it. */
enum mk_node_kind {
	MK_NODE_NONE,
	MK_NODE_CHARACTER,
	MK_NODE_BLOCK
};

/* A file that a process has open or mapped, and what it is. */
struct mk_holder {
	const struct mk_file *file;
	__u32 pid; /* of the first thread that has it, as the initial namespace sees it */
	__u32 tgid;
	__s32 fd;	    /* -1: a mapping */
	__u32 references;   /* to the module */
	__u32 is_on;	    /* it is a file of a file system of the module */
	__u32 node_kind;    /* enum mk_node_kind: that it is open as */
	__u32 device_major; /* of its file system */
	__u32 device_minor;
	__u32 node_major; /* of the device that it is a node of */
	__u32 node_minor;
	__u64 inode;
	char comm[16]; /* of the process */
};

/* How far a walk through all files has come; all zero at first. */
struct mk_holder_place {
	__u32 pid; /* of the thread that is next */
	__u32 fd;
	__u64 address;
	__u32 is_in_memory; /* its mappings are next, from @address on */
};

/**
 * mk_holders_each() - Go through the open files and mappings that hold a module.
 * @module: the module's name
 * @with_devices: also through those of devices, of whatever module, and those on disks
 * @place: where to begin; left at the file at which @each returned false
 * @each: called with every open file whose operations, device, file system or protocol are in the
 *        module, and every mapping of a file that has references to it, until it returns false;
 * must not sleep, may call mk_file_get()
 * @argument: handed to @each
 *
 * Context: Process context. May sleep between files; the caller holds no locks.
 * Return: 1 when @each returned false, 0 when these were all, -EINTR when the caller is being
 * killed.
 */
int mk_holders_each(const char *module, bool with_devices, struct mk_holder_place *place,
		    bool (*each)(void *argument, const struct mk_holder *holder), void *argument);

/**
 * mk_file_get() - Take a reference to an open file.
 * @file: the file, which is open for as long as the caller is in a probe or in mk_holders_each()
 *
 * Context: Any context.
 */
void mk_file_get(const struct mk_file *file);

/**
 * mk_file_put() - Give back a reference that mk_file_get() took.
 * @file: the file
 *
 * Context: Any context.
 */
void mk_file_put(const struct mk_file *file);

/**
 * mk_file_path() - Write the path of an open file.
 * @file: the file
 * @to: room for @bytes, filled with the path, without a NUL
 * @bytes: the size of @to
 *
 * Context: Any context in which spin locks may be taken, which sleep on PREEMPT_RT; not a probe.
 * Return: the length of the path; -ENAMETOOLONG when it does not fit, or another -errno.
 */
long mk_file_path(const struct mk_file *file, char *to, unsigned long bytes);

/* Which file it is, whatever its path says, and from where the current task sees that path. */
struct mk_file_place {
	__u64 inode;
	__u32 device_major; /* of its file system */
	__u32 device_minor;
	bool other_root;     /* the task's root is not that of the first process */
	bool on_root_device; /* it is on the file system of the first process's root */
};

/**
 * mk_file_identify() - Say which file an open file is.
 * @file: the file
 * @place: filled in
 *
 * Context: Any context in which spin locks may be taken, which sleep on PREEMPT_RT; not a probe.
 */
void mk_file_identify(const struct mk_file *file, struct mk_file_place *place);

/**
 * mk_file_is_at() - Ask whether the first process sees a file at a path, too.
 * @file: the file
 * @path: what mk_file_path() wrote, without a NUL
 * @bytes: the length of @path
 *
 * It does if the file was opened there below its root, in its mounts; or, whatever it was opened
 * through, if it would find the file there without leaving the mount of its root. A path that the
 * kernel makes up, as for memory that looks like a file, counts in the mounts and below the root of
 * the first process. Nothing is looked up, and nothing of user space is waited for.
 *
 * Context: Process context. May sleep, to give back references.
 * Return: true if it does; false if it does not, or nobody can tell.
 */
bool mk_file_is_at(const struct mk_file *file, const char *path, unsigned long bytes);

/**
 * mk_symbol_text() - Name an address in the kernel's code.
 * @address: the address
 * @to: room for @bytes, filled with as much of "symbol+0xoffset/0xsize [module]" as fits
 * @bytes: the size of @to
 *
 * Context: Any context.
 * Return: the length of the text; 0 when the address has no name.
 */
long mk_symbol_text(unsigned long address, char *to, unsigned long bytes);

/**
 * mk_probes_missed() - Count the events that probes dropped since the driver was loaded.
 *
 * Context: Process context. Takes and releases a spin lock.
 * Return: how many.
 */
__u64 mk_probes_missed(void);

/* ---- generic netlink (genetlink.h) -------------------------------------------------- */

/**
 * mk_events_have_subscribers() - Ask whether any socket has subscribed to events.
 *
 * Context: Any context.
 * Return: true if one has.
 */
bool mk_events_have_subscribers(void);

/* ---- the kernel's log (printk.h) ---------------------------------------------------- */

/**
 * mk_log_error() - Write a line of level "err" to the kernel's log.
 * @text: the line, without the driver's name and without a newline
 *
 * Context: Any context.
 */
void mk_log_error(const char *text);

/**
 * mk_log_info() - Write a line of level "info" to the kernel's log.
 * @text: the line, without the driver's name and without a newline
 *
 * Context: Any context.
 */
void mk_log_info(const char *text);

/**
 * mk_log_notice() - Write a line of level "notice" to the kernel's log.
 * @text: the line, without the driver's name and without a newline
 *
 * Context: Any context.
 */
void mk_log_notice(const char *text);

/**
 * mk_logs_debug() - Read the module parameter debug.
 *
 * Context: Any context.
 * Return: true if mk_log_debug() writes anything.
 */
bool mk_logs_debug(void);

/**
 * mk_log_debug() - Write a line to the kernel's log if the module parameter debug is on.
 * @text: the line, without the driver's name and without a newline
 *
 * Context: Any context.
 */
void mk_log_debug(const char *text);

#ifdef __cplusplus
}
#endif

#endif /* MODKEEPER_KAPI_H */
