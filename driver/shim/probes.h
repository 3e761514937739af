/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sources beside the notifier: probes on functions of the kernel, and its tracepoints.
 *
 * Each mk_..._start() puts probes into the set: 0, or -errno where the kernel has no such source.
 * Then the driver does without, and what the source has put there is taken away again.
 */
#ifndef MODKEEPER_SHIM_PROBES_H
#define MODKEEPER_SHIM_PROBES_H

#include <linux/types.h>

struct mk_probe_set;

/*
 * All sources that this kernel has and the module parameters allow. Returns MODKEEPER_FEATURE_*;
 * tells in the kernel's log what is missing.
 */
__u64 mk_probes_register(bool functions, bool references);
void mk_probes_unregister(void);

/* Tries it with one on a function of its own. process */
bool mk_probes_fire(void);

#ifdef CONFIG_KRETPROBES

/* System calls on modules, with the steps of a load. */
int mk_call_probes_start(struct mk_probe_set *set);
/* After they were taken away: what they left to do is done. */
void mk_call_probes_ended(void);
__u64 mk_call_probes_missed(void);

/* The file that a module is read from. */
int mk_file_probe_start(struct mk_probe_set *set);
__u64 mk_file_probe_missed(void);

/* The end of a request; it begins at a tracepoint. */
int mk_request_probe_start(struct mk_probe_set *set);
__u64 mk_request_probe_missed(void);

/* Writes of parameters in sysfs. */
int mk_parameter_probe_start(struct mk_probe_set *set);
__u64 mk_parameter_probe_missed(void);

#endif

#ifdef CONFIG_TRACEPOINTS

int mk_request_trace_start(struct mk_probe_set *set);
int mk_reference_trace_start(struct mk_probe_set *set);

#endif

#endif /* MODKEEPER_SHIM_PROBES_H */
