# SPDX-License-Identifier: GPL-2.0-only
"""The day after an update of the kernel: what it needs on this machine, and the rules would deny."""

import pathlib
import shutil
import unittest

from lib import system
from lib.command import DENIED, modkeeper, of_json

FOLDER = pathlib.Path("/etc/modkeeper/policy.d")
HOOK = "/etc/kernel/postinst.d/zz-modkeeper-policy"


class Upgrade(unittest.TestCase):
    def setUp(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.addCleanup(shutil.rmtree, FOLDER)
        self.kernel = system.run("uname", "-r").stdout.strip()

    def write(self, text):
        (FOLDER / "10-local.rules").write_text(text)

    def hook(self, kernel=None):
        done = system.run(HOOK, kernel or self.kernel, f"/boot/vmlinuz-{self.kernel}", check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_a_driver_of_a_device_that_is_there(self):
        self.write("deny load virtio_rng reason \"no luck\"\n")
        said = modkeeper("policy", "check", "--kernel", self.kernel, status=DENIED).stdout
        self.assertIn(f"10-local.rules:1: problem: kernel {self.kernel} could not load virtio_rng, "
                      "which this machine needs (device)", said)
        found = of_json("policy", "check", status=DENIED)["denied_needs"]
        self.assertIn(("virtio_rng", "device", "no luck"),
                      [(one["module"], one["need"], one["rule_reason"]) for one in found])
        told = self.hook()
        self.assertIn(f"before you boot Linux {self.kernel}", told)
        self.assertIn("virtio_rng", told)
        self.assertNotIn("\\x", told)

    def test_a_dependency_of_one(self):
        self.write("deny load rng_core\n")
        needed = system.run("modinfo", "-F", "depends", "virtio_rng").stdout
        if "rng-core" in needed or "rng_core" in needed:
            self.assertIn("virtio_rng needs it",
                          modkeeper("policy", "check", status=DENIED).stdout)

    def test_an_allow_list_that_forgot_the_devices(self):
        self.write("allow load dummy\ndefault load deny\n")
        self.assertIn("virtio_rng", modkeeper("policy", "check", status=DENIED).stdout)
        self.write("allow load @devices @boot @initramfs\ndefault load deny\n")
        left = [one for one in of_json("policy", "check", status=None)["denied_needs"]
                if one["need"] == "device"]
        self.assertEqual(left, [])

    def test_what_nobody_needs_is_no_problem(self):
        self.write("deny load dummy\n")
        modkeeper("policy", "check")
        self.assertEqual(self.hook(), "")
        (FOLDER / "10-local.rules").unlink()
        self.assertEqual(self.hook(), "")

    def test_the_hook_never_fails_the_installation(self):
        self.write("dney load dummy\n")
        self.assertIn("unknown statement", self.hook())
        self.write("deny load dummy\n")
        self.assertIn("9.9.9", self.hook("9.9.9-none"))
        self.assertEqual(system.run(HOOK).stdout, "")
