/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_DEVICE_H
#define MODKEEPER_SHIM_DEVICE_H

/*
 * From registration on /dev/modkeeper is there. To open it is ENODEV until that is allowed: after
 * it nothing of the module's init may fail. process
 */
int mk_device_register(void);
void mk_device_allow(void);
void mk_device_unregister(void);

#endif /* MODKEEPER_SHIM_DEVICE_H */
