# SPDX-License-Identifier: GPL-2.0-only
"""Loads and unloads after kernel.modules_disabled was set, from here to the next boot."""

import errno
import pathlib

from lib import system
from lib.causes import CausesTest

SWITCH = pathlib.Path("/proc/sys/kernel/modules_disabled")


class ModulesDisabled(CausesTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        system.modprobe("dummy")
        SWITCH.write_text("1")

    def tearDown(self):
        """Nothing that is loaded can be unloaded."""

    def test_loads_are_refused(self):
        self.both("modules-disabled", system.ours("mk_slow"))
        # one that modprobe refuses by itself leaves no name in the kernel
        system.run("modprobe", "nbd", check=False)
        self.expect("modules-disabled", self.directly("nbd"), self.told())
        self.judge()

    def test_unloads_are_refused(self):
        asked = self.unloaded("dummy")
        self.assertEqual(system.delete_error("dummy"), errno.EPERM)
        self.expect("modules-disabled", asked, self.told("dummy"))
        self.judge()
