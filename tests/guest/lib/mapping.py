# SPDX-License-Identifier: GPL-2.0-only
"""Memory that a file is mapped to without a descriptor, of which Python's mmap keeps one."""

import ctypes
import mmap
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int,
                      ctypes.c_long)
libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


def map_and_close(path, test):
    """Maps a page of the file until the end of the test."""
    fd = os.open(path, os.O_RDWR)
    address = libc.mmap(None, mmap.PAGESIZE, mmap.PROT_READ, mmap.MAP_SHARED, fd, 0)
    os.close(fd)
    if address == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), f"mmap {path}")
    test.addCleanup(libc.munmap, address, mmap.PAGESIZE)
