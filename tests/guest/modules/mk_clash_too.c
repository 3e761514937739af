// SPDX-License-Identifier: GPL-2.0-only
/*
 * The second that takes the same names and numbers.
 */
#include "mk_clash.c"
