/* SPDX-License-Identifier: ((GPL-2.0-only WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * What /dev/modkeeper says: the records that read() returns and the ioctls.
 *
 * A reader needs nothing but this header. Everything can grow without breaking one that was
 * compiled earlier: every variable-length structure begins with its own size and the size of
 * its fixed part, new fields are appended to the fixed part, and a record of an unknown kind
 * is skipped by its size. Numbers are in the machine's byte order, times in nanoseconds.
 *
 * All structures have the same layout for 32-bit and 64-bit programs.
 */
#ifndef _UAPI_LINUX_MODKEEPER_H
#define _UAPI_LINUX_MODKEEPER_H

#include <linux/ioctl.h>
#include <linux/types.h>

/*
 * Version of this interface. A new major number means that old programs must not talk to the
 * driver; a new minor number means that something was added.
 */
#define MODKEEPER_ABI_MAJOR 1
#define MODKEEPER_ABI_MINOR 0

/* Longest module name including its NUL: MODULE_NAME_LEN of every 64-bit kernel, rounded up. */
#define MODKEEPER_NAME_SIZE 64
#define MODKEEPER_COMM_SIZE 16

/* read() needs a buffer of at least this many bytes to be sure of one whole record. */
#define MODKEEPER_RECORD_MAX 4096

/*
 * A text inside a record or a module entry: @offset bytes from the start of that record or
 * entry there are @length bytes and a NUL. An absent text has offset 0 and length 0.
 */
struct modkeeper_text {
	__u32 offset;
	__u32 length;
};

/* ---- records ------------------------------------------------------------------------- */

enum modkeeper_record_kind {
	MODKEEPER_RECORD_LOST = 1,           /* this reader was overtaken */
	MODKEEPER_RECORD_PRESENT = 2,        /* loaded before the driver was */
	MODKEEPER_RECORD_LOAD_BEGIN = 3,     /* linked; parameters and init have not run yet */
	MODKEEPER_RECORD_LOAD_LIVE = 4,      /* init succeeded */
	MODKEEPER_RECORD_LOAD_FAILED = 5,    /* will not be live; there need be no LOAD_BEGIN */
	MODKEEPER_RECORD_UNLOAD = 6,         /* exit has run, its memory is about to be freed */
	MODKEEPER_RECORD_UNLOAD_REFUSED = 7, /* a call to unload a module failed */
	MODKEEPER_RECORD_REQUEST = 8,        /* the kernel asks user space for a module */
	MODKEEPER_RECORD_PARAMETER = 9,      /* a write to a parameter in sysfs */
	MODKEEPER_RECORD_REFERENCE = 10,     /* only with the module parameter track_refs */
	MODKEEPER_RECORD_MARK = 11,          /* text that a user wrote to the device */
	MODKEEPER_RECORD_SUPPRESSED = 12,    /* some of one user's were left out */
};

/*
 * modkeeper_record.flags. There are two rings, so that nobody erases what others did: one for what
 * only a task with CAP_SYS_MODULE in the initial user namespace can cause, and one for the rest:
 * REQUEST, REFERENCE, SUPPRESSED, PARAMETER, UNLOAD_REFUSED and LOAD_FAILED of other tasks, and
 * LOAD_BEGIN and LOAD_FAILED of loads that the kernel asks for on behalf of other tasks, or nobody
 * knows of which: where calls or requests are not seen, of all that it asks for. Threads of the
 * kernel and interrupts are such other tasks, for they work for anybody; so is a helper of the
 * kernel, such as modprobe, where it serves one. In each the newest overwrite the oldest of the
 * same ring only. read() goes through both by their sequence numbers.
 */
#define MODKEEPER_RECORD_TRUNCATED (1u << 0) /* a text was cut to fit, or could not be read */
#define MODKEEPER_RECORD_ANYBODY (1u << 1)   /* of the second ring; LOST: all that is missing is */

/*
 * The fixed header of every record. @size spans header, body and texts and is a multiple of 8;
 * the body starts @header_size bytes from here and its fixed part is @body_size bytes long.
 *
 * Sequence numbers are dense: the record after n is n + 1, or a LOST record says how many are
 * missing (with a filter, some are held back: see struct modkeeper_filter). A LOST record carries
 * the sequence number of the first record that is missing.
 *
 * Records are in the order in which they were written. A LOAD_FAILED is written when its call
 * returns, which may be after the LOAD_BEGIN of the next load of that name: pair them by
 * load_sequence, not by their order.
 */
