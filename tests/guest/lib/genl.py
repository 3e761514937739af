# SPDX-License-Identifier: GPL-2.0-only
"""A small generic netlink client, and the attributes of the family "modkeeper"."""

import os
import socket
import struct

REQUEST, MULTI, ACK, ROOT_MATCH = 1, 2, 4, 0x300
ERROR, DONE = 2, 3
CONTROL, GET_FAMILY, FAMILY_ID, FAMILY_NAME, FAMILY_VERSION, FAMILY_GROUPS = 0x10, 3, 1, 2, 3, 7
SOL_NETLINK, CAP_ACK, EXT_ACK = 270, 10, 11
ACK_TLVS, CAPPED = 0x200, 0x100

GET_STATUS, GET_MODULE, GET_PARAMS, EVENT, SUBSCRIBE, UNSUBSCRIBE = range(1, 7)
STATUS = dict(enumerate(("abi_major", "abi_minor", "version", "features", "ring_bytes", "produced",
                         "overwritten", "missed", "readers", "modules_loaded", "generation",
                         "suppressed"), 2))
MODULE = dict(enumerate(("name", "state", "flags", "references", "version", "srcversion", "uses",
                         "used_by", "taints", "size", "load_count", "load_sequence",
                         "last_sequence", "init_ns"), 2))
PARAMETER = dict(enumerate(("module", "name", "type", "mode"), 2))
EVENTS = dict(enumerate(("sequence", "kind", "flags", "cpu", "boottime", "realtime", "pid", "tgid",
                         "uid", "loginuid", "comm", "module", "version", "srcversion", "args",
                         "file", "command", "alias", "load_sequence", "taints", "core_bytes",
                         "init_bytes", "file_bytes", "duration", "init_ns", "error", "stage",
                         "call", "call_flags", "signature", "details", "parent_pid", "parent_comm",
                         "link", "request_sequence", "request_pid", "request_uid", "request_comm",
                         "file_inode", "file_major", "file_minor", "mount_namespace", "used_by",
                         "reason", "references", "caller", "waits", "parameter", "old_value",
                         "new_value", "got", "text", "count", "of_kind", "since", "kernel_lines",
                         "capability", "user_namespace", "pid_namespace", "cgroup"), 2))
TEXTS = {"name", "version", "srcversion", "uses", "used_by", "module", "type", "comm", "args",
         "file", "command", "alias", "parent_comm", "request_comm", "caller", "parameter",
         "old_value", "new_value", "text", "kernel_lines", "cgroup"}
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
    def __init__(self, inherited=None):
        self.socket = inherited or socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.socket.setsockopt(SOL_NETLINK, EXT_ACK, 1)
        self.socket.setsockopt(SOL_NETLINK, CAP_ACK, 1)
        if not inherited:
            self.socket.bind((0, 0))
        self.sequence = 0
        self.family_number = None

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
                if sequence == 0:  # an event, on a socket that has subscribed
                    continue
                assert sequence == self.sequence
                if answer in (ERROR, DONE):
                    number, = struct.unpack_from("=i", message)
                    if number:
                        # libnl looks for no error in the end of a dump
                        assert answer == ERROR
                        raise self.refusal(-number, answer_flags, message)
                    return found
                found.append(message[4:])

    @staticmethod
    def refusal(number, flags, message):
        said = dict(attributes(message[20:])) if flags & ACK_TLVS else {}
        return Refused(number, said.get(1, b"").rstrip(b"\0").decode(),
                       int.from_bytes(said[2], "little") if 2 in said else None)

    def family(self, name="modkeeper"):
        answer, = self.request(CONTROL, GET_FAMILY, attribute(FAMILY_NAME, name))
        return int.from_bytes(dict(attributes(answer))[FAMILY_ID], "little")

    def has_groups(self):
        answer, = self.request(CONTROL, GET_FAMILY, attribute(FAMILY_NAME, "modkeeper"))
        return FAMILY_GROUPS in dict(attributes(answer))

    def subscribe(self):
        self.family_number = self.family()
        self.request(self.family_number, SUBSCRIBE)

    def unsubscribe(self):
        self.request(self.family_number, UNSUBSCRIBE)

    def events(self, last):
        """What a subscriber is told, one list for each datagram, until last(event)."""
        self.socket.settimeout(60)
        family, found = self.family_number, []
        while not found or not last(found[-1][-1]):
            data, burst = self.socket.recv(1 << 18), []
            while data:
                length, kind, *_ = struct.unpack_from("=IHHII", data)
                assert (kind, data[16]) == (family, EVENT), (kind, data[16])
                burst.append(named(data[20:length], EVENTS))
                data = data[(length + 3) & ~3:]
            found.append(burst)
        return found

    def parameters(self, module=None):
        payload = attribute(2, module) if module is not None else b""
        return [named(answer, PARAMETER) for answer in
                self.request(self.family(), GET_PARAMS, payload, flags=ROOT_MATCH)]

    def status(self):
        answer, = self.request(self.family(), GET_STATUS)
        return named(answer, STATUS)

    def module(self, name):
        answer, = self.request(self.family(), GET_MODULE, attribute(2, name))
        return named(answer, MODULE)

    def modules(self):
        return [named(answer, MODULE) for answer in
                self.request(self.family(), GET_MODULE, flags=ROOT_MATCH)]
