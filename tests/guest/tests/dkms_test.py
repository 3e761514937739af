# SPDX-License-Identifier: GPL-2.0-only
"""Modules that Debian ships as source for DKMS, from their load to their unload: what
tests/env/dkms-modules built is at /mnt/share."""

import json
import os
import pathlib
import subprocess

from lib import system
from lib.command import BUSY, FAILED, modkeeper, of_json
from lib.service import ServiceTest

RIGHT, WRONG = pathlib.Path("/mnt/share/right"), pathlib.Path("/mnt/share/wrong")
VIDEO = pathlib.Path("/dev/video0")


class Dkms(ServiceTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(system.unload, "v4l2loopback", "acpi_call", "dm_writeboost", "lime", "bbswitch")

    def why(self, name):
        return json.loads(modkeeper("why", name, "--json", status=None).stdout)

    def test_a_camera_that_somebody_looks_through(self):
        modkeeper("load", RIGHT / "v4l2loopback.ko", "card_label=first")
        system.until(VIDEO.exists, VIDEO)
        self.assertEqual(of_json("info", "v4l2loopback")["taints"], "OE")
        viewer = subprocess.Popen(["sleep", "1000"], stdin=VIDEO.open("rb"))
        self.addCleanup(viewer.kill)
        held = of_json("holders", "v4l2loopback")
        self.assertEqual(held["explained"], held["references"])
        pids = {one.get("pid") for one in held["held_by"]}
        self.assertIn(viewer.pid, pids)
        refused = modkeeper("unload", "v4l2loopback", status=BUSY).stderr
        self.assertIn("sleep", refused)
        self.assertIn(str(viewer.pid), refused)
        viewer.kill()
        viewer.wait()
        modkeeper("unload", "v4l2loopback")
        self.assertFalse(system.is_loaded("v4l2loopback"))

    def test_what_has_no_hardware_here(self):
        said = modkeeper("load", RIGHT / "bbswitch.ko", status=FAILED).stderr
        print(said, flush=True)
        self.assertRegex(said, "No such device|device")
        print(modkeeper("why", "bbswitch", status=None).stdout, flush=True)

    def test_what_wants_a_parameter(self):
        said = modkeeper("load", RIGHT / "lime.ko", status=FAILED).stderr
        self.assertIn("modkeeper info lime", said)  # which lists its parameters
        self.assertIn("path", modkeeper("info", "lime").stdout if system.is_loaded("lime") else
                      modkeeper("info", RIGHT / "lime.ko").stdout)

    def test_what_is_loaded_and_goes(self):
        for file, name in (("acpi_call.ko", "acpi_call"), ("dm-writeboost.ko", "dm_writeboost")):
            with self.subTest(name):
                modkeeper("load", RIGHT / file)
                self.assertTrue(system.is_loaded(name))
                self.assertEqual(of_json("info", name)["name"], name)
                modkeeper("unload", name)
                self.assertFalse(system.is_loaded(name))

    def test_what_was_built_for_another_kernel(self):
        for file in sorted(WRONG.glob("*.ko")):
            with self.subTest(file.name):
                said = modkeeper("load", file, status=FAILED).stderr
                self.assertIn(os.uname().release, said)
                self.assertIn("6.12", said)
                self.assertEqual(system.run("insmod", file, check=False).returncode, 1)
                name = file.stem.replace("-", "_")
                answer = modkeeper("why", name, status=None).stdout
                print(answer, flush=True)
                self.assertIn("6.12", answer)
