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

/**
 * mk_tracepoint_register() - Find a tracepoint and attach its probe.
 * @trace: the tracepoint
 *
 * Context: Process context. May sleep.
 * Return: 0, -ENOENT when this kernel has no tracepoint of that name, or -errno.
 */
int mk_tracepoint_register(struct mk_tracepoint *trace);

/**
 * mk_tracepoint_unregister() - Detach a probe.
 * @trace: the tracepoint, whose probe may run until tracepoint_synchronize_unregister()
 *
 * Context: Process context. May sleep.
 */
void mk_tracepoint_unregister(struct mk_tracepoint *trace);

#endif

#endif /* MODKEEPER_SHIM_TRACEPOINT_H */
