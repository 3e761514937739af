# SPDX-License-Identifier: GPL-2.0-only
"""Loads that fail: the errno that the caller got, and the stage, each brought about for real."""

import errno
import os
import pathlib
import tempfile
import time

from lib import system, uapi
from lib.driver import DriverTest
from lib.module_file import SIGNATURE, distribution_file, with_more_memory, without_signature


class Stages(DriverTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def fails(self, path, args=b""):
        """Loads the file, which must fail: errno, and the record of it."""
        reader = self.reader()
        before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        error = system.load_error(path, args)
        took = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - before
        self.assertNotEqual(error, 0)
        record, = self.told(reader, uapi.LOAD_FAILED)
        self.assertEqual(record.error, error)
        self.assertTrue(0 < record.duration <= took, (record.duration, took))
        self.assertEqual((record.pid, record.uid), (os.getpid(), os.getuid()))
        self.assertEqual((record.call, record.call_flags), (uapi.CALL_FINIT_MODULE, 0))
        words = pathlib.Path("/proc/self/cmdline").read_text().rstrip("\0").replace("\0", " ")
        # cut where there is room for no more, and without a blank at its end
        self.assertEqual(record.command, words[:255].rstrip(" "))
        self.assertEqual(record.parent_pid, os.getppid())
        self.assertEqual(record.parent_comm,
                         pathlib.Path(f"/proc/{os.getppid()}/comm").read_text().rstrip("\n"))
        return error, record

    def damaged(self, name, data):
        path = self.folder / f"{name}.ko"
        path.write_bytes(data)
        return path

    def expect(self, path, error, stage, name, args=b""):
        seen, record = self.fails(path, args)
        self.assertEqual((seen, record.stage, record.module), (error, stage, name))
        self.assertEqual(record.file, str(path.resolve()))
        self.assertEqual(record.file_bytes, path.stat().st_size)
        return record

    def test_a_truncated_file_is_no_elf(self):
        whole = system.ours("mk_slow").read_bytes()
        record = self.expect(self.damaged("mk-cut", whole[:len(whole) // 2]), errno.ENOEXEC,
                             uapi.STAGE_ELF, "mk_cut")
        self.assertEqual(record.details, uapi.DETAIL_NAME_OF_FILE)
        self.assertEqual(record.load_sequence, 0)

    def test_noise_is_no_elf(self):
        self.expect(self.damaged("noise", os.urandom(5000)), errno.ENOEXEC, uapi.STAGE_ELF, "noise")

    def test_another_vermagic_is_a_format(self):
        whole = system.ours("mk_slow").read_bytes()
        other = whole.replace(b" SMP ", b" SMX ")
        self.assertNotEqual(whole, other)
        record = self.expect(self.damaged("renamed", other), errno.ENOEXEC, uapi.STAGE_FORMAT,
                             "mk_slow")
        self.assertEqual(record.details, 0)

    def test_a_damaged_signature(self):
        whole = bytearray(distribution_file("dummy"))
        if not whole.endswith(SIGNATURE):
            self.skipTest("this kernel's modules are not signed")
        whole[whole.index(b"vermagic=") + 9] ^= 1
        error, record = self.fails(self.damaged("dummy", bytes(whole)))
        self.assertEqual((record.stage, record.module), (uapi.STAGE_SIGNATURE, "dummy"))
        self.assertEqual(record.signature, uapi.SIGNATURE_REFUSED)
        self.assertIn(error, (errno.EKEYREJECTED, errno.EBADMSG))

    def test_a_signature_is_told(self):
        reader = self.reader()
        system.modprobe("dummy")
        self.addCleanup(system.unload, "dummy")
        signed = distribution_file("dummy").endswith(SIGNATURE)
        begin, = self.told(reader, uapi.LOAD_BEGIN, module="dummy")
        self.assertEqual(begin.signature,
                         uapi.SIGNATURE_VALID if signed else uapi.SIGNATURE_NONE)
        system.unload("dummy")
        stripped = self.damaged("dummy", without_signature(distribution_file("dummy")))
        self.assertEqual(system.load_error(stripped), 0)
        begin, = self.told(reader, uapi.LOAD_BEGIN, module="dummy")
        self.assertEqual(begin.signature, uapi.SIGNATURE_NONE)

    def test_the_blacklist_of_the_command_line(self):
        self.expect(system.ours("mk_blacklisted"), errno.EPERM, uapi.STAGE_BLACKLIST,
                    "mk_blacklisted")

    def test_an_unknown_symbol(self):
        self.expect(system.ours("mk_user"), errno.ENOENT, uapi.STAGE_SYMBOLS, "mk_user")

    def test_a_duplicate(self):
        system.insmod(system.ours("mk_base"))
        self.expect(system.ours("mk_base"), errno.EEXIST, uapi.STAGE_DUPLICATE, "mk_base")
        self.assertTrue(system.is_loaded("mk_base"))

    def test_a_wrong_parameter(self):
        record = self.expect(system.ours("mk_slow"), errno.EINVAL, uapi.STAGE_PARAMETERS,
                             "mk_slow", b"ms=many")
        self.assertNotEqual(record.load_sequence, 0)

    def test_a_failing_init(self):
        record = self.expect(system.ours("mk_fail"), errno.ENODEV, uapi.STAGE_INIT, "mk_fail")
        self.assertEqual(record.version, "0.9-fail")
        self.assertEqual(record.signature, uapi.SIGNATURE_NONE)
        self.assertTrue(0 < record.init_ns < record.duration)

    def test_a_veto(self):
        system.insmod(system.ours("mk_veto"), "name=mk_base")
        self.expect(system.ours("mk_base"), errno.EACCES, uapi.STAGE_VETO, "mk_base")
        self.assertFalse(system.is_loaded("mk_base"))

    def test_no_memory(self):
        # the allocator complains of it with a call trace, which is no fault here
        level = pathlib.Path("/proc/sys/kernel/printk").read_text()
        self.addCleanup(pathlib.Path("/proc/sys/kernel/printk").write_text, level)
        system.run("dmesg", "-n", "1")
        huge = with_more_memory(system.ours("mk_slow").read_bytes(), 3 << 29)
        self.expect(self.damaged("huge", huge), errno.ENOMEM, uapi.STAGE_MEMORY, "mk_slow")

    def test_a_name_that_sysfs_has_already(self):
        # of built-in code, which no list of modules has
        self.assertTrue(pathlib.Path("/sys/module/printk").is_dir())
        whole = system.ours("mk_slow").read_bytes().replace(b"mk_slow\0", b"printk\0\0")
        record = self.expect(self.damaged("printk", whole), errno.EINVAL, uapi.STAGE_SYSFS, "printk")
        self.assertNotEqual(record.load_sequence, 0)

    def test_a_user_who_may_not(self):
        reader = self.reader()
        nobody = 65534
        pid = os.fork()
        if pid == 0:
            os.setuid(nobody)
            os._exit(system.load_error(system.ours("mk_base")))
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), errno.EPERM)
        record, = self.told(reader, uapi.LOAD_FAILED)
        self.assertEqual((record.error, record.stage), (errno.EPERM, uapi.STAGE_PERMISSION))
        self.assertEqual((record.uid, record.pid), (nobody, pid))

    def test_no_file_at_all(self):
        reader = self.reader()
        self.assertEqual(system.libc.syscall(system.FINIT_MODULE, -1, b"", 0), -1)
        record, = self.told(reader, uapi.LOAD_FAILED)
        self.assertEqual((record.error, record.stage), (errno.EBADF, uapi.STAGE_UNKNOWN))
        self.assertEqual((record.module, record.file), ("", ""))

    def test_by_init_module(self):
        reader = self.reader()
        image = system.ours("mk_base").read_bytes()
        done = system.libc.syscall(system.INIT_MODULE, image, len(image), b"")
        self.assertEqual(done, 0)
        begin, = self.told(reader, uapi.LOAD_BEGIN, module="mk_base")
        self.assertEqual((begin.call, begin.file), (uapi.CALL_INIT_MODULE, ""))
