# SPDX-License-Identifier: GPL-2.0-only
"""A machine that boots with rules which another boot, perhaps of another kernel, has taught, and which deny everything
else (tests/install): all is up that was up then."""

import os
import unittest

from lib import system
from lib.command import lines_of_json, modkeeper, of_json


class Learned(unittest.TestCase):
    def test_the_rules_are_enforced_since_before_udev_of_the_root(self):
        status = of_json("policy", "status")
        self.assertEqual((status["load_mode"], status["trial_left_ns"]), ("enforce", None), status)
        change, = [event for event in lines_of_json("events") if event["kind"] == "policy-change"][:1]
        udev = system.run("systemctl", "show", "-P", "ExecMainStartTimestampMonotonic",
                          "systemd-udevd.service").stdout
        self.assertLess(change["boottime_ns"], int(udev) * 1000)

    def test_everything_is_up(self):
        self.assertEqual(system.run("systemctl", "--failed", "--no-legend", "--plain").stdout, "")
        self.assertEqual(system.run("systemctl", "is-active", "multi-user.target").stdout, "active\n")
        # a driver for each device that has one
        self.assertEqual(of_json("policy", "check")["denied_needs"], [])
        self.assertTrue(system.is_loaded("virtio_rng"))

    def test_nothing_is_denied_that_the_machine_needs(self):
        denied = sorted({event["module"] or event["alias"] for event in lines_of_json("events")
                         if event["kind"] == "policy-decision" or event["rule"]})
        print(f"# denied so far on Linux {os.uname().release}: {', '.join(denied) or 'nothing'}")
        self.assertEqual(denied, [])

    def test_what_was_learned_is_loaded_and_nothing_else(self):
        system.modprobe("dummy")
        system.rmmod("dummy")
        self.assertNotEqual(system.run("modprobe", "wireguard", check=False).returncode, 0)
        self.assertFalse(system.is_loaded("wireguard"))
        self.assertIn('rule default of the policy denied it: "not learned"',
                      modkeeper("why", "wireguard", status=None).stdout)
        self.assertEqual(system.run("modprobe", "-r", "wireguard", check=False).returncode, 0)
