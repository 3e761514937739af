// SPDX-License-Identifier: GPL-2.0-only
// Texts are bounded and always end in a NUL.
#include "check.hpp"

static const char *sizes_are_fixed() {
    CHECK(sizeof(__u64) == 8);
    return nullptr;
}

static const mk_case cases[] = {
    {"sizes_are_fixed", sizes_are_fixed},
};
extern const mk_case_suite mk_text_cases = {"text", cases, sizeof(cases) / sizeof(cases[0])};
