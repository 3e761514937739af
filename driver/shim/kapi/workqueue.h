/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_WORKQUEUE_H
#define MODKEEPER_SHIM_WORKQUEUE_H

/**
 * mk_later_stop() - Cancel what mk_call_later() asked for.
 *
 * Call it after everything that asks for work has ended, and before the core ends.
 *
 * Context: Process context. May sleep, until mk_core_later() has returned.
 */
void mk_later_stop(void);

#endif /* MODKEEPER_SHIM_WORKQUEUE_H */
