/* SPDX-License-Identifier: GPL-2.0-only */
/* The worker that sends records to subscribers. */
#ifndef MODKEEPER_SHIM_NETLINK_SENDER_H
#define MODKEEPER_SHIM_NETLINK_SENDER_H

/**
 * mk_sender_start() - Start the worker, once the core is there.
 *
 * Context: Process context. May sleep.
 * Return: 0 or -ENOMEM.
 */
int mk_sender_start(void);

/**
 * mk_sender_stop() - Stop the worker, after whatever records has stopped.
 *
 * The last records need not reach subscribers any more.
 *
 * Context: Process context. May sleep, until the worker has ended.
 */
void mk_sender_stop(void);

#endif /* MODKEEPER_SHIM_NETLINK_SENDER_H */
