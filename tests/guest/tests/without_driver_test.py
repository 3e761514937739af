# SPDX-License-Identifier: GPL-2.0-only
"""modkeeperd and modkeeper on a machine whose driver is not there, comes, and goes."""

import json
import pathlib
import tempfile
import unittest

import dbus

from lib import bus, module_file, system, vocabulary


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

    def why(self, *words):
        done = system.run("modkeeper", "why", *words, "--json", check=False)
        vocabulary.check(("why",), done.stdout)
        return json.loads(done.stdout)

    def test_why_says_first_that_nobody_recorded_it(self):
        why = self.why("mk_base")
        self.assertEqual(why["no_driver"]["cause"], "not-loaded")
        self.assertIn("modprobe modkeeper", why["no_driver"]["remedy"])
        self.assertIn("The driver is not loaded", why["sentences"][0])

    def test_why_finds_in_the_log_what_the_record_would_say(self):
        whole = system.ours("mk_slow").read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "mk_slow.ko"
            file.write_bytes(module_file.patched(whole, (b" SMP ", b" SMX ")))
            self.assertNotEqual(system.load_error(file), 0)
            for words in (["mk_slow"], [str(file)], []):
                why = self.why(*words)
                self.assertEqual(why["diagnosis"]["cause"], "other-kernel", why)
                self.assertIn("version magic", why["diagnosis"]["kernel_lines"])
        asked = bus.proxy(interface=bus.RECORDER).Why("mk_slow", dbus.Dictionary({}, signature="sv"))
        self.assertEqual(asked["diagnosis"]["cause"], "other-kernel")
        self.assertIn("no_driver", asked)

    def test_why_of_a_process_needs_the_record(self):
        done = system.run("modkeeper", "why", "--pid", "1", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("modprobe modkeeper", done.stderr)

    def test_events_say_what_is_missing(self):
        done = system.run("modkeeper", "events", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("modprobe modkeeper", done.stderr)