struct modkeeper_record {
	__u32 size;
	__u16 kind; /* enum modkeeper_record_kind */
	__u16 flags;
	__u16 header_size;
	__u16 body_size;
	__u32 cpu;
	__u64 sequence;
	__u64 boottime_ns;
	__u64 realtime_ns;
	/*
	 * The task in whose context it happened, numbers as the initial namespaces see them, and
	 * its own user, whatever credentials the kernel acts with for it. A thread of the kernel
	 * has uid 0. In an interrupt there is none: pid and tgid 0, uid 4294967295, no comm.
	 */
	__u32 pid; /* of the thread */
	__u32 tgid;
	__u32 uid;
	__u32 loginuid; /* 4294967295: never set */
	char comm[MODKEEPER_COMM_SIZE];
};

/*
 * Stages at which a load can fail, in the order in which the kernel comes to them. UNKNOWN means
 * that nothing the driver saw tells which: a stage is worked out from what was seen, never
 * guessed.
 */
enum modkeeper_stage {
	MODKEEPER_STAGE_NONE = 0,
	MODKEEPER_STAGE_UNKNOWN = 1,
	MODKEEPER_STAGE_PERMISSION = 2, /* capability, modules_disabled, a security module */
	MODKEEPER_STAGE_SIGNATURE = 3,
	MODKEEPER_STAGE_ELF = 4,        /* the file is damaged, cut short or no module */
	MODKEEPER_STAGE_BLACKLIST = 5,  /* module_blacklist= on the kernel command line */
	MODKEEPER_STAGE_FORMAT = 6,     /* built for another kernel */
	MODKEEPER_STAGE_DUPLICATE = 7,  /* one of this name is loaded */
	MODKEEPER_STAGE_MEMORY = 8,
	MODKEEPER_STAGE_SYMBOLS = 9,    /* unknown, of another version, or exported twice */
	MODKEEPER_STAGE_VETO = 10,      /* a listener of the kernel's refused it */
	MODKEEPER_STAGE_PARAMETERS = 11,
	MODKEEPER_STAGE_SYSFS = 12,
	MODKEEPER_STAGE_INIT = 13,      /* its own init returned the error */
};

/* The system call that a load came in by. */
enum modkeeper_call {
	MODKEEPER_CALL_UNKNOWN = 0,
	MODKEEPER_CALL_INIT_MODULE = 1,
	MODKEEPER_CALL_FINIT_MODULE = 2,
};

enum modkeeper_signature {
	MODKEEPER_SIGNATURE_UNKNOWN = 0,
	MODKEEPER_SIGNATURE_NONE = 1,     /* none that the kernel trusts, and it was let pass */
	MODKEEPER_SIGNATURE_VALID = 2,
	MODKEEPER_SIGNATURE_REFUSED = 3,
};

/* How sure it is that a load was caused by the request that it names. */
enum modkeeper_link {
	MODKEEPER_LINK_NONE = 0,      /* no request is known to have caused it */
	MODKEEPER_LINK_CERTAIN = 1,   /* the kernel started the loader for just this request */
	MODKEEPER_LINK_UNCERTAIN = 2, /* for one of several that asked for the same alias */
};

/* modkeeper_record_module.details */
#define MODKEEPER_DETAIL_NAME_OF_FILE (1u << 0) /* the module was not reached: name from file */
/* the loader's root was not that of the first process: @file is below another folder */
#define MODKEEPER_DETAIL_OTHER_ROOT (1u << 1)

/*
 * Body of PRESENT, LOAD_* and UNLOAD.
 *
 * @file is a path as the loader saw it: below the loader's root and in its mount namespace, which
 * in a chroot or container are not those of the machine. Which file it was is said by @file_inode
 * and its device.
 */
