# SPDX-License-Identifier: GPL-2.0-only
# What CONFIG_MODKEEPER_KUNIT_TEST adds to modkeeper.ko. Kbuild has set modkeeper-dir.
include $(modkeeper-dir)/tests/cases/sources.mk

modkeeper-kunit-y := \
	tests/kunit/cases.o \
	tests/kunit/lock_test.o \
	tests/kunit/memory_test.o \
	tests/kunit/module_test.o \
	tests/kunit/rcu_test.o \
	tests/kunit/suites.o \
	tests/kunit/task_test.o \
	tests/kunit/uaccess_test.o \
	tests/kunit/user_memory.o \
	tests/kunit/wait_test.o \
	$(modkeeper-cases-y)

ccflags-y += -I$(modkeeper-dir)/tests/cases

# KUnit's own interface differs between kernels.
mk-kunit-has = $(shell grep -qs '$(1)' $(srctree)/include/kunit/test.h && echo -D$(2))
CFLAGS_tests/kunit/cases.o += $(call mk-kunit-has,generate_params.*struct kunit,MK_HAVE_GENERATOR_WITH_TEST)
CFLAGS_tests/kunit/suites.o += $(call mk-kunit-has,bool run_tests,MK_HAVE_INIT_WITHOUT_RUN)
