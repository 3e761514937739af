/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_DEVICE_H
#define MODKEEPER_SHIM_DEVICE_H

/**
 * mk_device_register() - Create /dev/modkeeper, which nobody can open yet.
 *
 * Until mk_device_allow(), open() fails with ENODEV.
 *
 * Context: Process context. May sleep.
 * Return: 0 or -errno.
 */
int mk_device_register(void);

/**
 * mk_device_allow() - Let programs open /dev/modkeeper.
 *
 * Whoever opens it holds the module: nothing of the module's init may fail after this.
 *
 * Context: Process context. May sleep.
 */
void mk_device_allow(void);

/**
 * mk_device_unregister() - Remove /dev/modkeeper.
 *
 * Context: Process context. May sleep.
 */
void mk_device_unregister(void);

#endif /* MODKEEPER_SHIM_DEVICE_H */