struct modkeeper_record_module {
	struct modkeeper_text module;
	struct modkeeper_text version;    /* MODULE_VERSION() */
	struct modkeeper_text srcversion; /* hash of the source */
	struct modkeeper_text args;       /* LOAD_*: parameters as they were given */
	struct modkeeper_text file;       /* LOAD_*: path it was read from */
	struct modkeeper_text command;    /* of the loader or unloader, words apart by blanks */
	struct modkeeper_text alias;      /* of the request named below */
	/* of the LOAD_BEGIN or PRESENT record of the same load, 0: none, or it was left out */
	__u64 load_sequence;
	__u64 taints;        /* the module's own, bits as in /proc/sys/kernel/tainted */
	__u64 core_bytes;    /* memory that stays */
	__u64 init_bytes;    /* memory that is freed after init */
	__u64 file_bytes;    /* LOAD_*: length of the file, 0: not seen */
	/*
	 * LOAD_LIVE, LOAD_FAILED, UNLOAD: since the system call began; where calls are not seen,
	 * since LOAD_BEGIN, and 0 for UNLOAD.
	 */
	__u64 duration_ns;
	__u64 init_ns; /* LOAD_LIVE, LOAD_FAILED: of init alone, 0: not seen or not run */
	__s32 error;   /* LOAD_FAILED: positive errno, 0 when it is not known */
	__u32 stage;   /* LOAD_FAILED: enum modkeeper_stage */
	__u32 call;       /* enum modkeeper_call */
	__u32 call_flags; /* of finit_module: MODULE_INIT_*; of delete_module for UNLOAD: O_* */
	__u32 signature;  /* enum modkeeper_signature */
	__u32 details;    /* MODKEEPER_DETAIL_* */
	/* the parent of the loader or unloader */
	__u32 parent_pid; /* 0: not seen */
	/* LOAD_*: the request that caused it, and who made that */
	__u32 link;       /* enum modkeeper_link */
	__u64 request_sequence; /* 0: of a request that was left out, see SUPPRESSED */
	__u32 request_pid;
	__u32 request_uid;
	char request_comm[MODKEEPER_COMM_SIZE];
	char parent_comm[MODKEEPER_COMM_SIZE];
	/* LOAD_*: the file itself, as /proc/PID/maps names files */
	__u64 file_inode; /* 0: not seen, and so are the next three */
	__u32 file_major; /* of its file system's device */
	__u32 file_minor;
	__u64 mount_namespace; /* of the loader: inode of /proc/PID/ns/mnt, 0: not known */
};

enum modkeeper_refusal {
	MODKEEPER_REFUSAL_UNKNOWN = 0,
	MODKEEPER_REFUSAL_NOT_LOADED = 1,
	MODKEEPER_REFUSAL_REFERENCED = 2, /* modules need it: used_by */
	MODKEEPER_REFUSAL_IN_USE = 3,     /* references by other than modules */
	MODKEEPER_REFUSAL_PERMISSION = 4, /* capability, modules_disabled */
	MODKEEPER_REFUSAL_NO_EXIT = 5,    /* it has no exit function */
	MODKEEPER_REFUSAL_BUSY = 6,       /* it is being loaded or unloaded */
};

/* Body of UNLOAD_REFUSED. */
struct modkeeper_record_refusal {
	struct modkeeper_text module;
	struct modkeeper_text used_by; /* names with a comma between them */
	struct modkeeper_text command; /* as in modkeeper_record_module */
	__u64 duration_ns;             /* of the system call */
	__s32 error;                   /* positive errno */
	__u32 reason;                  /* enum modkeeper_refusal */
	__u32 references;              /* at the end of the call; 0 with RECORD_ANYBODY */
	__u32 call_flags;              /* of delete_module: O_* */
	__u32 parent_pid;
	__u32 reserved;
	char parent_comm[MODKEEPER_COMM_SIZE];
};

/* Body of REQUEST: the task of the header asks, the kernel starts modprobe for it. */
struct modkeeper_record_request {
	struct modkeeper_text alias;
	struct modkeeper_text caller; /* of request_module: symbol+0xoffset/0xsize [module] */
	__u32 waits;                  /* 1: the task sleeps until modprobe is done */
	__u32 reserved;
};

/*
 * Body of PARAMETER. Values are told only of parameters that every user may read, by the mode that
 * the module declares. An old value is absent also where it could not be read safely: of all but
 * numbers and booleans.
 */
struct modkeeper_record_parameter {
	struct modkeeper_text module; /* of built-in code: as under /sys/module */
	struct modkeeper_text parameter;
	struct modkeeper_text old_value;
	struct modkeeper_text new_value; /* as written, without the newline at its end */
	__s32 error;                     /* positive errno, 0: taken */
	__u32 reserved;
};

/* Body of REFERENCE. */
struct modkeeper_record_reference {
	struct modkeeper_text module;
	struct modkeeper_text caller; /* as in modkeeper_record_request */
	__u32 got;                    /* 1: taken, 0: given back */
	__u32 references;             /* after it, as sysfs counts them */
};

/*
 * Body of MARK. write() of one line of text makes one and returns the length that was written; a
 * newline at its end is dropped. EPERM without CAP_SYS_MODULE in the initial user namespace,
 * EMSGSIZE for more than MODKEEPER_MARK_MAX bytes, EINVAL for an empty line and for bytes that are
 * control characters; others are kept as they are. lseek(SEEK_DATA) to 0 goes behind the newest
 * mark, or to the oldest record when there was none; what came after that mark and was overwritten
 * is told as LOST.
 */
#define MODKEEPER_MARK_MAX 512

struct modkeeper_record_mark {
	struct modkeeper_text text;
};

