// SPDX-License-Identifier: GPL-2.0-only
/* What is recorded of real modules that come, fail and go. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check.h"
#include "module.h"
#include "records.h"
#include "suites.h"

static struct records seen;

/* All records from the oldest on. */
static const char *look(void)
{
	int fd = records_open();
	const char *failed;

	CHECK(fd >= 0);
	failed = records_drain(fd, &seen);
	close(fd);
	return failed;
}

static const char *what_was_there_is_present(void)
{
	const struct record *base, *user;
	char text[64];

	CHECK_STEP(look());
	CHECK(seen.count >= 2);
	CHECK(seen.at[0].head.sequence == 1);
	base = records_find(&seen, MODKEEPER_RECORD_PRESENT, "mk_sample_base");
	user = records_find(&seen, MODKEEPER_RECORD_PRESENT, "mk_sample_user");
	CHECK(base && user);
	CHECK(base->head.sequence < user->head.sequence);
	CHECK(!base->version[0]);
	CHECK(!strcmp(user->version, "1.2-sample"));
	CHECK(!strcmp(user->srcversion,
		      file_text("/sys/module/mk_sample_user/srcversion", text, sizeof(text))));
	CHECK(user->module.load_sequence == user->head.sequence);
	CHECK(user->module.taints & (1 << 12)); /* out of tree */
	CHECK(user->module.core_bytes > 0);
	CHECK(user->module.init_bytes == 0);
	return NULL;
}

static const char *a_load_begins_and_is_live(void)
{
	const struct record *begin, *live;
	char comm[16] = "";

	CHECK(module_load("mk_sample_init", "error=0") == 0);
	CHECK_STEP(look());
	CHECK(module_unload("mk_sample_init") == 0);
	begin = records_find(&seen, MODKEEPER_RECORD_LOAD_BEGIN, "mk_sample_init");
	live = records_find(&seen, MODKEEPER_RECORD_LOAD_LIVE, "mk_sample_init");
	CHECK(begin && live);
	CHECK(live->head.sequence == begin->head.sequence + 1);
	CHECK(live->module.load_sequence == begin->head.sequence);
	CHECK(begin->module.load_sequence == begin->head.sequence);
	CHECK(!strcmp(begin->args, "error=0"));
	CHECK(begin->module.init_bytes > 0);
	/* where the call is seen, since that began */
	if (live->module.call)
		CHECK(live->module.duration_ns > live->head.boottime_ns - begin->head.boottime_ns);
	else
		CHECK(live->module.duration_ns == live->head.boottime_ns - begin->head.boottime_ns);
	CHECK(begin->head.pid == (unsigned int)getpid());
	CHECK(begin->head.tgid == (unsigned int)getpid());
	CHECK(begin->head.uid == 0);
	CHECK(begin->head.loginuid == ~0u);
	file_text("/proc/self/comm", comm, sizeof(comm));
	CHECK(!strcmp(begin->head.comm, comm));
	return NULL;
}

static const char *an_unload_is_recorded(void)
{
	const struct record *live, *unload;

	CHECK(module_load("mk_sample_init", "") == 0);
	CHECK(module_unload("mk_sample_init") == 0);
	CHECK_STEP(look());
	live = records_find(&seen, MODKEEPER_RECORD_LOAD_LIVE, "mk_sample_init");
	unload = records_find(&seen, MODKEEPER_RECORD_UNLOAD, "mk_sample_init");
	CHECK(live && unload);
	CHECK(unload->head.sequence == live->head.sequence + 1);
	CHECK(unload->module.load_sequence == live->module.load_sequence);
	return NULL;
}

static const char *a_failed_init_is_no_unload(void)
{
	const struct record *begin, *failed;

	CHECK(module_load("mk_sample_init", "error=5") == EIO);
	CHECK_STEP(look());
	begin = records_find(&seen, MODKEEPER_RECORD_LOAD_BEGIN, "mk_sample_init");
	failed = records_find(&seen, MODKEEPER_RECORD_LOAD_FAILED, "mk_sample_init");
	CHECK(begin && failed);
	CHECK(failed->module.load_sequence == begin->head.sequence);
	CHECK(!strcmp(begin->args, "error=5"));
	CHECK(!records_find(&seen, MODKEEPER_RECORD_UNLOAD, "mk_sample_init"));
	CHECK(!records_find(&seen, MODKEEPER_RECORD_LOAD_LIVE, "mk_sample_init"));
	return NULL;
}

static const char *a_refused_parameter_fails_the_load(void)
{
	CHECK(module_load("mk_sample_init", "error=much") == EINVAL);
	CHECK_STEP(look());
	CHECK(records_find(&seen, MODKEEPER_RECORD_LOAD_BEGIN, "mk_sample_init"));
	CHECK(records_find(&seen, MODKEEPER_RECORD_LOAD_FAILED, "mk_sample_init"));
	return NULL;
}

