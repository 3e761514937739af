/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_TESTS_H
#define MODKEEPER_SHIM_TESTS_H

/*
 * Called while nothing of the driver exists. The driver's own does nothing; with
 * CONFIG_MODKEEPER_KUNIT_TEST the linker takes the one that runs the tests. process
 */
void mk_tests_run(void);

#endif /* MODKEEPER_SHIM_TESTS_H */
