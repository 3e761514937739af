/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The wall, other side: what C++ gives to C.
 *
 * The files in driver/shim own every function that the kernel calls and forward to these. They
 * run in process context and may sleep where nothing else is said; "atomic" ones never sleep and
 * are called in any context. Results are 0 or positive, or -errno.
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
	unsigned int cpus;   /* that there may be: how many calls are seen at a time */
	const char *version; /* of the driver; stays valid */
	__u64 features;	     /* MODKEEPER_FEATURE_* that the shims provide */
};

/*
 * The bounds of the module parameter ring_kb; C refuses what lies outside or is no power of
 * two before it calls mk_core_init().
 */
#define MK_RING_KB_MIN 64
#define MK_RING_KB_MAX 65536

/* Before anything else. On failure nothing stays behind. */
int mk_core_init(const struct mk_config *config);
/*
 * Takes in what is loaded already, with a PRESENT record each. After the notifier is registered:
 * what it has told meanwhile is not told twice.
 */
void mk_core_seed(void);
/* Sources that started after the core: MODKEEPER_FEATURE_*, added to those of the config. */
void mk_core_add_features(__u64 features);
/* After the last call of anything else. */
void mk_core_exit(void);

/* ---- module notifications ------------------------------------------------------------ */

/*
 * What cannot be taken in is counted, and is no failure. Of COMING -errno refuses the load: nothing
 * of
 * @module has been kept, for nobody is told of its end.
 */
int mk_core_module_coming(const struct mk_module *module);
void mk_core_module_live(const struct mk_module *module);
/* Init failed or unload: the core knows which. After it returns @module is not touched again. */
void mk_core_module_going(const struct mk_module *module);

/* ---- system calls on modules, as probes see them ---------------------------------------- */

/*
 * All in the context of the task that makes the call, from its entry to its end; nothing of it is
 * told where it began before the probes were there, or where there was no room for it.
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
	MK_STEP_SIGNATURE,  /* the signature was looked at */
	MK_STEP_LAYOUT,	    /* format accepted; memory and symbols come next */
	MK_STEP_LINKED,	    /* symbols found */
	MK_STEP_COMING,	    /* listeners are being told */
	MK_STEP_PARAMETERS, /* parameters are being set */
	MK_STEP_SYSFS,
	MK_STEP_INIT, /* its init runs */
};

/* So many of them are seen at a time. atomic */
unsigned int mk_core_calls_max(void);
/*
 * @text: of init_module and finit_module the parameters, of delete_module the name. Its return is
 * to be told only if this says so. atomic
 */
bool mk_core_call_began(enum mk_call_kind kind, unsigned int flags, mk_user text);
/* Steps that some kernel does not show are skipped. atomic */
void mk_core_call_step(enum mk_step step);
/* The file that is about to be read. atomic */
void mk_core_call_file(const struct mk_file *file);
/* It was read: @result bytes at @bytes, or -errno. atomic */
void mk_core_call_read(const void *bytes, long result);
/* The kernel's judgement of the signature: 0 or -errno. atomic */
void mk_core_call_signature(long result);
/*
 * The call returns @result to its caller. Not NULL: mk_core_call_finish() must be called with it,
 * in process context of the same task, before it is back in user space. atomic
 */
struct mk_deferred *mk_core_call_returned(long result);
void mk_core_call_finish(struct mk_deferred *deferred);
/* Instead of it, when it cannot be called: the call is counted as missed. atomic */
void mk_core_call_dropped(struct mk_deferred *deferred);

/* ---- what else is seen ------------------------------------------------------------------- */

/* request_module() asks for @alias at the address @caller. atomic */
void mk_core_request_made(const char *alias, bool waits, unsigned long caller);
/* The current task has run a helper, perhaps for a request that it made. atomic */
void mk_core_request_returned(void);

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
	unsigned long new_bytes; /* as were written, of which so many as fit are in: */
	char new_value[256];
};

