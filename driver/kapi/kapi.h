/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The wall, one side: what C gives to C++.
 *
 * The C++ core sees the kernel through these functions and nothing else. Three things stand
 * behind them, chosen by the linker: driver/shim (the module, and KUnit under UML) and
 * tests/unit/fake (the host, with failure injection). No function here decides anything.
 *
 * Every function says in which context it may be called:
 *   process   process context, may sleep
 *   atomic    any context, never sleeps
 */
#ifndef MODKEEPER_KAPI_H
#define MODKEEPER_KAPI_H

#include <linux/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- memory (slab.h, vmalloc.h) -------------------------------------------------- */

/* Zeroed memory of @bytes, or NULL. process */
void *mk_memory_alloc(unsigned long bytes);
/* The same for an answer, or what else a caller brings about: its control group pays. process */
void *mk_memory_alloc_charged(unsigned long bytes);
/* NULL is fine. process */
void mk_memory_free(void *memory);

/*
 * @bytes of zeroed memory, a power of two and a multiple of the page size, mapped twice in a
 * row: byte i and byte i + @bytes are the same one, so that what wraps is still contiguous. Right
 * before it lies one more page, to which *@page is set; all of it can be mapped by programs. NULL
 * when there is none. process
 */
void *mk_mirror_alloc(unsigned long bytes, void **page);
void mk_mirror_free(void *memory, unsigned long bytes);

/* ---- locks (mutex.h, spinlock.h) -------------------------------------------------- */

/*
 * Room for the kernel's own objects, which grow under lockdep and on PREEMPT_RT; the C side
 * asserts that they fit. They may not move once initialised.
 */
struct mk_mutex {
	__u64 opaque[32];
};

void mk_mutex_init(struct mk_mutex *mutex);    /* atomic */
void mk_mutex_destroy(struct mk_mutex *mutex); /* process */
void mk_mutex_lock(struct mk_mutex *mutex);    /* process */
void mk_mutex_unlock(struct mk_mutex *mutex);  /* process */

/* A raw spin lock with interrupts off: spins on PREEMPT_RT too. */
struct mk_spinlock {
	__u64 opaque[16];
};

void mk_spinlock_init(struct mk_spinlock *lock);			/* atomic */
unsigned long mk_spinlock_lock(struct mk_spinlock *lock);		/* atomic; returns flags */
void mk_spinlock_unlock(struct mk_spinlock *lock, unsigned long flags); /* atomic */

/* ---- waiting (wait.h) -------------------------------------------------------------- */

struct mk_wait {
	__u64 opaque[32];
};

void mk_wait_init(struct mk_wait *wait);      /* atomic */
void mk_wait_destroy(struct mk_wait *wait);   /* process; nobody waits any more */
void mk_wait_wake(struct mk_wait *wait);      /* process */
void mk_wait_wake_soon(struct mk_wait *wait); /* atomic; in a moment, from another context */
/*
 * Sleeps until @ready(@argument) is true: 0, or -ERESTARTSYS when a signal came first. @ready
 * is called without locks and must not sleep. process
 */
int mk_wait_until(struct mk_wait *wait, bool (*ready)(void *argument), void *argument);

/* ---- user memory (uaccess.h) ------------------------------------------------------- */

/* An address in the memory of the calling process, not to be dereferenced. */
typedef __u64 mk_user;

/* 0 or -EFAULT; part of the target may have been written. process, no locks held */
int mk_copy_to_user(mk_user to, const void *from, unsigned long bytes);
int mk_copy_from_user(void *to, mk_user from, unsigned long bytes);
/*
 * The text at @from, without its NUL, as much of it as fits into @bytes: its length, more than
 * @bytes when it was cut; -EFAULT, also where memory would have to be brought in first. atomic
 */
long mk_peek_user_text(char *to, mk_user from, unsigned long bytes);
/* The same, and memory is brought in. process, no locks held */
long mk_read_user_text(char *to, mk_user from, unsigned long bytes);

/* ---- later (workqueue.h) ------------------------------------------------------------ */

/* mk_core_later() is called in about a second; asked again before, it is called once. atomic */
void mk_call_later(void);

