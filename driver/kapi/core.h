/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The wall, other side: what C++ gives to C.
 *
 * The files in driver/shim own every function that the kernel calls and forward to these. All
 * of them run in process context and may sleep. Results are 0 or positive, or -errno.
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
	unsigned long ring_bytes; /* a power of two and a multiple of the page size */
	const char *version;	  /* of the driver; stays valid */
	__u64 features;		  /* MODKEEPER_FEATURE_* that the shims provide */
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
int mk_core_seed(void);
/* After the last call of anything else. */
void mk_core_exit(void);

/* ---- module notifications ------------------------------------------------------------ */

/* Never fail: what cannot be taken in is counted. */
void mk_core_module_coming(const struct mk_module *module);
void mk_core_module_live(const struct mk_module *module);
/* Init failed or unload: the core knows which. After it returns @module is not touched again. */
void mk_core_module_going(const struct mk_module *module);

/* ---- /dev/modkeeper ------------------------------------------------------------------- */

/* One open file: a cursor, first at the oldest record. */
struct mk_reader;

int mk_core_open(struct mk_reader **reader);
void mk_core_release(struct mk_reader *reader);
/* Bytes of whole records; see interfaces in ARCHITECTURE.md for the errors. */
long mk_core_read(struct mk_reader *reader, mk_user to, unsigned long size, bool nonblocking);
/* Would read() return something? atomic */
bool mk_core_readable(struct mk_reader *reader);
/* Where poll() waits. atomic */
struct mk_wait *mk_core_readers_wait(void);
/* SEEK_SET to 0 (oldest) and SEEK_END to 0 (next new); anything else is -EINVAL. */
long long mk_core_seek(struct mk_reader *reader, long long offset, int whence);
long mk_core_ioctl(struct mk_reader *reader, unsigned int request, mk_user argument);

/* ---- generic netlink ------------------------------------------------------------------ */

void mk_core_info(struct modkeeper_info *info);
void mk_core_stats(struct modkeeper_stats *stats);

/*
 * Module entries as SNAPSHOT and QUERY give them, one behind the other, in memory of the core:
 * their count, with *@entries to be given back to mk_core_modules_free(); @bytes is their length.
 * @name NULL: all that are loaded. Else one, gone or not: -ENOENT when it was never seen,
 * -EINVAL when it cannot be a module's name.
 */
long mk_core_modules(const char *name, struct modkeeper_module **entries, unsigned long *bytes);
void mk_core_modules_free(struct modkeeper_module *entries);

#ifdef __cplusplus
}
#endif

#endif /* MODKEEPER_CORE_H */
