/* SPDX-License-Identifier: GPL-2.0-only */
/* A tracepoint of the kernel that is found by its name, as it is not exported. */
#ifndef MODKEEPER_SHIM_TRACEPOINT_H
#define MODKEEPER_SHIM_TRACEPOINT_H

#ifdef CONFIG_TRACEPOINTS

struct tracepoint;

struct mk_tracepoint {
	const char *name;
	void *probe; /* of the tracepoint's own type, with a void * before its arguments */
	struct tracepoint *found;
};

/* -ENOENT: this kernel has none of that name. */
int mk_tracepoint_register(struct mk_tracepoint *trace);
/* The probe may still run, until tracepoint_synchronize_unregister(). */
void mk_tracepoint_unregister(struct mk_tracepoint *trace);

#endif

#endif /* MODKEEPER_SHIM_TRACEPOINT_H */