/*
 * Body of SUPPRESSED. Of what tasks without CAP_SYS_MODULE in the initial user namespace cause,
 * each user has so many records at once and so many a second, and all of them together have; what
 * goes beyond is counted and told a second later, or some more where many users are to be told of.
 * So it is with loads that the kernel asks for on their behalf, until they are live: of such a load
 * LOAD_BEGIN and LOAD_FAILED are both left out, or neither. In user namespaces the user is the
 * owner of the first one below the initial one. The header has the uid, and no task. STATS has the
 * sum.
 */
struct modkeeper_record_suppressed {
	__u64 count;             /* records that were left out, and have no sequence number */
	__u64 since_boottime_ns; /* of the first of them, or a tick before */
	/* MODKEEPER_SUPPRESSED_OTHERS: without a place, not known, or threads of the kernel */
	__u32 uid;
	__u32 kind;              /* enum modkeeper_record_kind that they would have had */
};

#define MODKEEPER_SUPPRESSED_OTHERS 4294967295u

/* Body of LOST. */
struct modkeeper_record_lost {
	__u64 count; /* records that this reader will never see */
};

/* ---- the ring in memory ------------------------------------------------------------------ */

/*
 * mmap() of the device for reading shows one of the two rings: at offset 0 the one without
 * MODKEEPER_RECORD_ANYBODY, and at its @other_offset the one with it. A mapping is of exactly
 * @data_offset + 2 * the ring's bytes (a page, and twice what INFO says of ring_bytes, or what
 * @other_ring_bytes says; else EINVAL; EPERM for writing or executing) and shows this structure
 * and, from @data_offset on, the ring twice in a row. The record at position p lies at
 * @data_offset + (p & (@ring_bytes - 1)) and is contiguous there. A mapping is of all records of
 * its ring, whatever the filter says, and keeps the driver loaded.
 *
 * Positions are bytes since the driver was loaded and only grow; [tail, head) are whole records.
 * The driver overwrites without asking: load @head with acquire semantics before reading, copy,
 * and after an acquire fence load @tail: the copy is good if @tail has not passed the position
 * where it began. The rings share one sequence of numbers: load @next_sequence with acquire
 * semantics before the heads; of the numbers below it, what is in neither ring was overwritten.
 * docs/reading-the-ring.md has it all, and a program.
 */
#define MODKEEPER_RING_VERSION 2

struct modkeeper_ring {
	__u32 size;        /* bytes of this structure that the driver filled */
	__u32 version;     /* MODKEEPER_RING_VERSION; do not read another one */
	__u64 data_offset; /* a page */
	__u64 ring_bytes;  /* a power of two */
	__u64 other_offset;     /* for mmap(): of the other ring */
	__u64 other_ring_bytes; /* its size, a power of two */
	__u64 reserved1[3];
	__u64 head; /* position behind the newest record */
	__u64 next_sequence; /* at offset 0 only: number of the next record of either ring */
	__u64 reserved2[6];
	__u64 tail; /* position of the oldest record */
	__u64 reserved3[7];
};

/* ---- modules ------------------------------------------------------------------------- */

enum modkeeper_module_state {
	MODKEEPER_STATE_LIVE = 1,
	MODKEEPER_STATE_COMING = 2, /* being loaded, its init runs */
	MODKEEPER_STATE_GOING = 3,  /* being unloaded */
	MODKEEPER_STATE_GONE = 4,   /* not loaded; remembered */
};

enum modkeeper_memory_kind {
	MODKEEPER_MEMORY_TEXT = 0,
	MODKEEPER_MEMORY_RODATA = 1,
	MODKEEPER_MEMORY_RO_AFTER_INIT = 2,
	MODKEEPER_MEMORY_DATA = 3,
	MODKEEPER_MEMORY_INIT_TEXT = 4,
	MODKEEPER_MEMORY_INIT_RODATA = 5,
	MODKEEPER_MEMORY_INIT_DATA = 6,
	MODKEEPER_MEMORY_KINDS = 7,
};

/* modkeeper_module.flags */
#define MODKEEPER_MODULE_PRESENT_BEFORE (1u << 0) /* was loaded before the driver */
#define MODKEEPER_MODULE_NO_EXIT (1u << 1)        /* has init and no exit: cannot be unloaded */

/*
 * One module in the answer of SNAPSHOT and QUERY. @size is a multiple of 8 and leads to the
 * next one; texts lie behind the first @fixed_size bytes. Lists are texts of names with a
 * comma between them, newest user first as in /proc/modules.
 */
