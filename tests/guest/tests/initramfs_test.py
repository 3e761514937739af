# SPDX-License-Identifier: GPL-2.0-only
"""A machine whose initramfs has the driver (tests/install): it records from before the root."""

import os
import pathlib
import stat
import unittest

from lib import system
from lib.command import lines_of_json, of_json

# What the root file system lies on: none of it can be mounted before these are loaded.
OF_THE_ROOT = ("9pnet_virtio", "9p", "overlay")


class Initramfs(unittest.TestCase):
    def test_loads_for_the_root_are_recorded(self):
        loads = {event["module"]: event for event in lines_of_json("events")
                 if event["kind"] == "load-live"}
        started = int(system.run("systemctl", "show", "-P", "UserspaceTimestampMonotonic").stdout)
        for name in OF_THE_ROOT:
            self.assertIn(name, loads)
            self.assertLess(loads[name]["boottime_ns"], started * 1000,
                            "it was loaded after systemd was started from the root")

    def test_driver_is_the_installed_one(self):
        self.assertEqual(of_json("status")["driver"]["version"], of_json("status")["daemon"]["version"])
        self.assertEqual(system.run("modkeeper", "status").stderr, "")

    def test_device_is_for_the_group_all_the_same(self):
        """udev of the initramfs, which made the node, does not know the group."""
        found = os.stat("/dev/modkeeper")
        groups = [line.split(":") for line in pathlib.Path("/etc/group").read_text().splitlines()]
        group, = [int(words[2]) for words in groups if words[0] == "modkeeper"]
        self.assertEqual((found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)), (0, group, 0o640))

    def test_nothing_failed(self):
        self.assertEqual(system.run("systemctl", "--failed", "--no-legend", "--plain").stdout, "")
