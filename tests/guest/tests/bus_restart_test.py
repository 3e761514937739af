# SPDX-License-Identifier: GPL-2.0-only
"""The bus is started anew under the daemon. Comes last in a boot: other connections do not survive."""

import unittest

from lib import bus, system


class BusRestart(unittest.TestCase):
    def test_the_daemon_comes_back_with_the_bus(self):
        bus.start()
        daemon = bus.main_pid()
        system.run("systemctl", "restart", "dbus")
        system.until(lambda: bus.main_pid() not in (0, daemon), "the daemon to come back")
        system.until(lambda: not system.run("busctl", "status", bus.NAME, check=False).returncode,
                     "its name to be there again")
        system.run("modkeeper", "load", "mk_base")
        self.assertTrue(system.is_loaded("mk_base"))
        system.run("modkeeper", "unload", "mk_base")
        self.assertEqual(system.run("systemctl", "is-active", bus.UNIT).stdout.strip(), "active")