struct modkeeper_module {
	__u32 size;
	__u16 fixed_size;
	__u16 state; /* enum modkeeper_module_state */
	__u32 flags;
	__u32 references; /* what /proc/modules and sysfs call refcnt */
	struct modkeeper_text name;
	struct modkeeper_text version;
	struct modkeeper_text srcversion;
	struct modkeeper_text uses;    /* modules it needs */
	struct modkeeper_text used_by; /* loaded modules that need it */
	/*
	 * QUERY only: one "name:type:mode" a parameter, with a comma between them, such as
	 * "numdummies:int:0444". The type is "unknown" for a module's own kinds.
	 */
	struct modkeeper_text parameters;
	__u64 taints;
	__u64 memory[MODKEEPER_MEMORY_KINDS]; /* bytes; what init freed counts 0 */
	__u64 parameter_count;
	__u64 load_count;    /* times it went live since the driver is there */
	__u64 load_sequence; /* of the record that tells of its last load, 0: none */
	__u64 last_sequence; /* of the last record about it */
	__u32 last_kind;     /* enum modkeeper_record_kind of that record */
	__u32 reserved;
	__u64 loaded_boottime_ns; /* when it went live; 0: before the driver, or never */
	__u64 loaded_realtime_ns;
	__u64 gone_boottime_ns; /* when it was last seen to go; 0: never */
	__u64 init_ns;          /* from LOAD_BEGIN to LOAD_LIVE of the last load */
};

/* ---- ioctls -------------------------------------------------------------------------- */

/*
 * modkeeper_info.features: what this build of the driver sees on this kernel. Probes are tried
 * when it starts. CALLS and FILES go when a module came whose call was not seen, as happens when
 * somebody switches probes off, and come back with the next call that is seen.
 */
#define MODKEEPER_FEATURE_NOTIFIER (1ull << 0) /* load, live, failed, unload */
#define MODKEEPER_FEATURE_NETLINK (1ull << 1)  /* generic netlink family "modkeeper" */
#define MODKEEPER_FEATURE_CALLS (1ull << 2)    /* system calls: errno, stage, refusals */
#define MODKEEPER_FEATURE_FILES (1ull << 3)    /* the file that a module comes from */
#define MODKEEPER_FEATURE_REQUESTS (1ull << 4) /* requests of the kernel for modules */
#define MODKEEPER_FEATURE_PARAMETERS (1ull << 5) /* writes of parameters in sysfs */
#define MODKEEPER_FEATURE_REFERENCES (1ull << 6) /* references that are got and put */

struct modkeeper_info {
	__u32 size;      /* bytes of this structure that the driver filled */
	__u16 abi_major; /* MODKEEPER_ABI_MAJOR of the driver */
	__u16 abi_minor;
	__u64 features;
	__u64 ring_bytes;
	__u32 record_max; /* longest record of this driver, in bytes */
	__u32 gone_max;   /* unloaded modules that are remembered at the most */
	char version[32]; /* of the driver, for people */
};

struct modkeeper_stats {
	__u32 size; /* bytes of this structure that the driver filled */
	__u32 readers;
	__u64 produced;      /* records since the driver was loaded */
	__u64 overwritten;   /* of these, no longer in their ring */
	__u64 missed;        /* events that could not be taken in (no memory) */
	__u64 bytes;         /* written to the rings since the driver was loaded */
	__u64 first_sequence; /* oldest record in either ring; produced + 1: none */
	__u64 modules_loaded;
	__u64 modules_gone; /* remembered */
	__u64 generation;   /* grows with every change of the module list */
	__u64 probes_missed; /* events whose probe did not fire, or for which there was no room */
	/* records with MODKEEPER_RECORD_ANYBODY, counted in the sums above too */
	__u64 anybody_produced;
	__u64 anybody_overwritten;
	__u64 suppressed; /* left out, and so not among those produced: see SUPPRESSED */
};

/* modkeeper_snapshot.flags */
#define MODKEEPER_SNAPSHOT_GONE (1u << 0) /* also modules that are remembered */

/*
 * All modules of one instant, in the order they were loaded. With @buffer_size 0 nothing is
 * copied and @needed says how large a buffer would do now; a buffer that is too small is
 * ENOSPC with @needed filled in: allocate some more and call again.
 */
struct modkeeper_snapshot {
	__u64 buffer; /* in: struct modkeeper_module ... */
	__u32 buffer_size; /* in: bytes */
	__u32 flags; /* in: MODKEEPER_SNAPSHOT_*; others are EINVAL */
	__u32 needed; /* out: bytes */
	__u32 count; /* out: modules */
	__u64 generation; /* out */
	__u64 reserved; /* in: 0 */
};