/* ---- time and the current task (ktime.h, sched.h, cred.h) -------------------------- */

struct mk_times {
	__u64 boottime_ns;
	__u64 realtime_ns;
};

struct mk_times mk_times_now(void); /* atomic */
/* As of the last tick, and cheap: reading the hardware takes microseconds on some machines. atomic
 */
__u64 mk_boottime_coarse_ns(void);

__u32 mk_cpu_current(void); /* atomic; a task that can be preempted may be elsewhere by now */

/* In the order of struct modkeeper_record: it is filled in where it shall lie. */
struct mk_task {
	__u32 pid;
	__u32 tgid;
	__u32 uid;
	__u32 loginuid;
	char comm[16];
};

/* In place of a user: there is none. */
#define MK_NOBODY 4294967295U

/*
 * By its own credentials, whatever those with which the kernel acts for it. In an interrupt there
 * is no task, whatever it came upon: pid and tgid are 0, uid and loginuid MK_NOBODY, comm is empty.
 * atomic
 */
void mk_task_current(struct mk_task *task);

/* Where the current task comes from. */
struct mk_origin {
	__u64 started_ns; /* boot time at which its process was started */
	__u32 parent_pid; /* 0: none that can be seen */
	char parent_comm[16];
	bool helper; /* its process was started by the kernel, or by such a process */
};

void mk_task_origin(struct mk_origin *origin); /* atomic */
/*
 * The command line of the current process, words apart by NULs, as much of it as fits into @bytes:
 * its length, 0 when it has none, or -EFAULT, also where memory would have to be brought in first.
 * atomic
 */
long mk_task_command(char *to, unsigned long bytes);
/* The same, and memory is brought in. process, no locks held */
long mk_read_task_command(char *to, unsigned long bytes);

/* Stands for one task, also after it is gone and its memory is another one's. */
struct mk_task_identity {
	const void *task;
	__u64 started_ns;
	__u32 pid; /* of the thread */
};

struct mk_task_identity mk_task_identity(void); /* of the current task; atomic */
/* Does that task still run? atomic */
bool mk_task_lives(const struct mk_task_identity *identity);
/*
 * Has it CAP_SYS_MODULE in the initial user namespace, by its own credentials and by those with
 * which the kernel acts for it? Without asking security modules, and without a trace in the audit
 * log. No thread of the kernel has it, which may work for anybody, and no interrupt. atomic
 */
bool mk_task_is_trusted(void);
/*
 * Who answers for what the current task does: its user. In user namespaces a user can have as many
 * others as it has subordinate ones, so there it is the owner of the first namespace below the
 * initial one. MK_NOBODY: it is a thread of the kernel, or no task at all. atomic
 */
__u32 mk_task_owner(void);

/* Room for work that a task does before it is back in user space. */
struct mk_deferred {
	__u64 opaque[4];
};

/*
 * Lets others have the CPU where it is their turn: 0, or -ERESTARTSYS when a signal waits. process,
 * no locks held
 */
int mk_task_yield(void);
/* May it load modules (CAP_SYS_MODULE in the initial user namespace)? process */
bool mk_task_may_load(void);
/* May it look into other processes (CAP_SYS_PTRACE in the same)? process */
bool mk_task_may_trace(void);

/* ---- modules (module.h, moduleparam.h) ---------------------------------------------- */

/*
 * A loaded module of the kernel. A pointer is good from its COMING until its GOING notification
 * has returned.
 */
struct mk_module;

/*
 * What the kernel says of a module. Pointers live as long as the module does, except @args,
 * which is as given only at COMING (the parser cuts it up later) and NULL elsewhere.
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
};

void mk_module_facts(const struct mk_module *module, struct mk_module_facts *facts); /* atomic */
/* What modules for the running kernel say: "6.1.0-56-amd64 SMP preempt mod_unload ". atomic */
const char *mk_kernel_vermagic(void);
/* enum modkeeper_module_state, LIVE, COMING or GOING. atomic */
__u32 mk_module_state(const struct mk_module *module);
/* Of a module that is there. atomic */
const char *mk_module_name(const struct mk_module *module);
/* What sysfs calls refcnt. atomic */
__u32 mk_module_references(const struct mk_module *module);

