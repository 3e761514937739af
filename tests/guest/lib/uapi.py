# SPDX-License-Identifier: GPL-2.0-only
"""include/uapi/linux/modkeeper.h, written down a second time, independently of the C one."""

import struct
from types import SimpleNamespace

LOST, PRESENT, LOAD_BEGIN, LOAD_LIVE, LOAD_FAILED, UNLOAD = range(1, 7)
LIVE, COMING, GOING, GONE = range(1, 5)
STAGE_NONE, STAGE_UNKNOWN = range(2)
RECORD_MAX = 4096
NAME_SIZE = 64
TRUNCATED = 1
PRESENT_BEFORE, NO_EXIT = 1, 2
SNAPSHOT_GONE = 1

RECORD = struct.Struct("=IHHHHIQQQIIII16s")
RECORD_MODULE = struct.Struct("=8I5QiI")
RECORD_LOST = struct.Struct("=Q")
MODULE = struct.Struct("=IHHII12I2Q7Q4QII4Q")
INFO = struct.Struct("=IHHQQII32s")
STATS = struct.Struct("=II8Q")
SNAPSHOT = struct.Struct("=QIIIIQQ")
QUERY = struct.Struct("=64sQIIII")


def request(direction, number, size, kind=0xBD):
    """_IOC(): direction 2 is _IOR, 3 is _IOWR."""
    return direction << 30 | size << 16 | kind << 8 | number


IOC_INFO = request(2, 0, INFO.size)
IOC_STATS = request(2, 1, STATS.size)
IOC_SNAPSHOT = request(3, 2, SNAPSHOT.size)
IOC_QUERY = request(3, 3, QUERY.size)


def text(whole, offset, length):
    if offset == 0:
        assert length == 0, "an absent text has a length"
        return ""
    assert offset + length < len(whole), "a text leaves its record"
    assert whole[offset + length] == 0, "a text does not end with NUL"
    return whole[offset:offset + length].decode()


def record(whole):
    """One record of exactly these bytes, checked and taken apart."""
    (size, kind, flags, header_size, body_size, cpu, sequence, boottime, realtime, pid, tgid, uid,
     loginuid, comm) = RECORD.unpack_from(whole)
    assert size == len(whole) and size % 8 == 0 and size <= RECORD_MAX, f"size {size}"
    assert header_size == RECORD.size, f"header {header_size}"
    one = SimpleNamespace(kind=kind, flags=flags, cpu=cpu, sequence=sequence, boottime=boottime,
                          realtime=realtime, pid=pid, tgid=tgid, uid=uid, loginuid=loginuid,
                          comm=comm.split(b"\0")[0].decode(), size=size)
    body = whole[header_size:header_size + body_size]
    if kind == LOST:
        assert body_size == RECORD_LOST.size
        one.count, = RECORD_LOST.unpack(body)
        return one
    assert body_size == RECORD_MODULE.size, f"body {body_size}"
    fields = RECORD_MODULE.unpack(body)
    for index, name in enumerate(("name", "version", "srcversion", "args")):
        setattr(one, name, text(whole, *fields[2 * index:2 * index + 2]))
    (one.load_sequence, one.taints, one.core_bytes, one.init_bytes, one.duration, one.error,
     one.stage) = fields[8:]
    return one


def records(data):
    found = []
    while data:
        size, = struct.unpack_from("=I", data)
        assert RECORD.size <= size <= len(data), f"a record of {size} bytes in {len(data)}"
        found.append(record(data[:size]))
        data = data[size:]
    return found


def names(joined):
    return joined.split(",") if joined else []


def module(whole):
    fields = MODULE.unpack_from(whole)
    size, fixed_size, state, flags, references = fields[:5]
    assert size == len(whole) and size % 8 == 0, f"size {size}"
    assert fixed_size == MODULE.size, f"fixed part {fixed_size}"
    one = SimpleNamespace(state=state, flags=flags, references=references)
    for index, name in enumerate(("name", "version", "srcversion", "uses", "used_by", "parameters")):
        setattr(one, name, text(whole, *fields[5 + 2 * index:7 + 2 * index]))
    for name in ("uses", "used_by", "parameters"):
        setattr(one, name, names(getattr(one, name)))
    one.taints, one.base = fields[17:19]
    one.memory = fields[19:26]
    (one.parameter_count, one.load_count, one.load_sequence, one.last_sequence, one.last_kind,
     reserved, one.loaded_boottime, one.loaded_realtime, one.gone_boottime, one.init_ns) = fields[26:]
    assert reserved == 0
    return one


def modules(data):
    found = []
    while data:
        size, = struct.unpack_from("=I", data)
        assert MODULE.size <= size <= len(data), f"a module of {size} bytes in {len(data)}"
        found.append(module(data[:size]))
        data = data[size:]
    return found