/* One module by name, gone ones too. ENOENT: never seen. Sizes as in SNAPSHOT. */
struct modkeeper_query {
	char name[MODKEEPER_NAME_SIZE]; /* in: '-' and '_' are the same */
	__u64 buffer; /* in: one struct modkeeper_module */
	__u32 buffer_size; /* in: bytes */
	__u32 flags; /* in: 0 */
	__u32 needed; /* out: bytes */
	__u32 reserved; /* in: 0 */
};

enum modkeeper_holder_kind {
	MODKEEPER_HOLDER_FILE = 1,   /* a process has a file open */
	MODKEEPER_HOLDER_MODULE = 2, /* a module uses it */
};

/*
 * One holder in the answer of HOLDERS. @size is a multiple of 8 and leads to the next one; the
 * text lies behind the first @fixed_size bytes. What does not apply is 0.
 */
struct modkeeper_holder {
	__u32 size;
	__u16 fixed_size;
	__u16 kind; /* enum modkeeper_holder_kind */
	__u32 pid;  /* of a thread that has the file, numbers as the initial namespace sees them */
	__u32 tgid;
	__s32 fd; /* MODULE: -1 */
	__u32 device_major; /* of the file system that the file is in */
	__u32 device_minor;
	__u32 node_major; /* of the device that the file is */
	__u32 node_minor;
	__u32 reserved;
	__u64 inode;
	char comm[MODKEEPER_COMM_SIZE]; /* of the process */
	struct modkeeper_text name; /* path (absent: more than 255 bytes), or name of the module */
};

/* modkeeper_holders.answer_flags */
#define MODKEEPER_HOLDERS_CUT (1u << 0) /* there are more than these */

/*
 * Who holds one module: modules that use it, and the files that processes have open whose
 * operations, file system or socket protocol it provides. Sizes as in SNAPSHOT; the answer is
 * not of one instant. EPERM without CAP_SYS_PTRACE in the initial user namespace, for it tells
 * of everybody's files; ENOENT: never seen. An answer has some 4 MiB at the most: it ends there,
 * and says so.
 *
 * Not told: mappings whose file is closed, working directories, mounts in which nobody has a file
 * open (see /proc/self/mountinfo), and references that the kernel itself has.
 */
struct modkeeper_holders {
	char name[MODKEEPER_NAME_SIZE]; /* in: '-' and '_' are the same */
	__u64 buffer; /* in: struct modkeeper_holder ... */
	__u32 buffer_size; /* in: bytes */
	__u32 flags; /* in: 0 */
	__u32 needed; /* out: bytes */
	__u32 count; /* out: holders */
	__u32 answer_flags; /* out: MODKEEPER_HOLDERS_CUT */
	__u32 reserved; /* in: 0 */
};

/*
 * What read() and poll() of this open file tell of from now on; all zero, as at first: of
 * everything. EINVAL: a kind that this version does not know, no NUL in @name, a '[' without
 * its ']', or @reserved. A later FILTER replaces an earlier one, also for who waits.
 *
 * @name is a shell pattern: '*' any text, '?' any character, "[a-c_]" one of these, "[!a-c]"
 * one of the others; '-' and '_' are the same. It is held against the text that the body of a
 * record begins with: of a module, or the alias of a REQUEST. MARK and SUPPRESSED have none and
 * pass only where @name is empty.
 *
 * Where much is held back, poll() says that there is something when it has looked at a part of it;
 * read() then looks on, and may find nothing after all.
 *
 * LOST comes whatever the filter says and counts every record that was missed, also those that
 * it would have held back; what was held back is no loss. Sequence numbers are those of all
 * records, so that with a filter they have gaps.
 */
struct modkeeper_filter {
	__u64 kinds; /* in: 1 << enum modkeeper_record_kind, ...; 0: all */
	char name[MODKEEPER_NAME_SIZE]; /* in: "": all */
	__u64 reserved; /* in: 0 */
};

/*
 * Unknown requests are ENOTTY, non-zero reserved fields and unknown flags EINVAL, bad
 * pointers EFAULT. INFO and STATS may grow at their end: the driver fills as much as the
 * caller's structure, whose length is part of the request number, has room for.
 */
#define MODKEEPER_IOC_INFO _IOR(0xBD, 0x00, struct modkeeper_info)
#define MODKEEPER_IOC_STATS _IOR(0xBD, 0x01, struct modkeeper_stats)
#define MODKEEPER_IOC_SNAPSHOT _IOWR(0xBD, 0x02, struct modkeeper_snapshot)
#define MODKEEPER_IOC_QUERY _IOWR(0xBD, 0x03, struct modkeeper_query)
#define MODKEEPER_IOC_FILTER _IOW(0xBD, 0x04, struct modkeeper_filter)
#define MODKEEPER_IOC_HOLDERS _IOWR(0xBD, 0x05, struct modkeeper_holders)

