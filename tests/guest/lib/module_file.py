# SPDX-License-Identifier: GPL-2.0-only
"""Files of modules, and what makes bad ones of them."""

import pathlib
import struct

from lib import system

SIGNATURE = b"~Module signature appended~\n"


def distribution_file(name):
    """The file of a module of the kernel, unpacked."""
    path = pathlib.Path(system.run("modinfo", "-n", name).stdout.strip())
    if path.suffix == ".xz":
        import lzma  # noqa: PLC0415
        return lzma.decompress(path.read_bytes())
    return path.read_bytes()


def without_signature(data):
    if not data.endswith(SIGNATURE):
        return data
    length, = struct.unpack_from(">I", data, len(data) - len(SIGNATURE) - 4)
    return data[:-len(SIGNATURE) - 12 - length]


def with_more_memory(data, size):
    """The module with so many bytes of memory that are not in its file."""
    data = bytearray(data)
    headers, = struct.unpack_from("=Q", data, 40)
    length, count = struct.unpack_from("=HH", data, 58)
    for at in range(headers, headers + length * count, length):
        kind, flags = struct.unpack_from("=IQ", data, at + 4)
        if kind == 8 and flags & 2:  # SHT_NOBITS, SHF_ALLOC
            struct.pack_into("=Q", data, at + 32, size)
            return bytes(data)
    raise ValueError("no such section")


def patched(data, *pairs):
    """With other bytes in the place of some, as many."""
    for old, new in pairs:
        if old not in data:
            raise ValueError(f"{old!r} is not in the file")
        if len(old) != len(new):
            raise ValueError(f"{new!r} is not as long as {old!r}")
        data = data.replace(old, new)
    return data


def for_another_machine(data):
    return data[:18] + struct.pack("<H", 183) + data[20:]  # EM_AARCH64


def with_other_checksum(data):
    """Of the layout of a module, which each module is compared by."""
    at = data.index(b"module_layout\0") - 8
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
