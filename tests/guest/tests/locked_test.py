# SPDX-License-Identifier: GPL-2.0-only
"""Loads that a kernel refuses which somebody has locked: lockdown, then kernel.modules_disabled. There
is no way back before the next boot, and the driver cannot come back either: one class for all."""

import errno
import pathlib

from lib import system
from lib.causes import CausesTest

LOCKDOWN = pathlib.Path("/sys/kernel/security/lockdown")
DISABLED = pathlib.Path("/proc/sys/kernel/modules_disabled")


class Locked(CausesTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        system.modprobe("dummy")

    def tearDown(self):
        """Nothing that is loaded can be unloaded."""

    @classmethod
    def tearDownClass(cls):
        """Nor can the driver."""

    # by their names: each locks more than the one before
    def test_a_lockdown(self):
        if not LOCKDOWN.exists():
            self.skipTest("this kernel has no lockdown")
        LOCKDOWN.write_text("integrity")
        asked = self.directly(str(system.ours("mk_slow")))
        told = self.afterwards(system.ours("mk_slow"))
        self.expect("lockdown", asked, told)
        self.judge()
        for _, said in (asked, told):
            # a guest has no UEFI, and no word on its command line asked for it
            self.assertIn("no other key can be enrolled", said)
            self.assertIn("reboot", said)

    def test_b_modules_disabled(self):
        DISABLED.write_text("1")
        self.both("modules-disabled", system.ours("mk_slow"))
        # of one that modprobe brings the kernel keeps no name
        system.run("modprobe", "nbd", check=False)
        self.expect("modules-disabled", self.directly("nbd"), self.told())
        asked = self.unloaded("dummy")
        self.assertEqual(system.delete_error("dummy"), errno.EPERM)
        self.expect("modules-disabled", asked, self.told("dummy"))
        self.judge()
