# SPDX-License-Identifier: GPL-2.0-only
"""The guest itself is what the other tests take it for."""

import os
import subprocess
import unittest


class Guest(unittest.TestCase):
    def test_systemd_runs(self):
        self.assertEqual(os.readlink("/proc/1/exe"), "/usr/lib/systemd/systemd")

    def test_no_unit_failed(self):
        failed = subprocess.run(["systemctl", "--failed", "--plain", "--no-legend"],
                                capture_output=True, text=True, check=True).stdout
        self.assertEqual(failed, "")

    def test_the_bus_answers(self):
        said = subprocess.run(["busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                               "GetId"], capture_output=True, text=True, check=True).stdout
        self.assertRegex(said, '^s "[0-9a-f]{32}"')

    def test_polkit_answers(self):
        subprocess.run(["busctl", "introspect", "org.freedesktop.PolicyKit1",
                        "/org/freedesktop/PolicyKit1/Authority"], capture_output=True, check=True)

    def test_modules_load_and_go(self):
        subprocess.run(["modprobe", "mk_user"], check=True)
        self.assertTrue(os.path.isdir("/sys/module/mk_base"))
        subprocess.run(["rmmod", "mk_user", "mk_base"], check=True)
        self.assertFalse(os.path.isdir("/sys/module/mk_base"))
