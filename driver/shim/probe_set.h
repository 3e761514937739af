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

/* 0, or -errno: then the probe is not there and not in the set. */
int mk_probe_return(struct mk_probe_set *set, struct kretprobe *probe);
/* The same where calls that the core sees go through: it has memory for as many of them. */
int mk_probe_return_of_calls(struct mk_probe_set *set, struct kretprobe *probe);
/* How many returns it did not see; the kernel counts them in an int. */
__u64 mk_probe_missed(const struct kretprobe *probe);
int mk_probe_entry(struct mk_probe_set *set, struct kprobe *probe);
int mk_probe_trace(struct mk_probe_set *set, struct mk_tracepoint *trace);

/* Takes away all that the set got after it was as in @before; then none of their handlers runs. */
void mk_probe_set_cut(struct mk_probe_set *set, const struct mk_probe_set *before);

#endif /* MODKEEPER_SHIM_PROBE_SET_H */
