// SPDX-License-Identifier: GPL-2.0-only
// How a case says that it failed: by returning where, so that destructors run.
#pragma once

#include "case.h"

#define MK_CASE_TEXT_(value) #value
#define MK_CASE_TEXT(value) MK_CASE_TEXT_(value)

#define CHECK(expression)                                                                          \
    do {                                                                                           \
        if (!(expression))                                                                         \
            return __FILE__ ":" MK_CASE_TEXT(__LINE__) ": " #expression;                           \
    } while (false)

// For steps that are functions of the same shape as a case.
#define CHECK_STEP(expression)                                                                     \
    do {                                                                                           \
        if (const char *failed_ = (expression))                                                    \
            return failed_;                                                                        \
    } while (false)
