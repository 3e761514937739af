# SPDX-License-Identifier: GPL-2.0-only
"""Loads that fail because the kernel takes signed modules only, from here to the next boot."""

import errno
import pathlib
import tempfile

from lib import system, uapi
from lib.driver import DriverTest
from lib.module_file import SIGNATURE, distribution_file, without_signature

SWITCH = pathlib.Path("/sys/module/module/parameters/sig_enforce")


class Enforcing(DriverTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        SWITCH.write_text("1")

    def setUp(self):
        if not distribution_file("dummy").endswith(SIGNATURE):
            self.skipTest("this kernel's modules are not signed")
        system.unload("dummy")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "dummy.ko"

    def refused(self, data):
        self.file.write_bytes(data)
        reader = self.reader()
        self.assertEqual(system.load_error(self.file), errno.EKEYREJECTED)
        record, = self.told(reader, uapi.LOAD_FAILED)
        self.assertEqual((record.module, record.error, record.stage, record.signature),
                         ("dummy", errno.EKEYREJECTED, uapi.STAGE_SIGNATURE,
                          uapi.SIGNATURE_REFUSED))
        self.assertEqual((record.file, record.file_bytes), (str(self.file), len(data)))

    def test_an_unsigned_module_is_refused(self):
        self.refused(without_signature(distribution_file("dummy")))

    def test_a_signature_cut_short_is_none(self):
        self.refused(distribution_file("dummy")[:-1])

    def test_a_signed_module_is_taken(self):
        reader = self.reader()
        system.modprobe("dummy")
        self.addCleanup(system.unload, "dummy")
        begin, = self.told(reader, uapi.LOAD_BEGIN, module="dummy")
        self.assertEqual(begin.signature, uapi.SIGNATURE_VALID)
