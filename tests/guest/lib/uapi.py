# SPDX-License-Identifier: GPL-2.0-only
"""include/uapi/linux/modkeeper.h, written down a second time, independently of the C one."""

import struct
from types import SimpleNamespace

(LOST, PRESENT, LOAD_BEGIN, LOAD_LIVE, LOAD_FAILED, UNLOAD, UNLOAD_REFUSED, REQUEST, PARAMETER,
 REFERENCE, MARK, SUPPRESSED, POLICY_DECISION, POLICY_CHANGE, TOOL_FAILED) = range(1, 16)
LIVE, COMING, GOING, GONE = range(1, 5)
(STAGE_NONE, STAGE_UNKNOWN, STAGE_PERMISSION, STAGE_SIGNATURE, STAGE_ELF, STAGE_BLACKLIST,
 STAGE_FORMAT, STAGE_DUPLICATE, STAGE_MEMORY, STAGE_SYMBOLS, STAGE_VETO, STAGE_PARAMETERS,
 STAGE_SYSFS, STAGE_INIT, STAGE_POLICY) = range(15)
CALL_UNKNOWN, CALL_INIT_MODULE, CALL_FINIT_MODULE = range(3)
SIGNATURE_UNKNOWN, SIGNATURE_NONE, SIGNATURE_VALID, SIGNATURE_REFUSED = range(4)
LINK_NONE, LINK_CERTAIN, LINK_UNCERTAIN = range(3)
(REFUSAL_UNKNOWN, REFUSAL_NOT_LOADED, REFUSAL_REFERENCED, REFUSAL_IN_USE, REFUSAL_PERMISSION,
 REFUSAL_NO_EXIT, REFUSAL_BUSY) = range(7)
DETAIL_NAME_OF_FILE, DETAIL_OTHER_ROOT = 1, 2
(FEATURE_NOTIFIER, FEATURE_NETLINK, FEATURE_CALLS, FEATURE_FILES, FEATURE_REQUESTS,
 FEATURE_PARAMETERS, FEATURE_REFERENCES, FEATURE_KERNEL_LINES,
 FEATURE_REQUEST_GATE, FEATURE_TOOLS) = (1 << bit for bit in range(10))
GATE_LOAD, GATE_REQUEST = 1, 2
MODE_OFF, MODE_AUDIT, MODE_ENFORCE = range(3)
VERDICT_ALLOWED, VERDICT_DENIED, VERDICT_WOULD_DENY = 1, 2, 3
(CHANGE_SET, CHANGE_CLEARED, CHANGE_MODE, CHANGE_TRIAL, CHANGE_CONFIRMED,
 CHANGE_ROLLED_BACK, CHANGE_PERMITTED, CHANGE_REVOKED, CHANGE_EXPIRED,
 CHANGE_SEALED) = range(1, 11)
RECORD_MAX = 4096
NAME_SIZE = 64
TRUNCATED, ANYBODY = 1, 2
PRESENT_BEFORE, NO_EXIT = 1, 2
SNAPSHOT_GONE = 1

RECORD = struct.Struct("=IHHHHIQQQIIII16s")
RECORD_LOST = struct.Struct("=Q")

(CAPABILITY_UNKNOWN, CAPABILITY_HELD, CAPABILITY_MISSING, CAPABILITY_OWN_NAMESPACE) = range(4)

# Bodies of records: the names of the texts that they begin with, of what follows, and of what was
# added later, in groups of one or more. A text that is absent is "", or None if its name ends with "?".
CLIENT = (struct.Struct("=IIII16s"), ("client_pid", "client_uid", "client_loginuid",
                                      "client_reserved", "client_comm"))
MODULE_BODY = (("module", "version", "srcversion", "args", "file", "command", "alias"),
               struct.Struct("=7QiIIIIIIIQII16s16sQIIQ"),
               ("load_sequence", "taints", "core_bytes", "init_bytes", "file_bytes", "duration",
                "init_ns", "error", "stage", "call", "call_flags", "signature", "details",
                "parent_pid", "link", "request_sequence", "request_pid", "request_uid",
                "request_comm", "parent_comm", "file_inode", "file_major", "file_minor",
                "mount_namespace"), ("kernel_lines?",),
               (struct.Struct("=QQ"), ("user_namespace", "pid_namespace")), ("cgroup",),
               (struct.Struct("=II"), ("capability", "reserved")), ("rule", "rule_reason"),
               (struct.Struct("=Q"), ("decision_sequence",)), CLIENT, ("client_cgroup",))
