// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit program that hands one ioctl to the device: reads a struct question, its argument and
 * what is first in the buffer from standard input, writes the result, the argument and the buffer
 * to standard output. It has no C library, so that the compiler for 64-bit programs can make it.
 */
#include <linux/fcntl.h>
#include <linux/types.h>

#include "call.h"

struct question {
	__u32 request;
	__u32 size;	   /* of the argument */
	__s32 buffer_at;   /* where in it the address of the buffer goes, -1: nowhere */
	__u32 buffer_size; /* at most that of the one below */
};

static struct question question;
static __u64 argument[64];
static __u64 buffer[8192];

void run(void)
{
	int device = call(__NR_open, (long)"/dev/modkeeper", O_RDONLY, 0);
	__s32 result;

	if (device < 0 ||
	    call(__NR_read, 0, (long)&question, sizeof(question)) != sizeof(question) ||
	    question.size > sizeof(argument) || question.buffer_size > sizeof(buffer) ||
	    call(__NR_read, 0, (long)argument, question.size) != (long)question.size)
		call(__NR_exit, 1, 0, 0);
	call(__NR_read, 0, (long)buffer, sizeof(buffer));
	if (question.buffer_at >= 0)
		argument[question.buffer_at / 8] = (unsigned long)buffer;
	result = call(__NR_ioctl, device, question.request, (long)argument);
	if (question.buffer_at >= 0)
		argument[question.buffer_at / 8] = 0;
	call(__NR_write, 1, (long)&result, sizeof(result));
	call(__NR_write, 1, (long)argument, question.size);
	call(__NR_write, 1, (long)buffer, question.buffer_size);
	call(__NR_exit, 0, 0, 0);
}
