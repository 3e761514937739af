// SPDX-License-Identifier: GPL-2.0-only
/*
 * When the suites run: from the driver's init, before there is a driver.
 *
 * kunit_test_suites() would run them in the notification that the module is live. The driver
 * exists by then, and cannot be taken down: the chain it would have to leave is being walked.
 */
#include <linux/printk.h>

#include "shim/tests.h"
#include "suites.h"

static struct kunit_suite *const suites[] = {
	&mk_memory_suite, &mk_lock_suite,    &mk_rcu_suite,
	&mk_wait_suite,	  &mk_uaccess_suite, &mk_task_suite,
#ifdef MODULE
	&mk_module_suite, /* looks at its own struct module */
#endif
	&mk_core_cases,
};

/* Later kernels can set suites up without running them. */
#ifdef MK_HAVE_INIT_WITHOUT_RUN
#define mk_suites_init(all, count) __kunit_test_suites_init(all, count, true)
#else
#define mk_suites_init(all, count) __kunit_test_suites_init(all, count)
#endif

void mk_tests_run(void)
{
	pr_info("KTAP version 1\n");
	pr_info("1..%zu\n", ARRAY_SIZE(suites));
	mk_suites_init(suites, ARRAY_SIZE(suites));
	__kunit_test_suites_exit((struct kunit_suite **)suites, ARRAY_SIZE(suites));
}