IN_NAMESPACES = (struct.Struct("=3Q"), ("user_namespace", "pid_namespace", "mount_namespace"))
BODIES = {
    **dict.fromkeys((PRESENT, LOAD_BEGIN, LOAD_LIVE, LOAD_FAILED, UNLOAD), MODULE_BODY),
    UNLOAD_REFUSED: (("module", "used_by", "command"), struct.Struct("=QiIIIII16s"),
                     ("duration", "error", "reason", "references", "call_flags", "parent_pid",
                      "capability", "parent_comm"), ("kernel_lines?",), IN_NAMESPACES, ("cgroup",),
                     CLIENT, ("client_cgroup",)),
    REQUEST: (("alias", "caller"), struct.Struct("=II"), ("waits", "reserved"), IN_NAMESPACES,
              ("cgroup",)),
    PARAMETER: (("module", "parameter", "old_value", "new_value"), struct.Struct("=iI"),
                ("error", "reserved")),
    REFERENCE: (("module", "caller"), struct.Struct("=II"), ("got", "references")),
    MARK: (("text",), struct.Struct("="), ()),
    POLICY_DECISION: (("module", "rule", "rule_reason", "file", "command", "alias"),
                      struct.Struct("=QQQII16sIIIIII"),
                      ("generation", "taints", "request_sequence", "request_pid", "request_uid",
                       "request_comm", "link", "signature", "gate", "mode", "verdict", "reserved"),
                      IN_NAMESPACES, ("cgroup",), (struct.Struct("=Q"), ("permission",)), CLIENT,
                      ("client_cgroup",)),
    POLICY_CHANGE: (("digest", "kernel"), struct.Struct("=QIIII"),
                    ("generation", "change", "load_mode", "request_mode", "rule_count"),
                    ("permission_name",),
                    (struct.Struct("=QQII"), ("permission", "until", "uses_left", "gate"))),
    TOOL_FAILED: (("command", "directory"), struct.Struct("=4I16sII"),
                  ("exit_status", "signal", "filters_calls", "parent_pid", "parent_comm",
                   "capability", "reserved"), IN_NAMESPACES, ("cgroup",)),
    SUPPRESSED: ((), struct.Struct("=QQII"), ("count", "since", "of_uid", "of_kind")),
}
MODULE = struct.Struct("=IHHII12IQ7Q4QII4Q")
INFO = struct.Struct("=IHHQQII32s")
STATS = struct.Struct("=II12Q")
SNAPSHOT = struct.Struct("=QIIIIQQ")
QUERY = struct.Struct("=64sQIIII")
FILTER = struct.Struct("=Q64sQ")
HOLDERS = struct.Struct("=64sQIIIIII")
CLIENT_OF = struct.Struct("=IIII16s256s")
CLIENT_SEEN, CLIENT_CONTAINER, CLIENT_THERE = 1, 2, 4
CLIENTS_MAX = 32
POLICY_SET = struct.Struct("=QIIQQIIQIIQQ")
POLICY_GET = struct.Struct("=QIIIIQ32sIIIIQQQII4Q")
POLICY_CONFIRM = struct.Struct("=QQIIQ")
POLICY_MODE = struct.Struct("=IIQQQ")
PERMISSION = struct.Struct("=QQII64s")
POLICY_TEMPORARY = struct.Struct("=IIQQII64sQIIQQ")
POLICY_SEAL = struct.Struct("=IIQQQ")
POLICY_TEST = struct.Struct("=64sQQII64sQQQIIIIQIIII64s128sQ")
HOLDER = struct.Struct("=IHHIIiIIIIIQ16sII")
MARK = 11
HOLDER_FILE, HOLDER_MODULE, HOLDER_MAPPING, HOLDER_NODE = 1, 2, 3, 4
HOLDERS_CUT = 1
HOLDERS_NODES = 1
NODE = struct.Struct("=IIII")
NODE_CHARACTER, NODE_BLOCK = 1, 2
MARK_MAX = 512


