/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Behaviour of the core, written once and run twice: on the host over the fake of kapi.h, and
 * inside KUnit over the real shims. Bodies are C++ without exceptions or std; whoever runs them
 * needs only this table.
 *
 * No driver exists while a case runs, other than the one it makes with mk_core_init() and ends
 * with mk_core_exit(). Cases run one at a time, in process context, and may sleep for a moment.
 */
#ifndef MODKEEPER_CASES_CASE_H
#define MODKEEPER_CASES_CASE_H

#include "kapi/kapi.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mk_case {
    const char *name;
    /* NULL: passed. Else "file:line: expression" of the first check that failed. */
    const char *(*run)(void);
};

struct mk_case_suite {
    const char *name;
    const struct mk_case *cases;
    unsigned int count;
};

extern const struct mk_case_suite *const mk_case_suites[];
extern const unsigned int mk_case_suite_count;

/* ---- what the runner provides ---------------------------------------------------------------- */

/*
 * Writable memory of the (possibly made-up) calling process, or 0. It stays until the case has
 * ended. What follows its last byte faults when @bytes is a multiple of the page size.
 */
mk_user mk_case_user_memory(unsigned long bytes);
/* An address where every access faults. */
mk_user mk_case_user_fault(void);
/* Between that memory and the test: 0 or -EFAULT. */
int mk_case_user_read(void *to, mk_user from, unsigned long bytes);
int mk_case_user_write(mk_user to, const void *from, unsigned long bytes);

/*
 * The case cannot be run where it is, for want of @what, a static text; it fails after this. A
 * kernel into which everything is built has no module to look at.
 */
void mk_case_lacks(const char *what);

#ifdef __cplusplus
}
#endif

#endif /* MODKEEPER_CASES_CASE_H */
