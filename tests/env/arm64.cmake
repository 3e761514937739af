# SPDX-License-Identifier: GPL-2.0-only
# How CMake compiles daemon and command for arm64 on another machine: `make daemon ARCH=arm64`.
# MODKEEPER_SYSROOT is the folder that tests/env/sysroot prints.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++-12)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

if(NOT MODKEEPER_SYSROOT OR NOT EXISTS "${MODKEEPER_SYSROOT}/usr/include")
  message(FATAL_ERROR "no libraries of arm64: set MODKEEPER_SYSROOT to what tests/env/sysroot prints")
endif()
# CMake's own trials of the compiler read this file without the command line
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MODKEEPER_SYSROOT)
set(CMAKE_SYSROOT ${MODKEEPER_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR}
  ${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig)

# The manual pages take what they say of commands from a program that was just compiled.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L ${CMAKE_SYSROOT})
