// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints a line for each record of /dev/modkeeper, and with --follow for each that comes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/modkeeper.h>

static const char *const kinds[] = {
	[MODKEEPER_RECORD_LOST] = "lost",
	[MODKEEPER_RECORD_PRESENT] = "present",
	[MODKEEPER_RECORD_LOAD_BEGIN] = "load-begin",
	[MODKEEPER_RECORD_LOAD_LIVE] = "load-live",
	[MODKEEPER_RECORD_LOAD_FAILED] = "load-failed",
	[MODKEEPER_RECORD_UNLOAD] = "unload",
	[MODKEEPER_RECORD_UNLOAD_REFUSED] = "unload-refused",
	[MODKEEPER_RECORD_REQUEST] = "request",
	[MODKEEPER_RECORD_PARAMETER] = "parameter",
};

static void print_record(const char *bytes)
{
	const struct modkeeper_record *record = (const void *)bytes;
	const struct modkeeper_text *name = (const void *)(bytes + record->header_size);

	if (record->kind == MODKEEPER_RECORD_LOST) {
		const struct modkeeper_record_lost *lost = (const void *)name;

		printf("%llu lost %llu\n", (unsigned long long)record->sequence,
		       (unsigned long long)lost->count);
	} else if (record->kind < sizeof(kinds) / sizeof(kinds[0]) && kinds[record->kind]) {
		/* these begin with a text: the module, or the alias that was asked for */
		printf("%llu %s %s by %s\n", (unsigned long long)record->sequence,
		       kinds[record->kind], name->length ? bytes + name->offset : "?",
		       record->comm);
	}
}

int main(int count, char **words)
{
	int flags = count > 1 && !strcmp(words[1], "--follow") ? 0 : O_NONBLOCK;
	int device = open("/dev/modkeeper", O_RDONLY | O_CLOEXEC | flags);
	static char buffer[16 * MODKEEPER_RECORD_MAX];
	struct modkeeper_info info;
	ssize_t bytes;

	if (device < 0 || ioctl(device, MODKEEPER_IOC_INFO, &info) < 0) {
		perror("/dev/modkeeper");
		return 1;
	}
	if (info.abi_major != MODKEEPER_ABI_MAJOR) {
		fprintf(stderr, "the driver speaks interface %u\n", info.abi_major);
		return 1;
	}
	while ((bytes = read(device, buffer, sizeof(buffer))) > 0) {
		for (char *at = buffer; at < buffer + bytes;) {
			print_record(at);
			at += ((struct modkeeper_record *)at)->size;
		}
		fflush(stdout);
	}
	if (errno == EAGAIN)
		return 0;
	perror("read");
	return 1;
}
