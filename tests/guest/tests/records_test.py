# SPDX-License-Identifier: GPL-2.0-only
"""What is recorded of loads and unloads by anybody, beside what the kernel says of them."""

import errno
import os
import subprocess
import time

from lib import system, uapi
from lib.driver import DriverTest


class Records(DriverTest):
    def about(self, reader, name):
        return [record for record in reader.drain() if getattr(record, "module", "") == name]

    def test_modules_that_were_there_are_told_first(self):
        records = self.device().drain()
        present = [record for record in records if record.kind == uapi.PRESENT]
        self.assertEqual(records[:len(present)], present)
        self.assertEqual({record.module for record in present},
                         set(system.proc_modules()) - {"modkeeper"})
        for record in present:
            self.assertEqual(record.srcversion, system.sysfs(record.module, "srcversion"))
            self.assertEqual(record.version, system.sysfs(record.module, "version"))
            self.assertEqual(record.core_bytes, int(system.sysfs(record.module, "coresize")))
            self.assertEqual(record.load_sequence, record.sequence)

    def test_insmod_is_recorded_with_who_what_and_when(self):
        reader = self.reader()
        before, before_real = time.clock_gettime_ns(time.CLOCK_BOOTTIME), time.time_ns()
        process = subprocess.Popen(["insmod", system.ours("mk_slow"), "ms=20", "exit_ms=0"])
        self.assertEqual(process.wait(), 0)
        after, after_real = time.clock_gettime_ns(time.CLOCK_BOOTTIME), time.time_ns()
        begin, live = self.about(reader, "mk_slow")

        self.assertEqual((begin.kind, live.kind), (uapi.LOAD_BEGIN, uapi.LOAD_LIVE))
        for record in (begin, live):
            self.assertEqual(record.args, "ms=20 exit_ms=0")
            self.assertEqual((record.file, record.file_inode), (begin.file, begin.file_inode))
            self.assertEqual((record.pid, record.tgid), (process.pid, process.pid))
            self.assertEqual((record.uid, record.comm), (0, "insmod"))
            self.assertEqual(record.srcversion, system.sysfs("mk_slow", "srcversion"))
            self.assertEqual(record.taints, system.taint_bits(system.sysfs("mk_slow", "taint")))
            self.assertTrue(before <= record.boottime <= after)
            self.assertTrue(before_real <= record.realtime <= after_real)
            self.assertEqual(record.load_sequence, begin.sequence)
            self.assertEqual(record.flags, 0)
        self.assertEqual(live.core_bytes, int(system.sysfs("mk_slow", "coresize")))
        self.assertGreater(begin.init_bytes, 0)
        self.assertTrue(20_000_000 <= live.duration <= after - before, live.duration)

    def test_rmmod_is_recorded(self):
        system.insmod(system.ours("mk_base"))
        reader = self.reader()
        system.rmmod("mk_base")
        record, = self.about(reader, "mk_base")
        self.assertEqual((record.kind, record.comm, record.version), (uapi.UNLOAD, "rmmod", "1.2.3"))

    def test_modprobe_is_recorded_in_the_order_of_the_dependencies(self):
        reader = self.reader()
        system.modprobe("mk_user")
        system.run("modprobe", "-r", "mk_user")
        told = [(record.kind, record.module) for record in reader.drain()
                if record.module.startswith("mk_")]
        self.assertEqual(told, [
            (uapi.LOAD_BEGIN, "mk_base"), (uapi.LOAD_LIVE, "mk_base"),
            (uapi.LOAD_BEGIN, "mk_user"), (uapi.LOAD_LIVE, "mk_user"),
            (uapi.UNLOAD, "mk_user"), (uapi.UNLOAD, "mk_base")])

    def test_a_failing_init_is_no_unload(self):
        reader = self.reader()
        with self.assertRaises(system.Failed):
            system.insmod(system.ours("mk_fail"), "error=5")
        begin, failed = self.about(reader, "mk_fail")
        self.assertEqual((begin.kind, failed.kind), (uapi.LOAD_BEGIN, uapi.LOAD_FAILED))
        self.assertEqual(begin.args, "error=5")
        self.assertEqual(failed.load_sequence, begin.sequence)
        self.assertEqual((failed.stage, failed.error), (uapi.STAGE_INIT, errno.EIO))
        self.assertEqual(failed.version, "0.9-fail")

    def test_a_wrong_parameter_value_is_a_failed_load(self):
        reader = self.reader()
        with self.assertRaises(system.Failed):
            system.insmod(system.ours("mk_slow"), "ms=many")
        self.assertEqual([record.kind for record in self.about(reader, "mk_slow")],
                         [uapi.LOAD_BEGIN, uapi.LOAD_FAILED])

    def test_sequence_numbers_are_dense(self):
        for _ in range(3):
            system.modprobe("mk_user")
            system.run("modprobe", "-r", "mk_user")
        records = self.device().drain()
        numbers = [record.sequence for record in records]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertEqual(len(numbers), self.device().stats()["produced"])
        self.assertEqual(sorted(record.boottime for record in records),
                         [record.boottime for record in records])

    def test_the_taint_of_a_licence_is_told(self):
        reader = self.reader()
        system.insmod(system.ours("mk_proprietary"))
        begin, live = self.about(reader, "mk_proprietary")
        self.assertEqual(live.taints, system.taint_bits(system.sysfs("mk_proprietary", "taint")))
        self.assertTrue(live.taints & 1)
        self.assertTrue(begin.taints & 1)

    def test_long_arguments_are_cut_and_marked(self):
        reader = self.reader()
        words = "a_charp=" + "x" * 900
        # The command must not be cut either, and that of these tests may be long.
        with system.modprobe_d(f"options mk_types {words}\n"):
            system.modprobe("mk_types")
        whole = self.about(reader, "mk_types")[0]
        self.assertEqual((whole.args.strip(), whole.flags), (words, 0))
        system.unload("mk_types")
        reader.seek_new()

        words = " ".join(["an_int=7"] * 1000)
        self.assertEqual(system.load_error(system.ours("mk_types"), words.encode()), 0)
        cut = self.about(reader, "mk_types")[0]
        self.assertEqual(cut.flags, uapi.TRUNCATED)
        self.assertTrue(words.startswith(cut.args))
        self.assertEqual(cut.size, uapi.RECORD_MAX)

    def test_a_long_command_is_cut_and_marked(self):
        reader = self.reader()
        system.insmod(system.ours("mk_types"), "a_charp=" + "x" * 900)
        begin = self.about(reader, "mk_types")[0]
        self.assertEqual((len(begin.command), begin.flags), (255, uapi.TRUNCATED))
        self.assertTrue(begin.command.startswith("insmod /"))

    def test_an_ordinary_user_cannot_read(self):
        done = system.run("runuser", "-u", "nobody", "--", "cat", "/dev/modkeeper", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Permission denied", done.stderr)

    def test_the_recorded_thread_is_the_one_that_called(self):
        reader = self.reader()
        pid = os.fork()
        if pid == 0:
            os.execvp("modprobe", ["modprobe", "mk_base"])
        os.waitpid(pid, 0)
        self.assertEqual({(record.pid, record.comm) for record in self.about(reader, "mk_base")},
                         {(pid, "modprobe")})