/* @result as the write returned it. atomic */
void mk_core_parameter_written(const struct mk_parameter_write *write, long result);

/* A reference to @module was taken or given back at the address @caller. atomic */
void mk_core_reference(const struct mk_module *module, unsigned long caller, bool got);

/* What mk_call_later() has asked for. process */
void mk_core_later(void);

/* ---- /dev/modkeeper ------------------------------------------------------------------- */

/* One open file: a cursor, first at the oldest record. */
struct mk_reader;

int mk_core_open(struct mk_reader **reader);
void mk_core_release(struct mk_reader *reader);
/* Bytes of whole records; see interfaces in ARCHITECTURE.md for the errors. */
long mk_core_read(struct mk_reader *reader, mk_user to, unsigned long size, bool nonblocking);
/* Would read() return something, or may it take long to find out? atomic */
bool mk_core_readable(struct mk_reader *reader);
/* Where poll() waits. atomic */
struct mk_wait *mk_core_readers_wait(void);
/* A mark: @size, or what the uapi header says of write(). */
long mk_core_write(struct mk_reader *reader, mk_user from, unsigned long size);
/*
 * SEEK_SET to 0 (oldest), SEEK_END to 0 (next new) and SEEK_DATA to 0 (since the newest mark);
 * anything else is -EINVAL.
 */
long long mk_core_seek(struct mk_reader *reader, long long offset, int whence);
/*
 * What mmap() shows at @offset: its length, and where it lies, from a page of its own on; 0:
 * nothing begins there. atomic
 */
unsigned long mk_core_mapping(__u64 offset, void **memory);
long mk_core_ioctl(struct mk_reader *reader, unsigned int request, mk_user argument);

/* ---- generic netlink ------------------------------------------------------------------ */

void mk_core_info(struct modkeeper_info *info);
void mk_core_stats(struct modkeeper_stats *stats);

/*
 * The entry of one module, gone or not, as QUERY gives it, in memory of the core: 1, with *@entries
 * to be given back to mk_core_modules_free(); @bytes is its length. -ENOENT when it was never seen,
 * -EINVAL when it cannot be a module's name. @parameters: with its text of parameters. process
 */
long mk_core_modules(const char *name, bool parameters, struct modkeeper_module **entries,
		     unsigned long *bytes);
void mk_core_modules_free(struct modkeeper_module *entries);

/* A walk through the loaded modules in the order in which they were loaded, in steps. */
struct mk_module_walk {
	__u64 place;	  /* behind which it goes on; 0 at first */
	__u64 end;	  /* the last place; 0: as far as there are modules */
	__u64 generation; /* of the list, as of this step */
	bool parameters;  /* entries with their texts of parameters */
};

/* Makes it one of one module, none when that is gone: 0, or as mk_core_modules(). process */
int mk_core_walk_one(struct mk_module_walk *walk, const char *name);
/* Bytes of the longest entry without parameters. process */
unsigned long mk_core_longest_module(void);
/*
 * Calls @put, which must not sleep, with every entry that is next, until it returns false. 1: it
 * did; 0: these were all; -ENOMEM. Between steps nothing is held. process
 */
int mk_core_walk(struct mk_module_walk *walk,
		 bool (*put)(void *argument, const struct modkeeper_module *entry), void *argument);

/*
 * What subscribers are told, for who waits where readers do. So many milliseconds after a
 * wake it is time to take. atomic
 */
unsigned int mk_core_relay_pause(void);
/*
 * The next records, whole, LOST first where some were overwritten, in @size bytes, which are enough
 * for two of the longest: their bytes. 0: there are none, or nobody has subscribed and they are
 * passed over; the next one wakes. At first nothing wakes: begin with it. One caller at a time.
 * process
 */
unsigned long mk_core_relay_take(void *to, unsigned long size);

#ifdef __cplusplus
}
#endif

#endif /* MODKEEPER_CORE_H */
