/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a 32-bit program without a C library begins, and asks the kernel. It begins with run(), whose
 * stack is aligned as a function may expect it.
 */
#ifdef __i386__

#include <asm/unistd_32.h>

static long call(long number, long first, long second, long third)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(first), "c"(second), "d"(third)
			 : "memory");
	return result;
}

__asm__(".globl _start\n_start:\n\tandl $-16, %esp\n\tcall run\n");

#else /* ARM, for kernels of arm64 */

#include <asm/unistd.h>

static long call(long number, long first, long second, long third)
{
	register long which __asm__("r7") = number;
	register long result __asm__("r0") = first;
	register long second_word __asm__("r1") = second;
	register long third_word __asm__("r2") = third;

	__asm__ volatile("svc #0"
			 : "+r"(result)
			 : "r"(which), "r"(second_word), "r"(third_word)
			 : "memory");
	return result;
}

__asm__(".globl _start\n_start:\n\tbl run\n");

#endif
