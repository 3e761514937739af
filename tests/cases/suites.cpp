// SPDX-License-Identifier: GPL-2.0-only
// The table of all suites.
#include "suites.hpp"

const mk_case_suite *const mk_case_suites[] = {
    &mk_text_cases,    &mk_container_cases, &mk_record_cases,      &mk_recorder_cases,
    &mk_reader_cases,  &mk_event_cases,     &mk_snapshot_cases,    &mk_query_cases,
    &mk_command_cases, &mk_glob_cases,      &mk_filter_cases,      &mk_mark_cases,
    &mk_stage_cases,   &mk_request_cases,   &mk_module_file_cases, &mk_line_cases,
    &mk_policy_cases,
};
const unsigned int mk_case_suite_count = sizeof(mk_case_suites) / sizeof(mk_case_suites[0]);