/*
 * The modules that @module needs, one a call. *@cursor starts as NULL; NULL is returned after
 * the last one. Only while the list cannot change: in a COMING or LIVE notification of @module, or
 * while its GOING notification cannot return. atomic
 */
const struct mk_module *mk_module_use_next(const struct mk_module *module, const void **cursor);

struct mk_parameter_facts {
	const char *name; /* without the module's prefix */
	const char *type; /* as modinfo would say, "unknown" for a module's own kinds */
	__u32 mode;	  /* permissions in sysfs, 0: not there */
};

/* @index below parameter_count. atomic */
void mk_module_parameter(const struct mk_module *module, __u32 index,
			 struct mk_parameter_facts *facts);

/*
 * The live module behind @module, for NULL the first, in the order in which they were loaded; NULL
 * behind the last. With none of them in its hands the kernel may unload any: only while no GOING
 * notification can return, because the caller holds what the core waits for in it. process
 */
const struct mk_module *mk_module_next(const struct mk_module *module);

/* ---- files and symbols (fs.h, fdtable.h, kallsyms.h) ---------------------------------- */

struct mk_file;

/* An open file of a process, and what it is. */
struct mk_holder {
	const struct mk_file *file;
	__u32 pid; /* of the first thread that has it, as the initial namespace sees it */
	__u32 tgid;
	__s32 fd;
	__u32 device_major; /* of its file system */
	__u32 device_minor;
	__u32 node_major; /* that it stands for */
	__u32 node_minor;
	__u64 inode;
	char comm[16]; /* of the process */
};

/* How far a walk through all files has come; all zero at first. */
struct mk_holder_place {
	__u32 pid; /* of the thread that is next */
	__u32 fd;
};

/*
 * Calls @each with every open file from @place on whose operations, file system or protocol are in
 * the module of this name, until it returns false, and leaves @place at that file. @each must not
 * sleep and may ask for the path. 1: it returned false; 0: these were all; -EINTR: the caller is
 * being killed. Lets others run between. process, no locks held
 */
int mk_holders_each(const char *module, struct mk_holder_place *place,
		    bool (*each)(void *argument, const struct mk_holder *holder), void *argument);

/* Keeps @file from going away, until mk_file_put(). atomic */
void mk_file_get(const struct mk_file *file);
void mk_file_put(const struct mk_file *file);
/*
 * The path of @file: its length, more than @bytes and nothing written when it is longer, or -errno.
 * Where spin locks may be taken, which sleep on PREEMPT_RT: not in a probe.
 */
long mk_file_path(const struct mk_file *file, char *to, unsigned long bytes);

/* Which file it is, whatever its path says, and from where the current task sees that path. */
struct mk_file_place {
	__u64 inode;
	__u32 device_major; /* of its file system */
	__u32 device_minor;
	__u64 mount_namespace; /* of the task, as /proc/self/ns/mnt says; 0: not known */
	bool other_root;       /* the task's root is not that of the first process */
};

/* Where spin locks may be taken, as above. */
void mk_file_identify(const struct mk_file *file, struct mk_file_place *place);
/* "symbol+0xoffset/0xsize [module]" of @address, as much as fits: its length. atomic */
long mk_symbol_text(unsigned long address, char *to, unsigned long bytes);

/* Events that a probe did not tell of, since the driver was loaded. process */
__u64 mk_probes_missed(void);

/* ---- generic netlink (genetlink.h) -------------------------------------------------- */

/* Has anybody subscribed to events? atomic */
bool mk_events_have_subscribers(void);

/* ---- the kernel's log (printk.h) ---------------------------------------------------- */

/* One line, without a newline, prefixed with the driver's name. atomic */
void mk_log_error(const char *text);
void mk_log_info(const char *text);
/* Is the module parameter debug on? atomic */
bool mk_logs_debug(void);
/* Only when it is. atomic */
void mk_log_debug(const char *text);

#ifdef __cplusplus
}
#endif

#endif /* MODKEEPER_KAPI_H */
