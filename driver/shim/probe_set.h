/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probes and tracepoints that are taken away together. Before the code of a handler may go, every
 * CPU must have left it; waiting for that once, for all of them, is quick.
 */
#ifndef MODKEEPER_SHIM_PROBE_SET_H
#define MODKEEPER_SHIM_PROBE_SET_H

#include <linux/types.h>

struct kprobe;
struct kretprobe;
struct mk_tracepoint;

#define MK_PROBES_MAX 16 /* of each sort */

struct mk_probe_set {
	struct kretprobe *returns[MK_PROBES_MAX];
	struct kprobe *entries[MK_PROBES_MAX];
	struct mk_tracepoint *traces[MK_PROBES_MAX];
	int return_count;
	int entry_count;
	int trace_count;
};

/**
 * mk_probe_return() - Register a probe on the return of a function.
 * @set: the set that the probe is added to
 * @probe: the probe
 *
 * Context: Process context. May sleep.
 * Return: 0, or -errno, when the probe is not there and not in the set.
 */
int mk_probe_return(struct mk_probe_set *set, struct kretprobe *probe);

/**
 * mk_probe_return_of_calls() - Register a probe on a function that every system call goes through.
 * @set: the set that the probe is added to
 * @probe: the probe, whose maxactive is set to what the core can follow
 *
 * Context: Process context. May sleep.
 * Return: 0, or -errno, when the probe is not there and not in the set.
 */
int mk_probe_return_of_calls(struct mk_probe_set *set, struct kretprobe *probe);

/**
 * mk_probe_missed() - Count the returns that a probe dropped.
 * @probe: the probe
 *
 * Context: Any context.
 * Return: how many, modulo 2^32, as the kernel counts them in an int.
 */
__u64 mk_probe_missed(const struct kretprobe *probe);

/**
 * mk_probe_entry() - Register a probe on the entry of a function.
 * @set: the set that the probe is added to
 * @probe: the probe
 *
 * Context: Process context. May sleep.
 * Return: 0, or -errno, when the probe is not there and not in the set.
 */
int mk_probe_entry(struct mk_probe_set *set, struct kprobe *probe);

/**
 * mk_probe_trace() - Register a probe on a tracepoint.
 * @set: the set that the probe is added to
 * @trace: the tracepoint and its probe
 *
 * Context: Process context. May sleep.
 * Return: 0, or -errno, when the probe is not there and not in the set.
 */
int mk_probe_trace(struct mk_probe_set *set, struct mk_tracepoint *trace);

/**
 * mk_probe_set_cut() - Remove the probes that were added to a set last.
 * @set: the set
 * @before: the set as it was before they were added
 *
 * No handler of theirs runs when this returns.
 *
 * Context: Process context. May sleep.
 */
void mk_probe_set_cut(struct mk_probe_set *set, const struct mk_probe_set *before);

#endif /* MODKEEPER_SHIM_PROBE_SET_H */
