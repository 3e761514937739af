# SPDX-License-Identifier: GPL-2.0-only
"""The policy of the driver: rules as its block of memory, written from the uapi header, and what an open
device sets and asks of it."""

import ctypes
import hashlib
import os
import struct
from types import SimpleNamespace

from lib import uapi

ALLOW, DENY, WARN = 1, 2, 3
KEEP, ROLL_BACK = 1, 2
NONE = 0xffffffff
ANY = 0xffffffffffffffff
MAGIC, VERSION = 0x6c6f704d, 1
SIZE_MAX = 4 << 20
HEADER = struct.Struct("=IHHII32s64s8I2I")
RULE = struct.Struct("=BBBBIIIQ")
NAME = struct.Struct("=III")
CONDITION = struct.Struct("=HHIII")
PATTERN, EXCEPT = 1, 2
FACTS = {name: number for number, name in enumerate(
    "signed out-of-tree proprietary staging forced livepatch test from-memory on-root-device path "
    "srcversion parameters by-unprivileged by-container by-kernel by-login by-helper by-uid "
    "for-unprivileged for-container for-kernel for-login for-helper for-uid".split())}


class Policy:
    """deny("mk_*", unless=["mk_base"], conditions=["not signed", "path=/tmp/*"], id="local:1")"""

    def __init__(self):
        self.rules, self.defaults = [], [NONE, NONE]

    def rule(self, verdict, *names, unless=(), conditions=(), id=None, reason="",
             gate=uapi.GATE_LOAD, until=0):
        self.rules.append(SimpleNamespace(
            verdict=verdict, names=names, unless=unless, conditions=conditions,
            id=id or f"test:{len(self.rules) + 1}", reason=reason, gate=gate, until=until))
        return self

    def deny(self, *names, **more):
        return self.rule(DENY, *names, **more)

    def allow(self, *names, **more):
        return self.rule(ALLOW, *names, **more)

    def warn(self, *names, **more):
        return self.rule(WARN, *names, **more)

    def otherwise(self, verdict, gate=uapi.GATE_LOAD, **more):
        self.defaults[gate - 1] = len(self.rules)
        return self.rule(verdict, gate=gate, **more)

    def block(self):
        texts, places = bytearray(b"\0"), {"": 0}

        def place(text):
            if text not in places:
                places[text] = len(texts)
                texts.extend(text.encode() + b"\0")
            return places[text]

        rules, names, conditions = bytearray(), bytearray(), bytearray()
        for number, rule in enumerate(self.rules):
            first = len(conditions) // CONDITION.size if rule.conditions else 0
            for flag, words in ((0, rule.names), (EXCEPT, rule.unless)):
                for word in words:
                    pattern = PATTERN if set(word) & set("*?[") else 0
                    names += NAME.pack(number, place(word), flag | pattern)
            for words in rule.conditions:
                conditions += self.condition(words, place)
            rules += RULE.pack(rule.gate, rule.verdict, len(rule.conditions), 0, first,
                               place(rule.id), place(rule.reason), rule.until)
        whole = bytearray(HEADER.size)
        tables = []
        for table, size in ((rules, RULE.size), (names, NAME.size), (conditions, CONDITION.size),
                            (texts, 1)):
            whole += bytes(-len(whole) % 8)
            tables += [len(whole), len(table) // size]
            whole += table
        whole += bytes(-len(whole) % 8)
        digest = hashlib.sha256(repr(self.rules).encode()).digest()
        HEADER.pack_into(whole, 0, MAGIC, VERSION, HEADER.size, len(whole), 0, digest,
                         os.uname().release.encode(), *tables, *self.defaults)
        return bytes(whole)

    @staticmethod
    def condition(words, place):
        negated, fact = words.startswith("not "), words.removeprefix("not ")
        fact, _, value = fact.partition("=")
        first = last = text = 0
        if fact.endswith("uid"):
            first, _, last = value.partition("-")
            first, last = int(first), int(last or first)
        elif value:
            text = place(value)
        return CONDITION.pack(FACTS[fact], negated, text, first, last)


def ioctl(device, request, data):
    """(0 or errno, the bytes as the driver left them)"""
    buffer = ctypes.create_string_buffer(bytes(data), len(data))
    done = device.ioctl_address(request, ctypes.addressof(buffer))
    return -done if done < 0 else 0, buffer.raw


def try_set(device, block, expected=ANY, load_mode=uapi.MODE_ENFORCE, request_mode=0, flags=0,
            confirm=0, reserved=(0, 0), size=None):
    """(errno or 0, generation, fault, offset of the fault)"""
    memory = ctypes.create_string_buffer(block, max(len(block), 1))
    size = len(block) if size is None else size
    error, data = ioctl(device, uapi.IOC_POLICY_SET, uapi.POLICY_SET.pack(
        ctypes.addressof(memory), size, flags, expected, confirm, load_mode, request_mode, 0, 0, 0,
        *reserved))
    _, _, _, _, _, _, _, generation, fault, offset, _, _ = uapi.POLICY_SET.unpack(data)
    return error, generation, fault, offset


def raised(error):
    if error:
        raise OSError(error, os.strerror(error))


def set_policy(device, policy, **more):
    """The generation."""
    error, generation, fault, offset = try_set(device, policy.block(), **more)
    assert not fault, (fault, offset)
    raised(error)
    return generation


def clear(device):
    error, generation, *_ = try_set(device, b"")
    raised(error)
    return generation


def set_mode(device, mode, gate=uapi.GATE_LOAD, expected=ANY):
    error, data = ioctl(device, uapi.IOC_POLICY_MODE, uapi.POLICY_MODE.pack(gate, mode, expected, 0, 0))
    raised(error)
    return uapi.POLICY_MODE.unpack(data)[3]


def try_confirm(device, generation, action=KEEP):
    """(errno or 0, generation, when it was rolled back)"""
    error, data = ioctl(device, uapi.IOC_POLICY_CONFIRM,
                        uapi.POLICY_CONFIRM.pack(generation, 0, action, 0, 0))
    return error, *uapi.POLICY_CONFIRM.unpack(data)[:2]


def try_seal(device, flags=0):
    return ioctl(device, uapi.IOC_POLICY_SEAL, uapi.POLICY_SEAL.pack(flags, 0, 0, 0, 0))[0]


ADD, REVOKE, LIST = 1, 2, 3


def try_temporary(device, action, number=0, name="", seconds=0, uses=0, gate=0, flags=0, reserved=(0, 0)):
    """(errno or 0, id)"""
    error, data = ioctl(device, uapi.IOC_POLICY_TEMPORARY, uapi.POLICY_TEMPORARY.pack(
        action, flags, number, int(seconds * 10**9), uses, gate, name.encode(), 0, 0, 0, *reserved))
    return error, uapi.POLICY_TEMPORARY.unpack(data)[2]


def permit(device, name, gate=uapi.GATE_LOAD, **more):
    """The number of the temporary permission."""
    error, number = try_temporary(device, ADD, name=name, gate=gate, **more)
    raised(error)
    return number


def revoke(device, number):
    raised(try_temporary(device, REVOKE, number)[0])


def permissions(device):
    buffer = ctypes.create_string_buffer(64 * uapi.PERMISSION.size)
    error, data = ioctl(device, uapi.IOC_POLICY_TEMPORARY, uapi.POLICY_TEMPORARY.pack(
        LIST, 0, 0, 0, 0, 0, b"", ctypes.addressof(buffer), len(buffer), 0, 0, 0))
    raised(error)
    count = uapi.POLICY_TEMPORARY.unpack(data)[9]
    found = uapi.PERMISSION.iter_unpack(buffer.raw[:count * uapi.PERMISSION.size])
    return [SimpleNamespace(number=number, until=until, uses_left=uses, gate=gate,
                            name=name.split(b"\0")[0].decode())
            for number, until, uses, gate, name in found]


def state(device, size=0):
    """As POLICY_GET has it; with a size: block and hits too."""
    buffer = ctypes.create_string_buffer(max(size, 1))
    error, data = ioctl(device, uapi.IOC_POLICY_GET, uapi.POLICY_GET.pack(
        ctypes.addressof(buffer), size, 0, 0, 0, 0, b"", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    raised(error)
    (_, _, _, needed, rules, generation, digest, load_mode, request_mode, ceiling, gates, deadline, denied,
     would_deny, flags, *_) = uapi.POLICY_GET.unpack(data)
    found = SimpleNamespace(needed=needed, rules=rules, generation=generation, digest=digest,
                            load_mode=load_mode, request_mode=request_mode, ceiling=ceiling,
                            gates=gates, deadline=deadline, denied=denied, would_deny=would_deny,
                            sealed=flags & 1)
    if size:
        found.block = buffer.raw[:needed - 8 * rules]
        found.hits = struct.unpack(f"={rules}Q", buffer.raw[needed - 8 * rules:needed])
    return found


def ask(device, name, known=(), true=(), gate=uapi.GATE_LOAD, path="", parameters="", srcversion="",
        uid=0):
    """POLICY_TEST: what would become of it."""
    texts = [ctypes.create_string_buffer(text.encode()) for text in (path, parameters)]
    bits = [sum(1 << FACTS[fact] for fact in facts) for facts in ({*known, *true}, true)]
    error, data = ioctl(device, uapi.IOC_POLICY_TEST, uapi.POLICY_TEST.pack(
        name.encode(), *map(ctypes.addressof, texts), len(path), len(parameters), srcversion.encode(),
        *bits, 0, uid, 0, gate, 0, 0, 0, 0, 0, 0, b"", b"", 0))
    raised(error)
    *_, generation, mode, verdict, rule_verdict, rule, rule_id, reason, permission = \
        uapi.POLICY_TEST.unpack(data)
    return SimpleNamespace(generation=generation, mode=mode, verdict=verdict, permission=permission,
                           rule_verdict=rule_verdict, rule=rule,
                           rule_id=rule_id.split(b"\0")[0].decode(),
                           reason=reason.split(b"\0")[0].decode())
