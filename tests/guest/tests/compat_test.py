# SPDX-License-Identifier: GPL-2.0-only
"""A 32-bit program gets the same answers as a 64-bit one, byte for byte."""

import ctypes
import struct
import subprocess

from lib import policy, system, uapi
from lib.device import libc
from lib.driver import DriverTest

BUFFER = 65536


@system.with_programs_of_32_bits
class Answers(DriverTest):
    def setUp(self):
        system.modprobe("mk_user")
        self.one = self.device()

    @staticmethod
    def from_32_bits(request, argument, at, within=b""):
        question = struct.pack("=IIiI", request, len(argument), at, BUFFER if at >= 0 else 0)
        done = subprocess.run(["/usr/lib/modkeeper-tests/answer"], input=question + argument + within,
                              stdout=subprocess.PIPE, check=True, timeout=60)
        result, = struct.unpack_from("=i", done.stdout)
        return result, done.stdout[4:]

    def from_64_bits(self, request, argument, at, within=b""):
        # As many open files as the other one makes.
        second = self.device()
        buffer = ctypes.create_string_buffer(within, BUFFER)
        whole = ctypes.create_string_buffer(argument, len(argument))
        if at >= 0:
            struct.pack_into("=Q", whole, at, ctypes.addressof(buffer))
        result = libc.ioctl(second.fd, ctypes.c_ulong(request), whole)
        result = result if result >= 0 else -ctypes.get_errno()
        if at >= 0:
            struct.pack_into("=Q", whole, at, 0)
        return result, whole.raw + (buffer.raw if at >= 0 else b"")

    def same(self, request, argument, at=-1, expected=0, within=b""):
        narrow = self.from_32_bits(request, argument, at, within)
        self.assertEqual(narrow[0], expected)
        self.assertEqual(narrow, self.from_64_bits(request, argument, at, within))

    def test_info_and_stats(self):
        self.same(uapi.IOC_INFO, bytes(uapi.INFO.size))
        self.same(uapi.IOC_STATS, bytes(uapi.STATS.size))

    def test_snapshot(self):
        self.same(uapi.IOC_SNAPSHOT, uapi.SNAPSHOT.pack(0, 0, 0, 0, 0, 0, 0), at=0)
        self.same(uapi.IOC_SNAPSHOT, uapi.SNAPSHOT.pack(0, BUFFER, 0, 0, 0, 0, 0), at=0)
        self.same(uapi.IOC_SNAPSHOT, uapi.SNAPSHOT.pack(0, 8, 0, 0, 0, 0, 0), at=0, expected=-28)

    def test_query_and_holders(self):
        self.same(uapi.IOC_QUERY, uapi.QUERY.pack(b"mk_base", 0, BUFFER, 0, 0, 0), at=64)
        self.same(uapi.IOC_HOLDERS, uapi.HOLDERS.pack(b"mk_base", 0, BUFFER, 0, 0, 0, 0, 0), at=64)

    def test_filter(self):
        self.same(uapi.IOC_FILTER, uapi.FILTER.pack(1 << uapi.UNLOAD, b"mk_*", 0))
        self.same(uapi.IOC_FILTER, uapi.FILTER.pack(1, b"mk_*", 0), expected=-22)

    def test_client(self):
        self.same(uapi.IOC_CLIENT, uapi.CLIENT_OF.pack(0, 0, 0, 0, b"", b""))
        self.same(uapi.IOC_CLIENT, uapi.CLIENT_OF.pack(1, 0, 0, 8, b"", b""), expected=-22)

    def test_policy(self):
        block = policy.Policy().deny("mk_base", reason="both").block()

        def setting(**more):
            fields = {"size": len(block), "expected": 0, "mode": uapi.MODE_ENFORCE} | more
            return uapi.POLICY_SET.pack(0, fields["size"], 0, fields["expected"], 0, fields["mode"], 0,
                                        0, 0, 0, 0, 0)
        bad = block[:8] + b"\xff" + block[9:]
        self.same(uapi.IOC_POLICY_SET, setting(), at=0, expected=-22, within=bad)
        self.same(uapi.IOC_POLICY_SET, setting(mode=9), at=0, expected=-22, within=block)
        result, answer = self.from_32_bits(uapi.IOC_POLICY_SET, setting(), 0, block)
        self.assertEqual((result, uapi.POLICY_SET.unpack(answer[:uapi.POLICY_SET.size])[7]), (0, 1))
        self.same(uapi.IOC_POLICY_SET, setting(), at=0, expected=-116, within=block)
        getting = uapi.POLICY_GET.pack(0, BUFFER, 0, 0, 0, 0, b"", *[0] * 13)
        self.same(uapi.IOC_POLICY_GET, getting, at=0)
        self.same(uapi.IOC_POLICY_TEST, uapi.POLICY_TEST.pack(
            b"mk-base", 0, 0, 0, 0, b"", 0, 0, 0, 0, 0, uapi.GATE_LOAD, 0, 0, 0, 0, 0, 0, b"", b"", 0))
        self.same(uapi.IOC_POLICY_TEMPORARY, uapi.POLICY_TEMPORARY.pack(
            policy.LIST, 0, 0, 0, 0, 0, b"", 0, 0, 0, 0, 0))
        self.same(uapi.IOC_POLICY_TEMPORARY, uapi.POLICY_TEMPORARY.pack(
            policy.REVOKE, 0, 1 << 40, 0, 0, 0, b"", 0, 0, 0, 0, 0), expected=-2)
        self.same(uapi.IOC_POLICY_SEAL, uapi.POLICY_SEAL.pack(1, 0, 0, 0, 0), expected=-22)
        self.same(uapi.IOC_POLICY_MODE, uapi.POLICY_MODE.pack(3, 0, 0, 0, 0), expected=-22)
        result, _ = self.from_32_bits(uapi.IOC_POLICY_MODE, uapi.POLICY_MODE.pack(
            uapi.GATE_LOAD, uapi.MODE_AUDIT, 1, 0, 0), -1)
        self.assertEqual((result, policy.state(self.one).load_mode), (0, uapi.MODE_AUDIT))
        policy.clear(self.one)
