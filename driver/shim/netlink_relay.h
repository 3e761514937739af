/* SPDX-License-Identifier: GPL-2.0-only */
/* The worker that tells subscribers what is recorded. */
#ifndef MODKEEPER_SHIM_NETLINK_RELAY_H
#define MODKEEPER_SHIM_NETLINK_RELAY_H

/* While the core is there. 0 or -ENOMEM. process */
int mk_relay_start(void);
/* After whatever records has stopped: the last of it need not be told any more. process */
void mk_relay_stop(void);

#endif /* MODKEEPER_SHIM_NETLINK_RELAY_H */
