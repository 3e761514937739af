# SPDX-License-Identifier: GPL-2.0-only
"""A small generic netlink client, and the attributes of the family "modkeeper"."""

import os
import socket
import struct

REQUEST, MULTI, ACK, ROOT_MATCH = 1, 2, 4, 0x300
ERROR, DONE = 2, 3
CONTROL, GET_FAMILY, FAMILY_ID, FAMILY_NAME, FAMILY_VERSION = 0x10, 3, 1, 2, 3
SOL_NETLINK, CAP_ACK, EXT_ACK = 270, 10, 11
ACK_TLVS, CAPPED = 0x200, 0x100

GET_STATUS, GET_MODULE = 1, 2
STATUS = dict(enumerate(("abi_major", "abi_minor", "version", "features", "ring_bytes", "produced",
                         "overwritten", "missed", "readers", "modules_loaded", "generation"), 2))
MODULE = dict(enumerate(("name", "state", "flags", "references", "version", "srcversion", "uses",
                         "used_by", "taints", "size", "load_count", "load_sequence",
                         "last_sequence", "init_ns"), 2))
TEXTS = {"name", "version", "srcversion", "uses", "used_by"}
LISTS = {"uses", "used_by"}


class Refused(Exception):
    def __init__(self, number, message, offset):
        super().__init__(f"{os.strerror(number)}: {message}")
        self.errno = number
        self.message = message
        self.offset = offset


def attribute(kind, value):
    data = value if isinstance(value, bytes) else value.encode() + b"\0"
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def attributes(data):
    found = []
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        assert length >= 4
        found.append((kind & 0x3FFF, data[4:length]))
        data = data[(length + 3) & ~3:]
    return found


def named(data, names):
    """Attributes by name, numbers and texts decoded; unknown ones are an error."""
    found = {name: [] for name in LISTS if name in names.values()}
    for kind, value in attributes(data):
        if kind == 1:  # padding
            continue
        name = names[kind]
        value = value.rstrip(b"\0").decode() if name in TEXTS else int.from_bytes(value, "little")
        if name in LISTS:
            found[name].append(value)
        else:
            assert name not in found, f"{name} twice"
            found[name] = value
    return found


class Netlink:
    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.socket.setsockopt(SOL_NETLINK, EXT_ACK, 1)
        self.socket.setsockopt(SOL_NETLINK, CAP_ACK, 1)
        self.socket.bind((0, 0))
        self.sequence = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def request(self, kind, command, payload=b"", flags=ACK, version=1):
        """The attributes of all answers."""
        self.sequence += 1
        body = struct.pack("=BBH", command, version, 0) + payload
        self.socket.send(struct.pack("=IHHII", 16 + len(body), kind, REQUEST | flags,
                                     self.sequence, 0) + body)
        found = []
        while True:
            data = self.socket.recv(1 << 18)
            while data:
                length, answer, answer_flags, sequence, _ = struct.unpack_from("=IHHII", data)
                message, data = data[16:length], data[(length + 3) & ~3:]
                assert sequence == self.sequence
                if answer in (ERROR, DONE):
                    number, = struct.unpack_from("=i", message)
                    if number:
                        raise self.refusal(answer, -number, answer_flags, message)
                    return found
                found.append(message[4:])

    @staticmethod
    def refusal(answer, number, flags, message):
        skip = 4 if answer == DONE else 20
        said = dict(attributes(message[skip:])) if flags & ACK_TLVS else {}
        return Refused(number, said.get(1, b"").rstrip(b"\0").decode(),
                       int.from_bytes(said[2], "little") if 2 in said else None)

    def family(self, name="modkeeper"):
        answer, = self.request(CONTROL, GET_FAMILY, attribute(FAMILY_NAME, name))
        return int.from_bytes(dict(attributes(answer))[FAMILY_ID], "little")

    def status(self):
        answer, = self.request(self.family(), GET_STATUS)
        return named(answer, STATUS)

    def module(self, name):
        answer, = self.request(self.family(), GET_MODULE, attribute(2, name))
        return named(answer, MODULE)

    def modules(self):
        return [named(answer, MODULE) for answer in
                self.request(self.family(), GET_MODULE, flags=ROOT_MATCH)]
