# SPDX-License-Identifier: GPL-2.0-only
"""Failures of which the record tells little: a tool that never asked the kernel, or that did so without
a file or a name, and loads of what a module needs."""

import lzma
import pathlib

from lib import system
from lib.causes import CausesTest
from lib.module_file import patched


class Untold(CausesTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(system.unload, "mk_params")

    def tool(self, *words):
        """One that fails."""
        self.assertNotEqual(system.run(*words, check=False).returncode, 0, words)

    def replaced(self, name, data):
        """The installed file, for the rest of the test."""
        path = system.ours(name)
        kept = path.read_bytes()
        self.addCleanup(path.write_bytes, kept)
        path.write_bytes(data)

    def test_a_packed_file_that_nobody_unpacked(self):
        packed = self.folder / "mk_slow.ko.xz"
        packed.write_bytes(lzma.compress(system.ours("mk_slow").read_bytes()))
        self.expect("no-module-support", afterwards=self.afterwards(packed))
        self.judge()
        system.run("modkeeper", "load", packed)

    def test_a_packed_file_that_the_tool_unpacked(self):
        """kmod gives the kernel bytes without a file then."""
        packed = self.folder / "mk_slow.ko.xz"
        packed.write_bytes(lzma.compress(
            patched(system.ours("mk_slow").read_bytes(), (b" SMP ", b" SMX "))))
        self.tool("insmod", packed)
        told = self.told("mk_slow")
        self.expect("other-kernel", afterwards=told)
        self.expect("other-kernel", afterwards=self.told())
        self.judge()
        self.assertIn(str(packed), told[1])
        self.assertIn("SMX", told[1].splitlines()[0])

    def test_a_file_that_the_tool_cannot_unpack(self):
        packed = lzma.compress(system.ours("mk_params").read_bytes())
        self.replaced("mk_params", packed[:len(packed) // 2])
        self.tool("modprobe", "mk_params")
        self.expect("damaged-file", self.directly("mk_params"), self.told("mk_params"))
        self.expect("damaged-file", afterwards=self.told(str(system.ours("mk_params"))))
        self.judge()

    def test_an_empty_file(self):
        self.both("damaged-file", self.file("empty", b""))
        self.judge()

    def test_what_it_needs_was_refused(self):
        self.replaced("mk_base", patched(system.ours("mk_base").read_bytes(), (b" SMP ", b" SMX ")))
        self.tool("modprobe", "mk_user")
        told = self.told("mk_user")
        self.expect("other-kernel", self.directly("mk_user"), told)
        self.judge()
        self.assertIn("module mk_base, which it needs, could not be loaded", told[1])

    def test_a_caller_without_the_right_names_the_module(self):
        """The kernel asks for the right before it reads a file."""
        self.tool("setpriv", "--bounding-set=-sys_module", "modprobe", "mk_slow")
        self.expect("not-privileged", afterwards=self.told("mk_slow"))
        # another user's words are not believed
        self.tool("setpriv", "--reuid", "65534", "--clear-groups", "modprobe", "mk_types")
        self.assertNotIn("65534", self.told("mk_types")[1])
        self.judge()

    def test_a_second_load_is_what_was_asked_about(self):
        with self.loaded(system.ours("mk_base")):
            cause, said = self.afterwards(system.ours("mk_base"))
            self.expect("already-loaded", afterwards=(cause, said))
        self.judge()
        self.assertTrue(said.startswith("Loading module mk_base failed at "), said)

    def test_what_kept_it_loaded_is_not_why_it_is_not(self):
        lines = pathlib.Path("/etc/modprobe.d/zz-untold.conf")
        self.addCleanup(lines.unlink)
        with self.loaded(system.ours("mk_base"), system.ours("mk_user")):
            self.assertNotEqual(system.delete_error("mk_base"), 0)
        lines.write_text("blacklist mk_base\n")
        told = self.told("mk_base")
        self.expect("blacklisted", self.directly("mk_base"), told)
        self.judge()
        self.assertIn("zz-untold.conf:1", told[1].splitlines()[0])

    def test_an_alias_that_leads_nowhere(self):
        lines = pathlib.Path("/etc/modprobe.d/zz-untold.conf")
        self.addCleanup(lines.unlink)
        lines.write_text("alias mk_keeps off\n")
        self.expect("no-such-module", self.directly("mk_keeps"), self.told("mk_keeps"))
        self.judge()

    def test_firmware_that_is_not_there(self):
        self.addCleanup(system.unload, "mk_firmware")
        told = self.afterwards(system.ours("mk_firmware"))
        asked = self.directly("mk_firmware")
        self.expect("missing-firmware", asked, told)
        self.judge()
        for _, said in (asked, told):
            self.assertIn("the firmware file modkeeper/mk-firmware.bin", said)

    def test_a_number_that_is_too_large(self):
        self.both("bad-parameter", system.ours("mk_slow"), ["ms=99999999999999999999"])
        self.judge()
        self.assertIn("4294967295", self.rows[0][2][1])
