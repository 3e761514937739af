/* SPDX-License-Identifier: GPL-2.0-only */
/* The multicast group "events", told of what is recorded. */
#ifndef MODKEEPER_SHIM_NETLINK_GROUP_H
#define MODKEEPER_SHIM_NETLINK_GROUP_H

/* While the family is registered and the core is there. 0 or -ENOMEM. process */
int mk_group_start(void);
void mk_group_stop(void);

#endif /* MODKEEPER_SHIM_NETLINK_GROUP_H */
