# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel prints during a call on a module: in the record of that call and in no other."""

import errno
import os
import pathlib
import shutil
import subprocess
import tempfile

from lib import system, uapi
from lib.driver import DriverTest

TAINTED = "loading out-of-tree module taints kernel"
UNSIGNED = "module verification failed"


def told(record):
    """The lines of a record, without those that say only that the kernel is tainted by it."""
    if record.kernel_lines is None:
        raise AssertionError(f"nobody listened to {record.module}")
    return [line for line in record.kernel_lines.split("\n")
            if line and TAINTED not in line and UNSIGNED not in line]


class Lines(DriverTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.listener = self.reader()

    def tearDown(self):
        system.unload("mk_talks", "dummy")
        super().tearDown()

    def end_of(self, module, kind=uapi.LOAD_LIVE):
        record, = self.told(self.listener, kind, module=module)
        return record

    def test_a_parameter_that_is_ignored(self):
        system.modprobe("dummy", "colour=red")
        self.assertEqual(told(self.end_of("dummy")), ["dummy: unknown parameter 'colour' ignored"])

    def test_a_load_of_which_the_kernel_says_nothing(self):
        system.modprobe("dummy")
        self.assertEqual(self.end_of("dummy").kernel_lines, "")

    def test_a_value_that_is_refused(self):
        self.assertEqual(system.load_error(system.ours("mk_types"), b"an_int=many"), errno.EINVAL)
        line, = told(self.end_of("mk_types", uapi.LOAD_FAILED))
        self.assertEqual(line, "mk_types: `many' invalid for parameter `an_int'")

    def test_another_vermagic(self):
        path = self.folder / "other.ko"
        path.write_bytes(system.ours("mk_base").read_bytes().replace(b" mod_unload", b" mod_loadun"))
        self.assertEqual(system.load_error(path), errno.ENOEXEC)
        line, = told(self.end_of("mk_base", uapi.LOAD_FAILED))
        self.assertRegex(line, r"^mk_base: version magic '.* mod_loadun .*' should be '.*'$")

    def test_another_checksum(self):
        data = system.ours("mk_base").read_bytes()
        if b"module_layout\0" not in data:
            self.skipTest("this kernel has no checksums of symbols")
        at = data.index(b"module_layout\0") - 8
        path = self.folder / "base.ko"
        path.write_bytes(data[:at] + bytes(4) + data[at + 4:])
        self.assertEqual(system.load_error(path), errno.ENOEXEC)
        line, = told(self.end_of("mk_base", uapi.LOAD_FAILED))
        self.assertEqual(line, "mk_base: disagrees about version of symbol module_layout")

    def test_a_file_of_another_name(self):
        path = self.folder / "nvidia-current.ko"
        shutil.copy(system.ours("mk_talks"), path)
        system.insmod(path)
        self.assertEqual(told(self.end_of("mk_talks")), ["mk_talks: word 0"])

    def test_two_loads_side_by_side(self):
        """Both print all the time, and one of them with what names no module."""
        talks = subprocess.Popen(["insmod", system.ours("mk_talks"), "lines=6", "ms=50"])
        refused = []
        while talks.poll() is None:
            self.assertEqual(system.load_error(system.ours("mk_types"), b"an_int=many"),
                             errno.EINVAL)
            refused.append(1)
        self.assertEqual(talks.returncode, 0)
        records = self.listener.drain()
        live, = (one for one in records if one.kind == uapi.LOAD_LIVE and one.module == "mk_talks")
        self.assertEqual(told(live), [f"mk_talks: word {number}" for number in range(6)])
        failed = [one for one in records if one.kind == uapi.LOAD_FAILED]
        self.assertEqual(len(failed), len(refused))
        for one in failed:
            self.assertEqual(told(one), ["mk_types: `many' invalid for parameter `an_int'"])

    def test_lines_of_interrupts_and_workers_are_not_of_the_call(self):
        system.run("dmesg", "--clear")
        system.insmod(system.ours("mk_talks"), "ms=100")
        log = system.run("dmesg").stdout
        self.assertIn("mk_talks: in an interrupt", log)
        self.assertIn("mk_talks: in a worker", log)
        self.assertEqual(told(self.end_of("mk_talks")), ["mk_talks: word 0"])

    def test_many_lines(self):
        path = system.ours("mk_talks")
        system.insmod(path, "lines=100")
        record = self.end_of("mk_talks")
        self.assertTrue(record.flags & uapi.TRUNCATED)
        lines = record.kernel_lines.split("\n")
        self.assertEqual(len(lines), 8)
        self.assertEqual(lines[4:], [f"mk_talks: word {number}" for number in range(96, 100)])
        system.rmmod("mk_talks")
        system.insmod(path, "lines=5", "word=" + "w" * 700)
        record = self.end_of("mk_talks")
        self.assertTrue(record.flags & uapi.TRUNCATED)
        self.assertEqual(record.kernel_lines.split("\n")[-1], "mk_talks: " + "w" * 700 + " 4")
        self.assertLessEqual(len(record.kernel_lines), 1024)

    def test_a_console_that_shows_nothing(self):
        level = pathlib.Path("/proc/sys/kernel/printk")
        before = level.read_text()
        level.write_text("1")
        try:
            self.assertEqual(system.load_error(system.ours("mk_talks"), b"error=5"), errno.EIO)
        finally:
            level.write_text(before)
        self.assertEqual(told(self.end_of("mk_talks", uapi.LOAD_FAILED)), ["mk_talks: word 0"])

    def test_an_unload(self):
        system.insmod(system.ours("mk_talks"))
        system.rmmod("mk_talks")
        self.assertEqual(told(self.end_of("mk_talks", uapi.UNLOAD)), ["mk_talks: ends"])

    def test_a_refused_unload(self):
        system.modprobe("mk_user")
        self.assertEqual(system.delete_error("mk_base"), errno.EAGAIN)
        # The kernel refuses without a word.
        self.assertEqual(told(self.end_of("mk_base", uapi.UNLOAD_REFUSED)), [])

    def test_a_load_that_the_kernel_asks_for(self):
        """The lines are those of the helper that loads, and not of the one who made it necessary."""
        pathlib.Path("/run/modprobe.d").mkdir(exist_ok=True)
        options = pathlib.Path("/run/modprobe.d/colour.conf")
        options.write_text("options dummy colour=red\n")
        self.addCleanup(options.unlink)
        system.run("ip", "link", "add", "colourful", "type", "dummy")
        record = self.end_of("dummy")
        self.assertNotEqual(record.pid, os.getpid())
        self.assertEqual(record.alias, "rtnl-link-dummy")
        self.assertEqual(told(record), ["dummy: unknown parameter 'colour' ignored"])
