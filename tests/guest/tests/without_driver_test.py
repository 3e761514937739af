# SPDX-License-Identifier: GPL-2.0-only
"""modkeeperd and modkeeper on a machine whose driver is not there, comes, and goes."""

import json
import unittest

from lib import bus, system


class WithoutDriver(unittest.TestCase):
    def setUp(self):
        bus.stop()
        system.unload("modkeeper")
        bus.start()
        self.addCleanup(system.unload, "mk_base", "modkeeper")
        self.addCleanup(bus.stop)

    def test_it_says_so_and_what_to_do(self):
        said = bus.manager()
        self.assertEqual((said["DriverState"], said["EventSource"]), ("absent", "uevents"))
        self.assertIn("modprobe modkeeper", said["DriverMessage"])
        status = system.run("modkeeper", "status", "--json", check=False)
        self.assertEqual(status.returncode, 1)
        self.assertFalse(json.loads(status.stdout)["driver"]["connected"])
        self.assertTrue(json.loads(status.stdout)["daemon"]["connected"])
        self.assertIn("modprobe modkeeper", status.stderr)

    def test_it_loads_unloads_and_tells(self):
        with bus.Monitor() as monitor:
            bus.load("mk_base")
            self.assertEqual(monitor.signal("ModuleLoaded", "mk_base")[2], 0)
            listed = {str(entry["name"]) for entry in bus.proxy().ListModules()}
            self.assertEqual(listed, set(system.proc_modules()))
            bus.unload("mk_base")
            self.assertEqual(monitor.signal("ModuleUnloaded", "mk_base")[2], 0)
            system.insmod(system.ours("mk_base"))
            monitor.signal("ModuleLoaded", "mk_base")

    def test_it_follows_a_driver_that_comes(self):
        with bus.Monitor() as monitor:
            system.insmod(system.DRIVER)
            system.until(lambda: bus.manager()["DriverState"] == "connected", "the driver")
            self.assertEqual(bus.manager()["EventSource"], "driver")
            system.insmod(system.ours("mk_base"))
            self.assertGreater(monitor.signal("ModuleLoaded", "mk_base")[2], 0)

    def test_events_say_what_is_missing(self):
        done = system.run("modkeeper", "events", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("modprobe modkeeper", done.stderr)
