/* SPDX-License-Identifier: GPL-2.0-only */
/* The prefix of every line that the driver writes to the kernel's log; include it first. */
#ifndef MODKEEPER_SHIM_PRINTK_H
#define MODKEEPER_SHIM_PRINTK_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>

#endif /* MODKEEPER_SHIM_PRINTK_H */
