/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_NOTIFIER_H
#define MODKEEPER_SHIM_NOTIFIER_H

/**
 * mk_notifier_register() - Begin to report every module to the core.
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_notifier_register(void);

/**
 * mk_notifier_unregister() - Cease to report modules; no report is under way when this returns.
 *
 * Context: Process context. May sleep.
 */
void mk_notifier_unregister(void);

#endif /* MODKEEPER_SHIM_NOTIFIER_H */
