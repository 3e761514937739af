/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fixed-width names that the uapi and wall headers need, for C++ inside the kernel build,
 * where no kernel header is on the include path. Same types as the kernel's int-ll64.h.
 */
#ifndef MODKEEPER_LIB_LINUX_TYPES_H
#define MODKEEPER_LIB_LINUX_TYPES_H

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;

#endif /* MODKEEPER_LIB_LINUX_TYPES_H */
