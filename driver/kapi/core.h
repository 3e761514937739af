/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The wall, other side: the functions that C++ provides to C.
 *
 * The files in driver/shim own every function that the kernel calls, and forward to these. Results
 * are 0 or positive, or -errno. "Any context" has the same meaning as in kapi.h. Between
 * mk_core_init() and mk_core_exit(), all of them may run at the same time unless stated otherwise.
 */
#ifndef MODKEEPER_CORE_H
#define MODKEEPER_CORE_H

#include <linux/types.h>

#include "kapi.h"

struct modkeeper_info;
struct modkeeper_stats;
struct modkeeper_module;

#ifdef __cplusplus
extern "C" {
#endif

/* ---- life -------------------------------------------------------------------------- */

struct mk_config {
	/* of the first ring: a power of two and a multiple of the page size; the second is smaller
	 */
	unsigned long ring_bytes;
	unsigned int cpus;    /* that there may be: how many calls are seen at a time */
	const char *version;  /* of the driver; stays valid */
	__u64 features;	      /* MODKEEPER_FEATURE_* that the shims provide */
	__u32 policy_ceiling; /* enum modkeeper_policy_mode: what the policy may do at most */
};

/*
 * The bounds of the module parameter ring_kb; C refuses what lies outside or is no power of
 * two before it calls mk_core_init().
 */
#define MK_RING_KB_MIN 64
#define MK_RING_KB_MAX 65536

/**
 * mk_core_init() - Start the core.
 * @config: what it is started with
 *
 * Call it before any other function of the core.
 *
 * Context: Process context. May sleep.
 * Return: 0, or -errno, when nothing stays behind.
 */
int mk_core_init(const struct mk_config *config);

/**
 * mk_core_take_policy() - Take the policy of the file that an initramfs may have brought.
 *
 * Call it before the notifier is registered. A bad file, or none, is no failure.
 *
 * Context: Process context. May sleep.
 */
void mk_core_take_policy(void);

/**
 * mk_core_seed() - Record the modules that are loaded already, as PRESENT.
 *
 * Call it after the notifier is registered. A module that the notifier has reported by then is not
 * recorded again.
 *
 * Context: Process context. May sleep. Takes and releases the inventory's mutex.
 */
void mk_core_seed(void);

/**
 * mk_core_add_features() - Add sources that started after the core.
 * @features: MODKEEPER_FEATURE_*, added to those of the config
 *
 * Context: Process context.
 */
void mk_core_add_features(__u64 features);

/**
 * mk_core_switch_feature() - Add or take away one source while the driver runs.
 * @feature: MODKEEPER_FEATURE_*
 * @on: whether it is there
 *
 * Context: Process context; one call at a time.
 */
void mk_core_switch_feature(__u64 feature, bool on);

/**
 * mk_core_exit() - End the core.
 *
 * Call it when no other function of the core runs or will be called.
 *
 * Context: Process context. May sleep.
 */
void mk_core_exit(void);

/* ---- module notifications ------------------------------------------------------------ */

/**
 * mk_core_module_coming() - Take in a module that is about to be initialised.
 * @module: the module
 *
 * The policy is asked before anything else. A record that cannot be written is counted as lost, and
 * is no reason to refuse the load. After a refusal the core keeps nothing of @module, as the kernel
 * does not report its end.
 *
 * Context: Process context. May sleep. Takes and releases the inventory's mutex.
 * Return: 0, or -EACCES, which refuses the load.
 */
int mk_core_module_coming(const struct mk_module *module);

/**
 * mk_core_module_live() - Record that the init of a module succeeded.
 * @module: the module
 *
 * Context: Process context. May sleep. Takes and releases the inventory's mutex.
 */
void mk_core_module_live(const struct mk_module *module);

/**
 * mk_core_module_going() - Record the end of a module: its init failed, or it is being unloaded.
 * @module: the module, which the core does not touch after this returns
 *
 * Context: Process context. May sleep. Takes and releases the inventory's mutex.
 */
void mk_core_module_going(const struct mk_module *module);

/* ---- system calls on modules, as probes see them ---------------------------------------- */

/*
 * All of these run in the task that makes the call, from its entry to its end. A call that began
 * before the probes were there, or for which there was no room, is not recorded.
 */
enum mk_call_kind {
	MK_CALL_INIT_MODULE = 1, /* as enum modkeeper_call */
	MK_CALL_FINIT_MODULE = 2,
	MK_CALL_DELETE_MODULE = 3,
};

/* How far a load came, in the order in which the kernel goes. */
enum mk_step {
	MK_STEP_CALLED,	    /* the system call was entered */
	MK_STEP_ADMITTED,   /* the caller may load modules */
	MK_STEP_READ,	    /* the file is being read */
	MK_STEP_SIGNATURE,  /* the signature was checked */
	MK_STEP_LAYOUT,	    /* format accepted; memory and symbols come next */
	MK_STEP_LINKED,	    /* symbols found */
	MK_STEP_COMING,	    /* notifiers are being called */
	MK_STEP_PARAMETERS, /* parameters are being set */
	MK_STEP_SYSFS,
	MK_STEP_INIT, /* its init runs */
};

/**
 * mk_core_calls_max() - Say how many calls the core can follow at the same time.
 *
 * Context: Any context.
 * Return: how many.
 */
unsigned int mk_core_calls_max(void);

/**
 * mk_core_call_began() - Begin to follow a system call.
 * @kind: which one
 * @flags: its flags
 * @text: the parameters of init_module and finit_module, the name of delete_module
 *
 * Context: Any context, in the task that makes the call.
 * Return: true if mk_core_call_returned() is to be called when the call returns.
 */
bool mk_core_call_began(enum mk_call_kind kind, unsigned int flags, mk_user text);

/**
 * mk_core_call_step() - Note that a load has come to a step.
 * @step: the step; those that a kernel does not show are left out
 *
 * Context: Any context, in the task that makes the call.
 */
void mk_core_call_step(enum mk_step step);

/**
 * mk_core_call_file() - Note which file a load is about to read.
 * @file: the file
 *
 * Context: Any context, in the task that makes the call.
 */
void mk_core_call_file(const struct mk_file *file);

/**
 * mk_core_call_read() - Note what a load has read from its file.
 * @bytes: what was read, NULL if nothing was
 * @result: how many bytes they are, or -errno
 *
 * Context: Any context, in the task that makes the call.
 */
void mk_core_call_read(const void *bytes, long result);

/**
 * mk_core_call_signature() - Note how the kernel judged the signature.
 * @result: 0 or -errno
 *
 * Context: Any context, in the task that makes the call.
 */
void mk_core_call_signature(long result);

/**
 * mk_core_printed() - Note what the kernel prints.
 * @text: the text, without its level, and without a NUL
 * @bytes: its length
 *
 * Whoever prints may hold any lock: nothing is printed, nor any lock taken.
 *
 * Context: Any context but a probe, in whatever prints.
 */
void mk_core_printed(const char *text, unsigned long bytes);

/**
 * mk_core_call_returned() - Note what a call returns to its caller.
 * @result: 0 or -errno
 *
 * Context: Any context, in the task that makes the call.
 * Return: NULL, or what mk_core_call_finish() must be called with before the task is back in user
 * space.
 */
struct mk_task_work *mk_core_call_returned(long result);

/**
 * mk_core_call_finish() - Record a call that failed.
 * @work: what mk_core_call_returned() returned
 *
 * Context: Process context, in the task that made the call. May sleep; takes and releases the
 * inventory's mutex.
 */
void mk_core_call_finish(struct mk_task_work *work);

/**
 * mk_core_call_dropped() - Count a call as missed, as mk_core_call_finish() cannot be called.
 * @work: what mk_core_call_returned() returned
 *
 * Context: Any context, in the task that made the call.
 */
void mk_core_call_dropped(struct mk_task_work *work);

/* ---- what else is seen ------------------------------------------------------------------- */

/**
 * mk_core_request_made() - Record a request of the kernel for a module.
 * @alias: what request_module() asks for
 * @waits: whether it waits for the module
 * @caller: the address of the code that asks
 *
 * Context: Any context, in the task that asks.
 */
void mk_core_request_made(const char *alias, bool waits, unsigned long caller);

/**
 * mk_core_request_comes() - Ask the policy about a request of the kernel for a module.
 * @alias: what request_module() is about to ask for
 *
 * Called before mk_core_request_made(), which is not called for what is denied.
 *
 * Context: Any context, in the task that asks.
 * Return: 0, or -EACCES: nothing may be started for it.
 */
int mk_core_request_comes(const char *alias);

/**
 * mk_core_request_returned() - Note that the current task has run a helper to its end.
 *
 * The helper may have been for a request that mk_core_request_made() recorded.
 *
 * Context: Any context, in the task that asked.
 */
void mk_core_request_returned(void);

/**
 * mk_core_process_ends() - Record that a tool gives up, if the current process is one.
 * @status: its exit status
 * @signal: the signal that ends it; 0: none
 * @filters_calls: whether a filter of system calls applies to it
 *
 * Context: Any context, in a task of the process, which still has its memory.
 */
void mk_core_process_ends(unsigned int status, unsigned int signal, bool filters_calls);

/* How the kernel prints a value: its own kinds of parameters. */
enum mk_value_kind {
	MK_VALUE_UNKNOWN, /* of another kind, or it could not be read */
	MK_VALUE_SIGNED,
	MK_VALUE_UNSIGNED,
	MK_VALUE_HEX,  /* with 0x, and zeros to 8 characters */
	MK_VALUE_BOOL, /* Y or N */
};

struct mk_parameter_value {
	enum mk_value_kind kind;
	__u64 number; /* of a signed kind with its sign extended */
};

/* A write to a parameter in sysfs, from its entry to its end. The names are the kernel's own. */
struct mk_parameter_write {
	const char *module;
	const char *parameter;
	__u32 mode; /* permissions of its file, as the module declares them */
	struct mk_parameter_value old;
	unsigned long new_bytes; /* that were written; new_value has as many of them as fit */
	char new_value[256];
};

/**
 * mk_core_parameter_written() - Record a write to a parameter in sysfs.
 * @write: what was written
 * @result: what the write returned, its length or -errno
 *
 * Context: Any context, in the task that writes.
 */
void mk_core_parameter_written(const struct mk_parameter_write *write, long result);

/**
 * mk_core_reference() - Record that a reference to a module was taken or given back.
 * @module: the module
 * @caller: the address of the code that did it
 * @got: true if it was taken
 *
 * Context: Any context.
 */
void mk_core_reference(const struct mk_module *module, unsigned long caller, bool got);

/**
 * mk_core_later() - Do what the core asked mk_call_later() for.
 *
 * Context: Process context. May sleep.
 */
void mk_core_later(void);

/* ---- /dev/modkeeper ------------------------------------------------------------------- */

/* One open file: a cursor, first at the oldest record. */
struct mk_reader;

/**
 * mk_core_open() - Open the device.
 * @reader: set to the reader of the new open file
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int mk_core_open(struct mk_reader **reader);

/**
 * mk_core_release() - Close the device.
 * @reader: the reader, which is gone when this returns
 *
 * Context: Process context. May sleep.
 */
void mk_core_release(struct mk_reader *reader);

/**
 * mk_core_read() - Read whole records.
 * @reader: the reader
 * @to: where they are written
 * @size: how many bytes there is room for
 * @nonblocking: whether to fail when there is none yet
 *
 * Context: Process context. May sleep; the caller holds no locks.
 * Return: how many bytes were written; -EAGAIN when there are no records and @nonblocking;
 * -ERESTARTSYS when a signal came first; -EFAULT; -EINVAL when @size is too small for the next
 * record.
 */
long mk_core_read(struct mk_reader *reader, mk_user to, unsigned long size, bool nonblocking);

/**
 * mk_core_readable() - Ask whether mk_core_read() would return something.
 * @reader: the reader
 *
 * Context: Any context.
 * Return: true if it would, and also where it would take too long to find out.
 */
bool mk_core_readable(struct mk_reader *reader);

/**
 * mk_core_readers_wait() - Say where poll() waits for records.
 *
 * Context: Any context.
 * Return: the queue, which is there as long as the core is.
 */
struct mk_wait *mk_core_readers_wait(void);

/**
 * mk_core_write() - Record a mark.
 * @reader: the reader
 * @from: the text of the mark
 * @size: how long it is
 *
 * Context: Process context. May sleep; the caller holds no locks.
 * Return: @size, or -errno, which the uapi header explains at struct modkeeper_record_mark.
 */
long mk_core_write(struct mk_reader *reader, mk_user from, unsigned long size);

/**
 * mk_core_seek() - Set what a reader reads next.
 * @reader: the reader
 * @offset: 0
 * @whence: SEEK_SET for the oldest record, SEEK_END for the next new one, SEEK_DATA for the first
 *          one after the newest mark
 *
 * Context: Process context. Takes and releases the spin lock of the queue of readers.
 * Return: 0, or -EINVAL for any other @offset or @whence.
 */
long long mk_core_seek(struct mk_reader *reader, long long offset, int whence);

/**
 * mk_core_mapping() - Find what mmap() maps.
 * @offset: the offset in the file
 * @memory: set to the first byte, which a page begins with
 *
 * Context: Any context.
 * Return: the length of the mapping that begins at @offset, or 0 when none does.
 */
unsigned long mk_core_mapping(__u64 offset, void **memory);

/**
 * mk_core_ioctl() - Run a command of the device.
 * @reader: the reader of the open file
 * @request: the command, MODKEEPER_IOC_*
 * @argument: where its argument is
 *
 * Context: Process context. May sleep; the caller holds no locks.
 * Return: 0, -ENOTTY for an unknown command, or -errno of the command, which the uapi header
 * explains.
 */
long mk_core_ioctl(struct mk_reader *reader, unsigned int request, mk_user argument);

/* ---- generic netlink ------------------------------------------------------------------ */

/**
 * mk_core_info() - Describe the driver, as MODKEEPER_IOC_INFO does.
 * @info: filled in
 *
 * Context: Process context. May sleep.
 */
void mk_core_info(struct modkeeper_info *info);

/**
 * mk_core_stats() - Count what happened so far, as MODKEEPER_IOC_STATS does.
 * @stats: filled in
 *
 * Context: Process context. May sleep. Takes and releases the inventory's mutex.
 */
void mk_core_stats(struct modkeeper_stats *stats);

/**
 * mk_core_modules() - Describe one module, loaded or gone, as MODKEEPER_IOC_QUERY does.
 * @name: its name
 * @parameters: whether to include the text of its parameters
 * @entries: set to memory of the core, for mk_core_modules_free()
 * @bytes: set to the length of the entry
 *
 * Context: Process context. May sleep. Takes and releases the inventory's mutex.
 * Return: 1; -ENOENT when no such module was ever seen; -EINVAL when no module can have that name;
 * -ENOMEM.
 */
long mk_core_modules(const char *name, bool parameters, struct modkeeper_module **entries,
		     unsigned long *bytes);

/**
 * mk_core_modules_free() - Free what mk_core_modules() returned.
 * @entries: the memory
 *
 * Context: Process context. May sleep.
 */
void mk_core_modules_free(struct modkeeper_module *entries);

/**
 * mk_core_module_bytes() - Sum up the memory that a module keeps after its init.
 * @entry: the module's entry
 *
 * Context: Any context.
 * Return: how many bytes.
 */
__u64 mk_core_module_bytes(const struct modkeeper_module *entry);

/* A walk through the loaded modules in the order in which they were loaded, in steps. */
struct mk_module_walk {
	__u64 place;	  /* behind which it goes on; 0 at first */
	__u64 end;	  /* the last place; 0: as far as there are modules */
	__u64 generation; /* of the list, as of this step */
	bool parameters;  /* entries with their texts of parameters */
};

/**
 * mk_core_walk_one() - Restrict a walk to one module.
 * @walk: the walk, which finds nothing when that module is gone
 * @name: the name of the module
 *
 * Context: Process context. May sleep. Takes and releases the inventory's mutex.
 * Return: 0, or -errno as mk_core_modules().
 */
int mk_core_walk_one(struct mk_module_walk *walk, const char *name);

/**
 * mk_core_longest_module() - Measure the longest entry of a loaded module.
 *
 * Context: Process context. May sleep. Takes and releases the inventory's mutex.
 * Return: its length in bytes, without parameters.
 */
unsigned long mk_core_longest_module(void);

/**
 * mk_core_walk() - Take a walk one step further.
 * @walk: the walk, moved past the entries that @put took
 * @put: called with every entry that is next, until it returns false; must not sleep
 * @argument: handed to @put
 *
 * Between two steps nothing is held.
 *
 * Context: Process context. May sleep. Takes and releases the inventory's mutex.
 * Return: 1 when @put returned false, 0 when these were all, or -ENOMEM.
 */
int mk_core_walk(struct mk_module_walk *walk,
		 bool (*put)(void *argument, const struct modkeeper_module *entry), void *argument);

/**
 * mk_core_subscriber_pause() - Say how long records are gathered for subscribers.
 *
 * Context: Any context.
 * Return: the milliseconds from a wake of the readers to the next mk_core_subscriber_take().
 */
unsigned int mk_core_subscriber_pause(void);

/**
 * mk_core_subscriber_take() - Take the next records for subscribers.
 * @to: where they are written
 * @size: how many bytes there is room for, at least two of the longest record
 *
 * Records are whole, with LOST first where some were overwritten. When there are none, the next one
 * wakes the readers; before the first call nothing does. When nobody has subscribed, records are
 * passed over.
 *
 * Context: Process context. May sleep. One caller at a time.
 * Return: how many bytes were written, 0 when there are no records or no subscribers.
 */
unsigned long mk_core_subscriber_take(void *to, unsigned long size);

#ifdef __cplusplus
}
#endif

#endif /* MODKEEPER_CORE_H */
