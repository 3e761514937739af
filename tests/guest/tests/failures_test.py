# SPDX-License-Identifier: GPL-2.0-only
"""Loads and unloads that cannot succeed: what is recorded of them, and that nothing is left."""

import pathlib
import tempfile

from lib import system, uapi
from lib.driver import DriverTest


class Failures(DriverTest):
    def setUp(self):
        self.listener = self.reader()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def kinds(self, name):
        return [record.kind for record in self.listener.drain() if record.module == name]

    def test_a_truncated_file_never_begins(self):
        whole = system.ours("mk_base").read_bytes()
        for length in (0, 1, 63, 64, len(whole) // 2, len(whole) - 1):
            with self.subTest(length=length):
                (self.folder / "mk_base.ko").write_bytes(whole[:length])
                with self.assertRaises(system.Failed):
                    system.insmod(self.folder / "mk_base.ko")
        self.assertEqual(set(self.kinds("mk_base")), {uapi.LOAD_FAILED})
        self.assertFalse(system.is_loaded("mk_base"))

    def test_a_missing_file_never_begins(self):
        with self.assertRaises(system.Failed):
            system.insmod(self.folder / "none.ko")
        with self.assertRaises(system.Failed):
            system.modprobe("no_such_module")
        self.assertEqual([record.kind for record in self.listener.drain()],
                         [uapi.TOOL_FAILED, uapi.TOOL_FAILED])

    def test_a_missing_symbol_never_begins(self):
        with self.assertRaises(system.Failed) as failed:
            system.insmod(system.ours("mk_user"))
        self.assertIn("Unknown symbol", failed.exception.stderr)
        self.assertEqual(self.kinds("mk_user"), [uapi.LOAD_FAILED])

    def test_a_second_load_of_the_same_module_never_begins(self):
        system.insmod(system.ours("mk_base"))
        with self.assertRaises(system.Failed):
            system.insmod(system.ours("mk_base"))
        self.assertEqual(self.kinds("mk_base"),
                         [uapi.LOAD_BEGIN, uapi.LOAD_LIVE, uapi.LOAD_FAILED])

    def test_every_errno_of_an_init_leaves_nothing(self):
        for error in (1, 2, 5, 12, 16, 19, 22, 110):
            with self.assertRaises(system.Failed):
                system.insmod(system.ours("mk_fail"), f"error={error}")
            self.assertEqual(self.kinds("mk_fail"), [uapi.LOAD_BEGIN, uapi.LOAD_FAILED])
        self.assertFalse(system.is_loaded("mk_fail"))

    def test_unloading_in_the_wrong_order_is_refused_by_the_tool_itself(self):
        system.modprobe("mk_user")
        self.listener.drain()
        with self.assertRaises(system.Failed) as refused:
            system.rmmod("mk_base")
        self.assertIn("is in use by: mk_user", refused.exception.stderr)
        self.assertEqual([record.kind for record in self.listener.drain()], [uapi.TOOL_FAILED])
        self.assertEqual(self.listener.query("mk_base").used_by, ["mk_user"])

    def test_a_module_held_open_stays(self):
        system.modprobe("mk_user")
        with open("/dev/mk_user", "rb"):
            self.assertEqual(self.listener.query("mk_user").references, 1)
            with self.assertRaises(system.Failed):
                system.rmmod("mk_user")
        self.assertEqual(self.listener.query("mk_user").references, 0)

    def test_a_module_without_exit_is_marked_and_stays(self):
        system.insmod(system.ours("mk_no_exit"))
        self.assertTrue(self.listener.query("mk_no_exit").flags & uapi.NO_EXIT)
        with self.assertRaises(system.Failed):
            system.rmmod("mk_no_exit")
        self.assertEqual(self.listener.query("mk_no_exit").state, uapi.LIVE)
