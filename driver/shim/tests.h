/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODKEEPER_SHIM_TESTS_H
#define MODKEEPER_SHIM_TESTS_H

/**
 * mk_tests_run() - Run the KUnit tests, while nothing of the driver exists yet.
 *
 * The driver's own does nothing. With CONFIG_MODKEEPER_KUNIT_TEST the linker takes another one.
 *
 * Context: Process context. May sleep.
 */
void mk_tests_run(void);

#endif /* MODKEEPER_SHIM_TESTS_H */
