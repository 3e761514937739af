/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_DEVICE_H
#define MODKEEPER_SHIM_DEVICE_H

/* From registration on /dev/modkeeper can be opened. process */
int mk_device_register(void);
void mk_device_unregister(void);

#endif /* MODKEEPER_SHIM_DEVICE_H */