def request(direction, number, size, kind=0xBD):
    """_IOC(): direction 2 is _IOR, 3 is _IOWR."""
    return direction << 30 | size << 16 | kind << 8 | number


IOC_INFO = request(2, 0, INFO.size)
IOC_STATS = request(2, 1, STATS.size)
IOC_SNAPSHOT = request(3, 2, SNAPSHOT.size)
IOC_QUERY = request(3, 3, QUERY.size)
IOC_FILTER = request(1, 4, FILTER.size)
IOC_HOLDERS = request(3, 5, HOLDERS.size)
IOC_CLIENT = request(1, 6, CLIENT_OF.size)
IOC_POLICY_SET = request(3, 0x10, POLICY_SET.size)
IOC_POLICY_GET = request(3, 0x11, POLICY_GET.size)
IOC_POLICY_CONFIRM = request(3, 0x12, POLICY_CONFIRM.size)
IOC_POLICY_MODE = request(3, 0x13, POLICY_MODE.size)
IOC_POLICY_TEMPORARY = request(3, 0x14, POLICY_TEMPORARY.size)
IOC_POLICY_SEAL = request(3, 0x15, POLICY_SEAL.size)
IOC_POLICY_TEST = request(3, 0x16, POLICY_TEST.size)


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
                          comm=comm.split(b"\0")[0].decode(), size=size,
                          module="")  # of those that are about none
    body = whole[header_size:header_size + body_size]
    if kind == LOST:
        assert body_size == RECORD_LOST.size
        one.count, = RECORD_LOST.unpack(body)
        return one
    texts, rest, names, *later = BODIES[kind]
    offset = 0
    for group in (texts, (rest, names), *later):
        if group and isinstance(group[0], struct.Struct):
            for name, value in zip(group[1], group[0].unpack_from(body, offset)):
                is_text = isinstance(value, bytes)
                setattr(one, name, value.split(b"\0")[0].decode() if is_text else value)
            offset += group[0].size
        else:
            for name in group:
                place = struct.unpack_from("=II", body, offset)
                known = text(whole, *place) if place[0] or not name.endswith("?") else None
                setattr(one, name.rstrip("?"), known)
                offset += 8
    assert body_size == offset, f"body {body_size}"
    assert getattr(one, "reserved", 0) == 0
    return one


def records(data):
    found = []
    while data:
        size, = struct.unpack_from("=I", data)
        assert RECORD.size <= size <= len(data), f"a record of {size} bytes in {len(data)}"
        found.append(record(data[:size]))
        data = data[size:]
    return found


def heads(data):
    """(kind, sequence, the text that the body begins with) of each record."""
    found = []
    while data:
        size, kind, _, header_size, _, _, sequence = struct.unpack_from("=IHHHHIQ", data)
        name = ""
        if kind not in (LOST, SUPPRESSED):
            name = text(data[:size], *struct.unpack_from("=II", data, header_size))
        found.append((kind, sequence, name))
        data = data[size:]
    return found


def holder(whole):
    (size, fixed_size, kind, pid, tgid, fd, device_major, device_minor, node_major, node_minor,
     references, inode, comm, offset, length) = HOLDER.unpack_from(whole)
    assert size == len(whole) and fixed_size == HOLDER.size
    return SimpleNamespace(kind=kind, pid=pid, tgid=tgid, fd=fd, device=(device_major, device_minor),
                           node=(node_major, node_minor), references=references, inode=inode,
                           comm=comm.split(b"\0")[0].decode(), name=text(whole, offset, length))


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
    one.taints = fields[17]
    one.memory = fields[18:25]
    (one.parameter_count, one.load_count, one.load_sequence, one.last_sequence, one.last_kind,
     reserved, one.loaded_boottime, one.loaded_realtime, one.gone_boottime, one.init_ns) = fields[25:]
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
