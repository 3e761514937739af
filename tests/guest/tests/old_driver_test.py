# SPDX-License-Identifier: GPL-2.0-only
"""The packages were upgraded and the driver of the version before is still loaded (tests/install).

/opt/earlier has that driver, as DKMS built it.
"""

import glob
import unittest

from lib import system
from lib.command import lines_of_json, modkeeper, of_json

UNIT = "modkeeperd.service"


class OldDriver(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        system.run("systemctl", "stop", UNIT)
        system.unload("modkeeper")
        system.insmod(*glob.glob("/opt/earlier/modkeeper.ko*"))
        system.run("systemctl", "start", UNIT)

    def versions(self):
        status = of_json("status")
        self.assertTrue(status["driver"]["connected"])
        return status["driver"]["version"], status["daemon"]["version"]

    def test_1_it_works(self):
        driver, daemon = self.versions()
        self.assertNotEqual(driver, daemon)
        modkeeper("load", "dummy", "numdummies=2")
        told = [event["kind"] for event in lines_of_json("events") if event.get("module") == "dummy"]
        self.assertIn("load-live", told)
        modkeeper("unload", "dummy")

    def test_2_doctor_sees_it(self):
        done = system.run("modkeeper", "doctor", check=False)
        driver, daemon = self.versions()
        self.assertIn(f"the daemon {daemon}, the driver {driver}", done.stdout)

    def test_3_what_is_said_reloads_the_driver(self):
        said = modkeeper("status").stderr
        self.assertIn("reload the driver", said)
        commands = said.partition("reload the driver: ")[2].strip().replace("sudo ", "")
        system.run("sh", "-c", commands)
        driver, daemon = self.versions()
        self.assertEqual(driver, daemon)
        self.assertEqual(modkeeper("status").stderr, "")
