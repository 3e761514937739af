// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "check.h"
#include "netlink.h"

int module_load(const char *name, const char *parameters)
{
	/* User Mode Linux reads on in the wrong page where such a text crosses a boundary. */
	static _Alignas(4096) char text[4096];
	char path[128];
	int fd, error;

	snprintf(text, sizeof(text), "%s", parameters);
	snprintf(path, sizeof(path), "/modules/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	error = syscall(SYS_finit_module, fd, text, 0) ? errno : 0;
	close(fd);
	return error;
}

int module_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
}

bool module_loaded(const char *name)
{
	return file_has_word("/proc/modules", name);
}

const char *file_text(const char *path, char *text, unsigned int size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned int used = 0;
	ssize_t got;

	if (fd >= 0) {
		while (used < size - 1 && (got = read(fd, text + used, size - 1 - used)) > 0)
			used += got;
		close(fd);
	}
	if (used && text[used - 1] == '\n')
		used--;
	text[used] = 0;
	return text;
}

bool file_has_word(const char *path, const char *word)
{
	FILE *file = fopen(path, "re");
	char line[4096];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		char *at, *rest = line;

		while (!found && (at = strsep(&rest, " \t\n")))
			found = !strcmp(at, word);
	}
	if (file)
		fclose(file);
	return found;
}

int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

const char *driver_start(void)
{
	CHECK(module_load("modkeeper", "ring_kb=64") == 0);
	return NULL;
}

const char *driver_end(void)
{
	CHECK(!module_loaded("modkeeper") || module_unload("modkeeper") == 0);
	return NULL;
}

const char *driver_is_absent(void)
{
	CHECK(!module_loaded("modkeeper"));
	CHECK(access("/dev/modkeeper", F_OK) == -1);
	CHECK(access("/sys/class/misc/modkeeper", F_OK) == -1);
	CHECK(access("/sys/module/modkeeper", F_OK) == -1);
	CHECK(!file_has_word("/proc/misc", "modkeeper"));
	CHECK(netlink_family("modkeeper") == -ENOENT);
	return NULL;
}

const char *driver_works(void)
{
	struct modkeeper_info info;
	int fd = open("/dev/modkeeper", O_RDONLY | O_CLOEXEC), result;

	CHECK(fd >= 0);
	result = ioctl(fd, MODKEEPER_IOC_INFO, &info);
	close(fd);
	CHECK(result == 0);
	CHECK(info.abi_major == MODKEEPER_ABI_MAJOR);
	CHECK(netlink_family("modkeeper") > 0);
	return NULL;
}
