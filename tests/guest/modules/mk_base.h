/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What mk_base offers to mk_user.
 */
#ifndef MK_BASE_H
#define MK_BASE_H

int mk_base_answer(void);

#endif /* MK_BASE_H */
