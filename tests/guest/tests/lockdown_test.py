# SPDX-License-Identifier: GPL-2.0-only
"""Loads that a kernel refuses since it was locked down, from here to the next boot."""

import pathlib

from lib import system
from lib.causes import CausesTest

SWITCH = pathlib.Path("/sys/kernel/security/lockdown")


class Lockdown(CausesTest):
    def setUp(self):
        super().setUp()
        if not SWITCH.exists():
            self.skipTest("this kernel has no lockdown")
        SWITCH.write_text("integrity")

    def test_an_unsigned_module_is_refused(self):
        asked = self.directly(str(system.ours("mk_slow")))
        told = self.afterwards(system.ours("mk_slow"))
        self.expect("lockdown", asked, told)
        self.judge()
        for _, said in (asked, told):
            # a guest has no UEFI, and no word on its command line asked for it
            self.assertIn("no other key can be enrolled", said)
            self.assertIn("reboot", said)
