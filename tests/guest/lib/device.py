# SPDX-License-Identifier: GPL-2.0-only
"""An open /dev/modkeeper."""

import ctypes
import errno
import fcntl
import os
import select
import struct

from lib import uapi

PATH = "/dev/modkeeper"
libc = ctypes.CDLL(None, use_errno=True)


class Device:
    def __init__(self, flags=os.O_NONBLOCK):
        self.fd = os.open(PATH, os.O_CLOEXEC | flags)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    # ---- records ----

    def read(self, size=65536):
        return uapi.records(os.read(self.fd, size))

    def drain(self, size=65536):
        """Everything up to now."""
        found = []
        while True:
            try:
                found += self.read(size)
            except BlockingIOError:
                return found

    def read_to_address(self, address, size):
        """read() to any address: bytes, or -errno."""
        done = libc.read(self.fd, ctypes.c_void_p(address), ctypes.c_size_t(size))
        return done if done >= 0 else -ctypes.get_errno()

    def seek_oldest(self):
        return os.lseek(self.fd, 0, os.SEEK_SET)

    def seek_new(self):
        return os.lseek(self.fd, 0, os.SEEK_END)

    def readable(self, milliseconds=0):
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        return bool(poll.poll(milliseconds))

    # ---- ioctls ----

    def ioctl(self, request, argument):
        """argument: a buffer that the driver may write to, or an address."""
        return fcntl.ioctl(self.fd, request, argument)

    def ioctl_address(self, request, address):
        """With any address: the result, or -errno."""
        done = libc.ioctl(self.fd, ctypes.c_ulong(request), ctypes.c_void_p(address))
        return done if done >= 0 else -ctypes.get_errno()

    def info(self):
        data = bytearray(uapi.INFO.size)
        self.ioctl(uapi.IOC_INFO, data)
        return dict(zip(("size", "abi_major", "abi_minor", "features", "ring_bytes", "record_max",
                         "gone_max", "version"), uapi.INFO.unpack(data)))

    def stats(self):
        data = bytearray(uapi.STATS.size)
        self.ioctl(uapi.IOC_STATS, data)
        return dict(zip(("size", "readers", "produced", "overwritten", "missed", "bytes",
                         "first_sequence", "modules_loaded", "modules_gone", "generation",
                         "probes_missed", "anybody_produced", "anybody_overwritten",
                         "suppressed"),
                        uapi.STATS.unpack(data)))

    def snapshot_raw(self, size, flags=0, reserved=0, address=None):
        """One SNAPSHOT: (errno or 0, needed, count, generation, bytes)."""
        buffer = ctypes.create_string_buffer(max(size, 1))
        data = bytearray(uapi.SNAPSHOT.pack(address or ctypes.addressof(buffer), size, flags, 0, 0,
                                            0, reserved))
        error = 0
        try:
            self.ioctl(uapi.IOC_SNAPSHOT, data)
        except OSError as problem:
            error = problem.errno
        _, _, _, needed, count, generation, _ = uapi.SNAPSHOT.unpack(data)
        return error, needed, count, generation, buffer.raw[:needed]

    def snapshot(self, flags=0):
        """All modules, as a program should ask: size first, then until it fits."""
        _, needed, *_ = self.snapshot_raw(0, flags)
        while True:
            error, needed, count, _, data = self.snapshot_raw(needed + 1024, flags)
            if error == errno.ENOSPC:
                continue
            if error:
                raise OSError(error, os.strerror(error))
            found = uapi.modules(data)
            assert len(found) == count
            return found

    def query_raw(self, name, size=65536, flags=0, reserved=0):
        """One QUERY with name as bytes: (errno or 0, needed, bytes)."""
        buffer = ctypes.create_string_buffer(max(size, 1))
        data = bytearray(uapi.QUERY.pack(name, ctypes.addressof(buffer), size, flags, 0, reserved))
        error = 0
        try:
            self.ioctl(uapi.IOC_QUERY, data)
        except OSError as problem:
            error = problem.errno
        needed = uapi.QUERY.unpack(data)[4]
        return error, needed, buffer.raw[:needed]

    def filter(self, kinds=0, name=b"", reserved=0):
        self.ioctl(uapi.IOC_FILTER, bytearray(uapi.FILTER.pack(kinds, name, reserved)))

    def heads(self):
        """Everything up to now, as uapi.heads() has it."""
        found = []
        while True:
            try:
                found += uapi.heads(os.read(self.fd, 65536))
            except BlockingIOError:
                return found

    def holders(self, name, *nodes):
        """nodes: (kind, major, minor) of devices, in ascending order."""
        data = bytearray(uapi.HOLDERS.pack(name.encode(), 0, 0, 0, 0, 0, 0, 0))
        self.ioctl(uapi.IOC_HOLDERS, data)
        needed = uapi.HOLDERS.unpack(data)[4]
        asked = b"".join(uapi.NODE.pack(*node, 0) for node in nodes)
        buffer = ctypes.create_string_buffer(asked, needed + len(asked) + 65536)
        data = bytearray(uapi.HOLDERS.pack(name.encode(), ctypes.addressof(buffer), len(buffer),
                                           uapi.HOLDERS_NODES if nodes else 0, 0, 0, 0, len(nodes)))
        self.ioctl(uapi.IOC_HOLDERS, data)
        *_, needed, count, cut, _ = uapi.HOLDERS.unpack(data)
        assert cut == 0
        data, found = buffer.raw[:needed], []
        while data:
            size, = struct.unpack_from("=I", data)
            found.append(uapi.holder(data[:size]))
            data = data[size:]
        assert len(found) == count
        return found

    def query(self, name):
        error, _, data = self.query_raw(name.encode())
        if error:
            raise OSError(error, os.strerror(error))
        return uapi.module(data)
