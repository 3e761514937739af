/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sources beside the notifier: probes on functions of the kernel, and its tracepoints.
 *
 * Each mk_..._register() is 0, or -errno with nothing left behind: then the kernel has no such
 * source, and the driver does without. After mk_..._unregister() none of its handlers runs.
 */
#ifndef MODKEEPER_SHIM_PROBES_H
#define MODKEEPER_SHIM_PROBES_H

#include <linux/types.h>

/*
 * All sources that this kernel has and the module parameters allow. Returns MODKEEPER_FEATURE_*;
 * tells in the kernel's log what is missing.
 */
__u64 mk_probes_register(bool functions, bool references);
void mk_probes_unregister(void);

#ifdef CONFIG_KRETPROBES

/* System calls on modules, with the steps of a load. */
int mk_call_probes_register(void);
void mk_call_probes_unregister(void);
__u64 mk_call_probes_missed(void);

/* The file that a module is read from. */
int mk_file_probe_register(void);
void mk_file_probe_unregister(void);
__u64 mk_file_probe_missed(void);

/* The end of a request; it begins at a tracepoint. */
int mk_request_probe_register(void);
void mk_request_probe_unregister(void);
__u64 mk_request_probe_missed(void);

/* Writes of parameters in sysfs. */
int mk_parameter_probe_register(void);
void mk_parameter_probe_unregister(void);
__u64 mk_parameter_probe_missed(void);

#endif

#ifdef CONFIG_TRACEPOINTS

int mk_request_trace_register(void);
void mk_request_trace_unregister(void);

int mk_reference_trace_register(void);
void mk_reference_trace_unregister(void);

#endif

#endif /* MODKEEPER_SHIM_PROBES_H */
