# SPDX-License-Identifier: GPL-2.0-only
# What CONFIG_MODKEEPER_KUNIT_TEST adds to modkeeper.ko. Kbuild has set modkeeper-dir.
include $(modkeeper-dir)/tests/cases/sources.mk

modkeeper-kunit-y := \
	tests/kunit/cases.o \
	tests/kunit/lock_test.o \
	tests/kunit/memory_test.o \
	tests/kunit/module_test.o \
	tests/kunit/suites.o \
	tests/kunit/task_test.o \
	tests/kunit/uaccess_test.o \
	tests/kunit/user_memory.o \
	tests/kunit/wait_test.o \
	$(modkeeper-cases-y)

ccflags-y += -I$(modkeeper-dir)/tests/cases