/* ---- generic netlink: see modkeeper.yaml beside this file ------------------------------ */

#define MODKEEPER_GENL_NAME "modkeeper"
#define MODKEEPER_GENL_VERSION 1

enum modkeeper_command {
	MODKEEPER_CMD_UNSPEC,
	MODKEEPER_CMD_GET_STATUS,
	MODKEEPER_CMD_GET_MODULE,
	MODKEEPER_CMD_GET_PARAMS,
	MODKEEPER_CMD_EVENT,      /* what subscribers are told */
	MODKEEPER_CMD_SUBSCRIBE,  /* CAP_SYS_ADMIN; until the socket is closed */
	MODKEEPER_CMD_UNSUBSCRIBE,

	__MODKEEPER_CMD_MAX,
	MODKEEPER_CMD_MAX = __MODKEEPER_CMD_MAX - 1
};

/* attributes of get-status */
enum modkeeper_status_attribute {
	MODKEEPER_A_STATUS_UNSPEC,
	MODKEEPER_A_STATUS_PAD,
	MODKEEPER_A_STATUS_ABI_MAJOR,      /* u16 */
	MODKEEPER_A_STATUS_ABI_MINOR,      /* u16 */
	MODKEEPER_A_STATUS_VERSION,        /* string */
	MODKEEPER_A_STATUS_FEATURES,       /* u64 */
	MODKEEPER_A_STATUS_RING_BYTES,     /* u64 */
	MODKEEPER_A_STATUS_PRODUCED,       /* u64 */
	MODKEEPER_A_STATUS_OVERWRITTEN,    /* u64 */
	MODKEEPER_A_STATUS_MISSED,         /* u64 */
	MODKEEPER_A_STATUS_READERS,        /* u32 */
	MODKEEPER_A_STATUS_MODULES_LOADED, /* u64 */
	MODKEEPER_A_STATUS_GENERATION,     /* u64 */
	MODKEEPER_A_STATUS_SUPPRESSED,     /* u64 */

	__MODKEEPER_A_STATUS_MAX,
	MODKEEPER_A_STATUS_MAX = __MODKEEPER_A_STATUS_MAX - 1
};

/* attributes of get-module; lists are multi-attributes, one name each */
enum modkeeper_module_attribute {
	MODKEEPER_A_MODULE_UNSPEC,
	MODKEEPER_A_MODULE_PAD,
	MODKEEPER_A_MODULE_NAME,          /* string */
	MODKEEPER_A_MODULE_STATE,         /* u32, enum modkeeper_module_state */
	MODKEEPER_A_MODULE_FLAGS,         /* u32 */
	MODKEEPER_A_MODULE_REFERENCES,    /* u32 */
	MODKEEPER_A_MODULE_VERSION,       /* string */
	MODKEEPER_A_MODULE_SRCVERSION,    /* string */
	MODKEEPER_A_MODULE_USES,          /* string, multi */
	MODKEEPER_A_MODULE_USED_BY,       /* string, multi */
	MODKEEPER_A_MODULE_TAINTS,        /* u64 */
	MODKEEPER_A_MODULE_SIZE,          /* u64, bytes that stay */
	MODKEEPER_A_MODULE_LOAD_COUNT,    /* u64 */
	MODKEEPER_A_MODULE_LOAD_SEQUENCE, /* u64 */
	MODKEEPER_A_MODULE_LAST_SEQUENCE, /* u64 */
	MODKEEPER_A_MODULE_INIT_NS,       /* u64 */

	__MODKEEPER_A_MODULE_MAX,
	MODKEEPER_A_MODULE_MAX = __MODKEEPER_A_MODULE_MAX - 1
};

/* attributes of get-params */
enum modkeeper_parameter_attribute {
	MODKEEPER_A_PARAMETER_UNSPEC,
	MODKEEPER_A_PARAMETER_PAD,
	MODKEEPER_A_PARAMETER_MODULE, /* string */
	MODKEEPER_A_PARAMETER_NAME,   /* string */
	MODKEEPER_A_PARAMETER_TYPE,   /* string */
	MODKEEPER_A_PARAMETER_MODE,   /* u32 */

	__MODKEEPER_A_PARAMETER_MAX,
	MODKEEPER_A_PARAMETER_MAX = __MODKEEPER_A_PARAMETER_MAX - 1
};

