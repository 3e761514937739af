/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_LATER_H
#define MODKEEPER_SHIM_LATER_H

/* After everything that asks for work is gone, and before the core is. process */
void mk_later_stop(void);

#endif /* MODKEEPER_SHIM_LATER_H */
