/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_CHECK_SUITES_H
#define MODKEEPER_CHECK_SUITES_H

#include "check.h"

extern const struct check_suite record_suite;
extern const struct check_suite read_suite;
extern const struct check_suite ring_suite;
extern const struct check_suite ioctl_suite;
extern const struct check_suite snapshot_suite;
extern const struct check_suite netlink_suite;
extern const struct check_suite subscribe_suite;
extern const struct check_suite life_suite;
extern const struct check_suite failure_suite;
extern const struct check_suite starting_suite;
extern const struct check_suite torture_suite;

#endif /* MODKEEPER_CHECK_SUITES_H */
