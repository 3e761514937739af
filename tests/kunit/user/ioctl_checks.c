// SPDX-License-Identifier: GPL-2.0-only
/* INFO and STATS of /dev/modkeeper, and what every ioctl refuses. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "check.h"
#include "module.h"
#include "records.h"
#include "suites.h"

static int fd = -1;

static const char *start(void)
{
	CHECK_STEP(driver_start());
	fd = records_open();
	CHECK(fd >= 0);
	return NULL;
}

static const char *end(void)
{
	close(fd);
	return driver_end();
}

static const char *info_tells_versions_and_sizes(void)
{
	struct modkeeper_info info;

	memset(&info, 0xa5, sizeof(info));
	CHECK(ioctl(fd, MODKEEPER_IOC_INFO, &info) == 0);
	CHECK(info.size == sizeof(info));
	CHECK(info.abi_major == MODKEEPER_ABI_MAJOR && info.abi_minor == MODKEEPER_ABI_MINOR);
	CHECK(info.features & MODKEEPER_FEATURE_NOTIFIER &&
	      info.features & MODKEEPER_FEATURE_NETLINK);
	CHECK(info.ring_bytes == 64 * 1024);
	CHECK(info.record_max == MODKEEPER_RECORD_MAX);
	CHECK(memchr(info.version, 0, sizeof(info.version)) && info.version[0]);
	return NULL;
}

/* As programs do that were compiled against an earlier or a later header. */
static const char *info_fits_shorter_and_longer_callers(void)
{
	struct {
		struct modkeeper_info info;
		char more[32];
	} later;
	unsigned int none = _IOC(_IOC_READ, 0xBD, 0, 0), i;

	memset(&later, 0xa5, sizeof(later));
	CHECK(ioctl(fd, _IOC(_IOC_READ, 0xBD, 0, 16), &later) == 0);
	CHECK(later.info.size == 16);
	CHECK(((unsigned char *)&later)[16] == 0xa5);

	CHECK(ioctl(fd, _IOC(_IOC_READ, 0xBD, 0, sizeof(later)), &later) == 0);
	CHECK(later.info.size == sizeof(later.info));
	for (i = 0; i < sizeof(later.more); i++)
		CHECK((unsigned char)later.more[i] == 0xa5);
	CHECK(ioctl(fd, none, &later) == -1 && errno == ENOTTY);
	return NULL;
}

static const char *stats_count_records_and_readers(void)
{
	struct modkeeper_stats before, after;
	int other = records_open();

	CHECK(other >= 0);
	CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &before) == 0);
	close(other);
	CHECK(module_load("mk_sample_init", "") == 0);
	CHECK(module_unload("mk_sample_init") == 0);
	CHECK(ioctl(fd, MODKEEPER_IOC_STATS, &after) == 0);
	CHECK(before.readers == 2 && after.readers == 1);
	CHECK(after.produced == before.produced + 3);
	CHECK(after.bytes > before.bytes);
	CHECK(after.generation > before.generation);
	CHECK(after.first_sequence == 1 && after.overwritten == 0 && after.missed == 0);
	CHECK(after.modules_loaded == before.modules_loaded);
	CHECK(after.modules_gone == before.modules_gone + 1);
	return NULL;
}

static const char *unknown_requests_are_enotty(void)
{
	struct modkeeper_info info;

	CHECK(ioctl(fd, _IO(0xBD, 0), &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, _IOR(0xBD, 0x7f, struct modkeeper_info), &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, _IOW(0xBD, 0, struct modkeeper_info), &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, _IOR(0xBC, 0, struct modkeeper_info), &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, 0x5401 /* TCGETS */, &info) == -1 && errno == ENOTTY);
	CHECK(ioctl(fd, ~0u, &info) == -1 && errno == ENOTTY);
	return NULL;
}

static const char *bad_pointers_are_efault(void)
{
	static const unsigned long requests[] = { MODKEEPER_IOC_INFO, MODKEEPER_IOC_STATS,
						  MODKEEPER_IOC_SNAPSHOT, MODKEEPER_IOC_QUERY };
	char *none = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct modkeeper_snapshot one = {};
	struct modkeeper_query two = { .name = "mk_sample_user" };
	unsigned int i;

	CHECK(none != MAP_FAILED);
	for (i = 0; i < COUNT(requests); i++) {
		CHECK(ioctl(fd, requests[i], NULL) == -1 && errno == EFAULT);
		CHECK(ioctl(fd, requests[i], none) == -1 && errno == EFAULT);
		CHECK(ioctl(fd, requests[i], none + PAGE - 8) == -1 && errno == EFAULT);
	}
	/* the request is fine, where it points is not */
	one.buffer = two.buffer = (uintptr_t)none;
	one.buffer_size = two.buffer_size = 64 * 1024;
	CHECK(ioctl(fd, MODKEEPER_IOC_SNAPSHOT, &one) == -1 && errno == EFAULT);
	CHECK(ioctl(fd, MODKEEPER_IOC_QUERY, &two) == -1 && errno == EFAULT);
	munmap(none, PAGE);
	return NULL;
}

static const char *flags_and_reserved_fields_are_einval(void)
{
	struct modkeeper_snapshot all;
	struct modkeeper_query one;
	unsigned int bit;

	for (bit = 1; bit < 32; bit++) {
		all = (struct modkeeper_snapshot){ .flags = 1u << bit };
		CHECK(ioctl(fd, MODKEEPER_IOC_SNAPSHOT, &all) == -1 && errno == EINVAL);
	}
	all = (struct modkeeper_snapshot){ .reserved = 1 };
	CHECK(ioctl(fd, MODKEEPER_IOC_SNAPSHOT, &all) == -1 && errno == EINVAL);
	one = (struct modkeeper_query){ .name = "mk_sample_user", .flags = 1 };
	CHECK(ioctl(fd, MODKEEPER_IOC_QUERY, &one) == -1 && errno == EINVAL);
	one = (struct modkeeper_query){ .name = "mk_sample_user", .reserved = 1 };
	CHECK(ioctl(fd, MODKEEPER_IOC_QUERY, &one) == -1 && errno == EINVAL);
	return NULL;
}

static const struct check checks[] = {
	{ "info_tells_versions_and_sizes", info_tells_versions_and_sizes },
	{ "info_fits_shorter_and_longer_callers", info_fits_shorter_and_longer_callers },
	{ "stats_count_records_and_readers", stats_count_records_and_readers },
	{ "unknown_requests_are_enotty", unknown_requests_are_enotty },
	{ "bad_pointers_are_efault", bad_pointers_are_efault },
	{ "flags_and_reserved_fields_are_einval", flags_and_reserved_fields_are_einval },
};

const struct check_suite ioctl_suite = {
	.name = "ioctl",
	.start = start,
	.end = end,
	.checks = checks,
	.count = COUNT(checks),
};
