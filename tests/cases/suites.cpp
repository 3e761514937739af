// SPDX-License-Identifier: GPL-2.0-only
// The table of all suites.
#include "case.h"

extern const mk_case_suite mk_text_cases;

extern "C" {
extern const mk_case_suite *const mk_case_suites[] = {
    &mk_text_cases,
};
extern const unsigned int mk_case_suite_count = sizeof(mk_case_suites) / sizeof(mk_case_suites[0]);
}
