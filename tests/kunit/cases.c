// SPDX-License-Identifier: GPL-2.0-only
/*
 * The behaviour cases as one parameterised KUnit test.
 *
 * A case returns what failed instead of asserting: KUNIT_ASSERT ends the thread, which would
 * leave the destructors of a C++ body undone.
 */
#include "suites.h"

#include "case.h"

/* KUnit hands a parameter back as it got it: a case, whose suite is found again. */
static const struct mk_case *case_after(const struct mk_case *prev, const char **suite_name)
{
	bool found = !prev;
	unsigned int s, c;

	for (s = 0; s < mk_case_suite_count; s++) {
		const struct mk_case_suite *suite = mk_case_suites[s];

		for (c = 0; c < suite->count; c++) {
			if (found) {
				*suite_name = suite->name;
				return &suite->cases[c];
			}
			found = &suite->cases[c] == prev;
		}
	}
	return NULL;
}

/* In later kernels the generator is also told of the test. */
#ifdef MK_HAVE_GENERATOR_WITH_TEST
static const void *next_case(struct kunit *test, const void *prev, char *desc)
#else
static const void *next_case(const void *prev, char *desc)
#endif
{
	const char *suite_name;
	const struct mk_case *next = case_after(prev, &suite_name);

	if (next)
		scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s.%s", suite_name, next->name);
	return next;
}

/* Of the case that runs: one at a time does. */
static const char *lacking;

void mk_case_lacks(const char *what)
{
	lacking = what;
}

static void run_case(struct kunit *test)
{
	const struct mk_case *this = test->param_value;
	const char *failed;

	lacking = NULL;
	failed = this->run();
	/* Where modules are loaded beside the driver, whoever reads the results takes no skip. */
	if (failed && lacking)
		kunit_skip(test, "needs %s", lacking);
	else if (failed)
		KUNIT_FAIL(test, "    %s", failed);
}

static struct kunit_case cases[] = { KUNIT_CASE_PARAM(run_case, next_case), {} };

struct kunit_suite mk_core_cases = {
	.name = "modkeeper_core",
	.test_cases = cases,
};