/* The first record of @kind in @bytes, or NULL. */
static const struct modkeeper_record *first_of(const void *bytes, long size, int kind)
{
	const struct modkeeper_record *at = bytes;

	for (; size > 0; size -= at->size, at = (const void *)((const char *)at + at->size))
		if (at->kind == kind)
			return at;
	return NULL;
}

static const char *long_args_are_cut_and_that_is_said(void)
{
	static _Alignas(8) char buffer[16 * MODKEEPER_RECORD_MAX];
	static char args[4090] = "a.b=";
	const struct modkeeper_record *begin;
	const struct modkeeper_record_module *module;
	int fd = records_open();
	long size;

	memset(args + 4, 'x', sizeof(args) - 5);
	CHECK(module_load("mk_sample_init", args) == 0);
	CHECK(module_unload("mk_sample_init") == 0);
	size = read(fd, buffer, sizeof(buffer));
	close(fd);
	begin = first_of(buffer, size, MODKEEPER_RECORD_LOAD_BEGIN);
	CHECK(begin);
	CHECK(begin->size <= MODKEEPER_RECORD_MAX);
	CHECK(begin->flags & MODKEEPER_RECORD_TRUNCATED);
	module = (const void *)((const char *)begin + begin->header_size);
	CHECK(module->args.length > 1000 && module->args.length < sizeof(args));
	CHECK(module->args.offset + module->args.length < begin->size);
	CHECK(!memcmp((const char *)begin + module->args.offset, args, module->args.length));
	return NULL;
}

/* A file that is not all there never gets so far that there is something to record. */
static const char *a_truncated_file_is_refused_before(void)
{
	static char image[512 * 1024];
	int fd = open("/modules/mk_sample_init.ko", O_RDONLY | O_CLOEXEC);
	ssize_t size = read(fd, image, sizeof(image));
	int error;

	close(fd);
	CHECK(size > 4096 && size < (ssize_t)sizeof(image));
	error = syscall(SYS_init_module, image, size / 2, "") ? errno : 0;
	CHECK(error == ENOEXEC);
	CHECK_STEP(look());
	CHECK(!records_find(&seen, MODKEEPER_RECORD_LOAD_BEGIN, "mk_sample_init"));
	return NULL;
}

static const char *the_driver_tells_of_itself(void)
{
	const struct record *live;

	CHECK_STEP(look());
	live = records_find(&seen, MODKEEPER_RECORD_LOAD_LIVE, "modkeeper");
	CHECK(live || records_find(&seen, MODKEEPER_RECORD_PRESENT, "modkeeper"));
	return NULL;
}

static const char *an_overtaken_reader_is_told_how_far(void)
{
	static struct records late;
	int fd = records_open(), i;
	struct modkeeper_record first;
	const char *failed;

	CHECK(fd >= 0);
	/* 64 KiB of ring, some 200 bytes a record, three a turn */
	for (i = 0; i < 200; i++) {
		CHECK(module_load("mk_sample_init", "") == 0);
		CHECK(module_unload("mk_sample_init") == 0);
	}
	failed = records_drain(fd, &late);
	close(fd);
	CHECK_STEP(failed);
	first = late.at[0].head;
	CHECK(first.kind == MODKEEPER_RECORD_LOST);
	CHECK(first.sequence == 1);
	CHECK(late.count > 50);
	CHECK(late.at[1].head.sequence == 1 + late.at[0].lost);
	/* and once only */
	for (i = 1; i < (int)late.count; i++)
		CHECK(!late.at[i].lost);
	CHECK_STEP(look());
	CHECK(seen.at[seen.count - 1].head.sequence == late.at[late.count - 1].head.sequence);
	return NULL;
}

static const struct check checks[] = {
	{ "what_was_there_is_present", what_was_there_is_present },
	{ "the_driver_tells_of_itself", the_driver_tells_of_itself },
	{ "a_load_begins_and_is_live", a_load_begins_and_is_live },
	{ "an_unload_is_recorded", an_unload_is_recorded },
	{ "a_failed_init_is_no_unload", a_failed_init_is_no_unload },
	{ "a_refused_parameter_fails_the_load", a_refused_parameter_fails_the_load },
	{ "long_args_are_cut_and_that_is_said", long_args_are_cut_and_that_is_said },
	{ "a_truncated_file_is_refused_before", a_truncated_file_is_refused_before },
	{ "an_overtaken_reader_is_told_how_far", an_overtaken_reader_is_told_how_far },
};

const struct check_suite record_suite = {
	.name = "records",
	.start = driver_start,
	.end = driver_end,
	.checks = checks,
	.count = COUNT(checks),
};
