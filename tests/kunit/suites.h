/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The KUnit suites of the driver. mk_core_cases has the behaviour cases of tests/cases, the
 * others hold each function of the wall against the kernel it stands on.
 */
#ifndef MODKEEPER_KUNIT_SUITES_H
#define MODKEEPER_KUNIT_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite mk_core_cases;
extern struct kunit_suite mk_memory_suite;
extern struct kunit_suite mk_lock_suite;
extern struct kunit_suite mk_rcu_suite;
extern struct kunit_suite mk_wait_suite;
extern struct kunit_suite mk_uaccess_suite;
extern struct kunit_suite mk_task_suite;
extern struct kunit_suite mk_module_suite;

#endif /* MODKEEPER_KUNIT_SUITES_H */
