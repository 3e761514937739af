# SPDX-License-Identifier: GPL-2.0-only
"""What is said of a module whose init finds a name or a number taken."""

import pathlib

from lib import system
from lib.causes import CausesTest

SETTINGS = pathlib.Path("/proc/sys/kernel")


class ClashesTest(CausesTest):
    def setUp(self):
        super().setUp()
        # the kernel complains with call traces, which are no faults here
        for name, value in (("printk", "1"), ("panic_on_warn", "0")):
            self.addCleanup((SETTINGS / name).write_text, (SETTINGS / name).read_text())
            (SETTINGS / name).write_text(value)

    def tearDown(self):
        system.unload("mk_clash_too", "mk_clash")
        super().tearDown()

    def clash(self, kind, cause, words):
        """What the second one is told, directly and afterwards."""
        with self.subTest(kind), self.loaded((system.ours("mk_clash"), f"kind={kind}")):
            told = self.directly("mk_clash_too", f"kind={kind}")
            later = self.afterwards(system.ours("mk_clash_too"), f"kind={kind}".encode())
            self.expect(cause, told, later)
            for text in (told[1], later[1]):
                self.assertIn(words, text)

    def test_names(self):
        self.clash("proc", "name-taken", "already: /proc/mk_clash")
        self.clash("class", "name-taken", "already: /class/mk_clash")
        self.clash("misc", "name-taken", "misc/mk_clash")
        self.clash("bus", "name-taken", "already: /bus/mk_clash")
        self.clash("driver", "name-taken", "a driver of the name mk_clash")
        self.clash("debugfs", "init-failed", "a name or number that it registers is there already")
        self.clash("fs", "init-failed", "/proc/filesystems")
        self.judge()

    def test_numbers(self):
        self.clash("major", "init-failed", "/proc/devices")
        self.clash("disk", "init-failed", "block device number 240")
        self.clash("family", "init-failed", "a name or number that it registers is there already")
        self.clash("ports", "init-failed", "/proc/ioports")
        self.judge()

    def test_what_nobody_gives(self):
        for kind, words in (("interrupt", "interrupt 8"), ("no-major", "device number 100000")):
            self.both("init-failed", system.ours("mk_clash"), (f"kind={kind}",))
            for _, told, later in self.rows[-1:]:
                self.assertIn(words, told[1])
                self.assertIn(words, later[1])
        self.judge()
