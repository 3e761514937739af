/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MK_NODE_H
#define MK_NODE_H

void mk_node_zzz_here(void);
void mk_node_yyy_here(void);
void mk_node_lll_here(void);
void mk_node_fff_here(void);

#endif /* MK_NODE_H */
