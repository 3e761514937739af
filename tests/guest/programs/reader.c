// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the device as anybody's program would, with nothing but the uapi header: prints the
 * version, one line a record and one line a module.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/modkeeper.h>

static int fail(const char *what)
{
	fprintf(stderr, "reader: %s: %s\n", what, strerror(errno));
	return 1;
}

static void print_record(const char *bytes)
{
	const struct modkeeper_record *record = (const void *)bytes;
	const struct modkeeper_record_module *module = (const void *)(bytes + record->header_size);

	if (record->kind == MODKEEPER_RECORD_LOST)
		return;
	printf("record %llu %u %s\n", (unsigned long long)record->sequence, record->kind,
	       bytes + module->module.offset);
}

static int print_records(int device)
{
	static char buffer[16 * MODKEEPER_RECORD_MAX];
	ssize_t length;

	while ((length = read(device, buffer, sizeof(buffer))) > 0) {
		for (ssize_t at = 0; at < length;) {
			const struct modkeeper_record *record = (const void *)(buffer + at);

			print_record(buffer + at);
			at += record->size;
		}
	}
	return errno == EAGAIN ? 0 : fail("read");
}

static int print_modules(int device)
{
	struct modkeeper_snapshot snapshot = { 0 };
	char *buffer;

	if (ioctl(device, MODKEEPER_IOC_SNAPSHOT, &snapshot) < 0)
		return fail("SNAPSHOT (size)");
	snapshot.buffer_size = snapshot.needed + 4096;
	buffer = malloc(snapshot.buffer_size);
	snapshot.buffer = (unsigned long)buffer;
	if (!buffer || ioctl(device, MODKEEPER_IOC_SNAPSHOT, &snapshot) < 0)
		return fail("SNAPSHOT");
	for (__u32 at = 0; at < snapshot.needed;) {
		const struct modkeeper_module *module = (const void *)(buffer + at);

		printf("module %s %u\n", buffer + at + module->name.offset, module->references);
		at += module->size;
	}
	free(buffer);
	return 0;
}

int main(void)
{
	struct modkeeper_info info;
	int device = open("/dev/modkeeper", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (device < 0)
		return fail("/dev/modkeeper");
	if (ioctl(device, MODKEEPER_IOC_INFO, &info) < 0)
		return fail("INFO");
	if (info.abi_major != MODKEEPER_ABI_MAJOR) {
		fprintf(stderr, "reader: the driver speaks interface %u\n", info.abi_major);
		return 1;
	}
	printf("version %s\n", info.version);
	return print_records(device) || print_modules(device);
}
