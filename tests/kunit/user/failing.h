/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's fault injection: one allocation, or one copy to or from user memory, fails. */
#ifndef MODKEEPER_CHECK_FAILING_H
#define MODKEEPER_CHECK_FAILING_H

#include <stdbool.h>

/* More than any way into the driver has: with probes, init has some hundreds. */
#define STEPS_MAX 5000

/*
 * Restricts injection to what is called by module code: what the kernel itself allocates around an
 * init or an open is none of ours. NULL, or what went wrong.
 */
const char *failing_aim(void);

/* The @nth step of this process from here on fails; of no other process. */
void fail_step(unsigned int nth);
/* Ends the injection; true: a step has failed. */
bool step_failed(void);

#endif /* MODKEEPER_CHECK_FAILING_H */