/* attributes of event: the fields of the records of those names, numbers that are 0 left out */
enum modkeeper_event_attribute {
	MODKEEPER_A_EVENT_UNSPEC,
	MODKEEPER_A_EVENT_PAD,
	MODKEEPER_A_EVENT_SEQUENCE,         /* u64 */
	MODKEEPER_A_EVENT_KIND,             /* u32, enum modkeeper_record_kind */
	MODKEEPER_A_EVENT_FLAGS,            /* u32 */
	MODKEEPER_A_EVENT_CPU,              /* u32 */
	MODKEEPER_A_EVENT_BOOTTIME_NS,      /* u64 */
	MODKEEPER_A_EVENT_REALTIME_NS,      /* u64 */
	MODKEEPER_A_EVENT_PID,              /* u32 */
	MODKEEPER_A_EVENT_TGID,             /* u32 */
	MODKEEPER_A_EVENT_UID,              /* u32 */
	MODKEEPER_A_EVENT_LOGINUID,         /* u32 */
	MODKEEPER_A_EVENT_COMM,             /* string */
	MODKEEPER_A_EVENT_MODULE,           /* string */
	MODKEEPER_A_EVENT_VERSION,          /* string */
	MODKEEPER_A_EVENT_SRCVERSION,       /* string */
	MODKEEPER_A_EVENT_ARGS,             /* string */
	MODKEEPER_A_EVENT_FILE,             /* string */
	MODKEEPER_A_EVENT_COMMAND,          /* string */
	MODKEEPER_A_EVENT_ALIAS,            /* string */
	MODKEEPER_A_EVENT_LOAD_SEQUENCE,    /* u64 */
	MODKEEPER_A_EVENT_TAINTS,           /* u64 */
	MODKEEPER_A_EVENT_CORE_BYTES,       /* u64 */
	MODKEEPER_A_EVENT_INIT_BYTES,       /* u64 */
	MODKEEPER_A_EVENT_FILE_BYTES,       /* u64 */
	MODKEEPER_A_EVENT_DURATION_NS,      /* u64 */
	MODKEEPER_A_EVENT_INIT_NS,          /* u64 */
	MODKEEPER_A_EVENT_ERROR,            /* u32, positive errno */
	MODKEEPER_A_EVENT_STAGE,            /* u32, enum modkeeper_stage */
	MODKEEPER_A_EVENT_CALL,             /* u32, enum modkeeper_call */
	MODKEEPER_A_EVENT_CALL_FLAGS,       /* u32 */
	MODKEEPER_A_EVENT_SIGNATURE,        /* u32, enum modkeeper_signature */
	MODKEEPER_A_EVENT_DETAILS,          /* u32, MODKEEPER_DETAIL_* */
	MODKEEPER_A_EVENT_PARENT_PID,       /* u32 */
	MODKEEPER_A_EVENT_PARENT_COMM,      /* string */
	MODKEEPER_A_EVENT_LINK,             /* u32, enum modkeeper_link */
	MODKEEPER_A_EVENT_REQUEST_SEQUENCE, /* u64 */
	MODKEEPER_A_EVENT_REQUEST_PID,      /* u32 */
	MODKEEPER_A_EVENT_REQUEST_UID,      /* u32 */
	MODKEEPER_A_EVENT_REQUEST_COMM,     /* string */
	MODKEEPER_A_EVENT_FILE_INODE,       /* u64 */
	MODKEEPER_A_EVENT_FILE_MAJOR,       /* u32 */
	MODKEEPER_A_EVENT_FILE_MINOR,       /* u32 */
	MODKEEPER_A_EVENT_MOUNT_NAMESPACE,  /* u64 */
	MODKEEPER_A_EVENT_USED_BY,          /* string, multi */
	MODKEEPER_A_EVENT_REASON,           /* u32, enum modkeeper_refusal */
	MODKEEPER_A_EVENT_REFERENCES,       /* u32 */
	MODKEEPER_A_EVENT_CALLER,           /* string */
	MODKEEPER_A_EVENT_WAITS,            /* u32 */
	MODKEEPER_A_EVENT_PARAMETER,        /* string */
	MODKEEPER_A_EVENT_OLD_VALUE,        /* string */
	MODKEEPER_A_EVENT_NEW_VALUE,        /* string */
	MODKEEPER_A_EVENT_GOT,              /* u32 */
	MODKEEPER_A_EVENT_TEXT,             /* string */
	MODKEEPER_A_EVENT_COUNT,            /* u64 */
	MODKEEPER_A_EVENT_SUPPRESSED_KIND,  /* u32, enum modkeeper_record_kind */
	MODKEEPER_A_EVENT_SINCE_BOOTTIME_NS, /* u64 */

	__MODKEEPER_A_EVENT_MAX,
	MODKEEPER_A_EVENT_MAX = __MODKEEPER_A_EVENT_MAX - 1
};

#endif /* _UAPI_LINUX_MODKEEPER_H */
