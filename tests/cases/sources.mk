# SPDX-License-Identifier: GPL-2.0-only
# The behaviour cases, for whoever links them: KUnit and tests/unit. Include paths: driver,
# include/uapi and tests/cases.
modkeeper-cases-y := \
	tests/cases/command_cases.o \
	tests/cases/container_cases.o \
	tests/cases/event_cases.o \
	tests/cases/filter_cases.o \
	tests/cases/glob_cases.o \
	tests/cases/line_cases.o \
	tests/cases/mark_cases.o \
	tests/cases/module_file_cases.o \
	tests/cases/policy_cases.o \
	tests/cases/query_cases.o \
	tests/cases/reader_cases.o \
	tests/cases/record_cases.o \
	tests/cases/recorder_cases.o \
	tests/cases/request_cases.o \
	tests/cases/snapshot_cases.o \
	tests/cases/stage_cases.o \
	tests/cases/suites.o \
	tests/cases/text_cases.o
