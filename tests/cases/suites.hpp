// SPDX-License-Identifier: GPL-2.0-only
// The suites by name; suites.cpp has the table of them.
#pragma once

#include "case.h"

extern const mk_case_suite mk_text_cases;
extern const mk_case_suite mk_container_cases;
extern const mk_case_suite mk_record_cases;
extern const mk_case_suite mk_recorder_cases;
extern const mk_case_suite mk_reader_cases;
extern const mk_case_suite mk_glob_cases;
extern const mk_case_suite mk_filter_cases;
extern const mk_case_suite mk_line_cases;
extern const mk_case_suite mk_mark_cases;
extern const mk_case_suite mk_event_cases;
extern const mk_case_suite mk_snapshot_cases;
extern const mk_case_suite mk_query_cases;
extern const mk_case_suite mk_command_cases;
extern const mk_case_suite mk_stage_cases;
extern const mk_case_suite mk_request_cases;
extern const mk_case_suite mk_module_file_cases;
extern const mk_case_suite mk_policy_cases;

// A suite of all the cases in a file.
template <unsigned int count>
constexpr mk_case_suite suite_of(const char *name, const mk_case (&cases)[count]) {
    return {name, cases, count};
}
