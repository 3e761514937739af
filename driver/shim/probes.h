/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sources of records other than the notifier: probes on functions of the kernel, and its
 * tracepoints.
 *
 * Each mk_..._start() adds probes to the set, or fails if the kernel has no such source. Then
 * the driver does without the source, and mk_probes_register() removes what it has added.
 */
#ifndef MODKEEPER_SHIM_PROBES_H
#define MODKEEPER_SHIM_PROBES_H

#include <linux/types.h>

struct mk_probe_set;

/**
 * mk_probes_register() - Start every source that this kernel has.
 * @functions: whether to probe functions
 * @references: whether to record references to modules
 *
 * The kernel's log says what is missing.
 *
 * Context: Process context. May sleep.
 * Return: what was started, MODKEEPER_FEATURE_*.
 */
__u64 mk_probes_register(bool functions, bool references);

/**
 * mk_references_switch() - Start or stop to record references to modules.
 * @on: whether to record them
 *
 * The caller sees to it that nobody starts or stops sources meanwhile. The kernel's log says why it
 * fails.
 *
 * Context: Process context. May sleep.
 * Return: 0, or -errno: nothing has changed.
 */
int mk_references_switch(bool on);

/**
 * mk_probes_unregister() - Stop every source; no handler runs when this returns.
 *
 * Context: Process context. May sleep.
 */
void mk_probes_unregister(void);

/**
 * mk_gate_probe_start() - Start to ask the core about each request of the kernel for a module.
 * @set: the set that the probe is added to
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_gate_probe_start(struct mk_probe_set *set);

/**
 * mk_gate_probe_ended() - Wait until every task whose request was denied has left this module.
 *
 * Call it after the probe was removed.
 *
 * Context: Process context. May sleep.
 */
void mk_gate_probe_ended(void);

/**
 * mk_gate_probe_missed() - Count the requests that the gate did not ask about.
 *
 * Context: Process context.
 * Return: how many.
 */
__u64 mk_gate_probe_missed(void);

/**
 * mk_probes_fire() - Try whether probes fire, with one on a function of this module.
 *
 * Context: Process context. May sleep.
 * Return: true if they do.
 */
bool mk_probes_fire(void);

#ifdef CONFIG_KRETPROBES

/**
 * mk_call_probes_start() - Start to report system calls on modules, with the steps of a load.
 * @set: the set that the probes are added to
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_call_probes_start(struct mk_probe_set *set);

/**
 * mk_call_probes_ended() - Wait until work that the probes left to tasks is done.
 *
 * Call it after the probes were removed.
 *
 * Context: Process context. May sleep.
 */
void mk_call_probes_ended(void);

/**
 * mk_call_probes_missed() - Count the calls and steps that probes dropped.
 *
 * Context: Process context.
 * Return: how many.
 */
__u64 mk_call_probes_missed(void);

/**
 * mk_file_probe_start() - Start to report the file that a module is read from.
 * @set: the set that the probes are added to
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_file_probe_start(struct mk_probe_set *set);

/**
 * mk_file_probe_missed() - Count the reads that probes dropped.
 *
 * Context: Process context.
 * Return: how many.
 */
__u64 mk_file_probe_missed(void);

/**
 * mk_request_probe_start() - Start to report the end of a request, which begins at a tracepoint.
 * @set: the set that the probes are added to
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_request_probe_start(struct mk_probe_set *set);

/**
 * mk_request_probe_missed() - Count the ends of requests that probes dropped.
 *
 * Context: Process context.
 * Return: how many.
 */
__u64 mk_request_probe_missed(void);

/**
 * mk_tool_probe_start() - Start to report processes that end with an error.
 * @set: the set that the probe is added to
 *
 * Context: Process context. May sleep.
 * Return: 0, or -errno, when the probe is not there and not in the set.
 */
int mk_tool_probe_start(struct mk_probe_set *set);

/**
 * mk_tool_probe_missed() - Count the ends that the probe dropped.
 *
 * Context: Any context.
 * Return: how many.
 */
__u64 mk_tool_probe_missed(void);

/**
 * mk_parameter_probe_start() - Start to report writes to parameters in sysfs.
 * @set: the set that the probes are added to
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_parameter_probe_start(struct mk_probe_set *set);

/**
 * mk_parameter_probe_missed() - Count the writes that probes dropped.
 *
 * Context: Process context.
 * Return: how many.
 */
__u64 mk_parameter_probe_missed(void);

#endif

#if defined(CONFIG_KRETPROBES) && defined(CONFIG_TRACEPOINTS)

/**
 * mk_line_trace_start() - Start to report what the kernel prints, for the calls that print it.
 * @set: the set that the probes are added to
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_line_trace_start(struct mk_probe_set *set);

#endif

#ifdef CONFIG_TRACEPOINTS

/**
 * mk_request_trace_start() - Start to report requests of the kernel for modules.
 * @set: the set that the probes are added to
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_request_trace_start(struct mk_probe_set *set);

/**
 * mk_reference_trace_start() - Start to report references to modules that are taken and given back.
 * @set: the set that the probes are added to
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_reference_trace_start(struct mk_probe_set *set);

#endif

#endif /* MODKEEPER_SHIM_PROBES_H */
