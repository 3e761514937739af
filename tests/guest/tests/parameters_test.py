# SPDX-License-Identifier: GPL-2.0-only
"""modkeeper.ko's own parameters: seen where they should be, and refused when wrong."""

import os
import stat
import unittest

from lib import driver, system
from lib.device import Device


class Parameters(unittest.TestCase):
    def setUp(self):
        driver.stop_daemon()
        system.unload("modkeeper")
        self.addCleanup(system.unload, "modkeeper")

    def test_given_values_are_seen_in_sysfs_and_in_the_ring(self):
        system.insmod(system.DRIVER, "ring_kb=256", "debug=1")
        self.assertEqual(system.sysfs("modkeeper", "parameters/ring_kb"), "256")
        self.assertIn(system.sysfs("modkeeper", "parameters/debug"), ("1", "Y"))
        with Device() as device:
            self.assertEqual(device.info()["ring_bytes"], 256 * 1024)

    def test_defaults_work(self):
        system.insmod(system.DRIVER)
        with Device() as device:
            self.assertEqual(device.info()["ring_bytes"],
                             1024 * int(system.sysfs("modkeeper", "parameters/ring_kb")))

    def test_modinfo_describes_each_parameter(self):
        said = system.run("modinfo", "-F", "parm", system.DRIVER).stdout.splitlines()
        described = {line.partition(":")[0]: line.partition(":")[2] for line in said}
        for name in ("ring_kb", "debug"):
            self.assertGreater(len(described[name]), 20, described)

    def test_wrong_sizes_are_refused_with_a_reason(self):
        for value in ("3", "0", "99999999", "100", "32", "131072"):
            with self.subTest(ring_kb=value), system.KernelLog() as log:
                with self.assertRaises(system.Failed) as refused:
                    system.insmod(system.DRIVER, f"ring_kb={value}")
                self.assertIn("Invalid parameters", refused.exception.stderr)
                lines = [line for line in log.lines() if line.startswith("modkeeper: ")]
                self.assertTrue(any("ring_kb" in line and value in line for line in lines), lines)
                self.assertFalse(os.path.exists("/sys/module/modkeeper"))

    def test_values_that_are_no_number_are_refused_with_a_reason(self):
        for value in ("abc", "-1", "256k", "99999999999999999999", ""):
            with self.subTest(ring_kb=value), system.KernelLog() as log:
                with self.assertRaises(system.Failed):
                    system.insmod(system.DRIVER, f"ring_kb={value}")
                self.assertTrue(any("ring_kb" in line for line in log.lines()))

    def test_debug_is_a_boolean(self):
        with self.assertRaises(system.Failed):
            system.insmod(system.DRIVER, "debug=perhaps")

    def test_the_node_is_not_for_everybody(self):
        system.insmod(system.DRIVER)
        mode = stat.S_IMODE(os.stat("/dev/modkeeper").st_mode)
        self.assertEqual(mode & 0o007, 0, oct(mode))

    def test_a_value_cannot_be_written_while_it_runs(self):
        system.insmod(system.DRIVER)
        mode = stat.S_IMODE(os.stat("/sys/module/modkeeper/parameters/ring_kb").st_mode)
        self.assertEqual(mode, 0o444)
