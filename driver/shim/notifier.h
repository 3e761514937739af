/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_NOTIFIER_H
#define MODKEEPER_SHIM_NOTIFIER_H

/* From registration to unregistration the core hears of every module. process */
int mk_notifier_register(void);
void mk_notifier_unregister(void);

#endif /* MODKEEPER_SHIM_NOTIFIER_H */
