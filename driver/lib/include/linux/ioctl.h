/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How an ioctl number is made up, for C++ inside the kernel build: number in bits 0-7, type in
 * 8-15, size of the argument in 16-29, direction in 30-31, as on x86, arm64 and riscv.
 */
#ifndef MODKEEPER_LIB_LINUX_IOCTL_H
#define MODKEEPER_LIB_LINUX_IOCTL_H

#if defined(__alpha__) || defined(__mips__) || defined(__powerpc__) || defined(__sparc__)
#error "This architecture lays out ioctl numbers differently"
#endif

#define _IOC_NONE 0U
#define _IOC_WRITE 1U
#define _IOC_READ 2U

#define _IOC(direction, type, number, size)                                                        \
    (((direction) << 30) | ((size) << 16) | ((type) << 8) | (number))

#define _IO(type, number) _IOC(_IOC_NONE, (type), (number), 0U)
#define _IOR(type, number, argument)                                                               \
    _IOC(_IOC_READ, (type), (number), (unsigned int)sizeof(argument))
#define _IOW(type, number, argument)                                                               \
    _IOC(_IOC_WRITE, (type), (number), (unsigned int)sizeof(argument))
#define _IOWR(type, number, argument)                                                              \
    _IOC(_IOC_READ | _IOC_WRITE, (type), (number), (unsigned int)sizeof(argument))

#define _IOC_DIR(request) (((request) >> 30) & 3U)
#define _IOC_TYPE(request) (((request) >> 8) & 0xffU)
#define _IOC_NR(request) ((request)&0xffU)
#define _IOC_SIZE(request) (((request) >> 16) & 0x3fffU)

#endif /* MODKEEPER_LIB_LINUX_IOCTL_H */
