# SPDX-License-Identifier: GPL-2.0-only
"""What modkeeper doctor finds on a machine that is well, and on ones that are not."""

import json
import os
import pathlib

from lib import bus, system
from lib.command import FAILED, OK, modkeeper
from lib.configuring import OWN_LOAD, ConfiguringTest


class Doctor(ConfiguringTest):
    def findings(self, user=None):
        command = ["runuser", "-u", user, "--"] if user else []
        done = system.run(*command, "modkeeper", "doctor", "--json", check=False)
        found = {one["subject"]: one for one in json.loads(done.stdout)}
        problems = [one for one in found.values() if one["verdict"] == "problem"]
        self.assertEqual(done.returncode, FAILED if problems else OK, done.stdout)
        for one in found.values():
            self.assertTrue(one["evidence"], one)
            self.assertTrue(one["remedy"] or one["verdict"] in ("ok", "unknown"), one)
        return found

    def test_what_is_well(self):
        for user in (None, "nobody"):
            found = self.findings(user)
            for subject in ("driver", "daemon", "versions", "group", "device", "loading",
                            "signatures", "bus", "polkit", "unit",
                            f"driver for {os.uname().release}"):
                self.assertEqual(found[subject]["verdict"], "ok", found[subject])
        self.assertIn("versions", modkeeper("doctor").stdout)

    def test_what_is_not(self):
        bus.stop()
        system.unload("modkeeper")
        self.addCleanup(bus.start)
        self.addCleanup(system.insmod, system.DRIVER)
        policy = pathlib.Path("/usr/share/polkit-1/actions/org.modkeeper1.policy")
        hidden = policy.with_suffix(".hidden")
        policy.rename(hidden)
        self.addCleanup(hidden.rename, policy)
        found = self.findings()
        self.assertEqual(found["driver"]["verdict"], "problem")
        self.assertEqual(found["driver"]["remedy"], "sudo modprobe modkeeper")
        self.assertEqual(found["daemon"]["remedy"], "sudo systemctl start modkeeperd")
        self.assertEqual(found["polkit"]["verdict"], "problem")
        self.assertIn("next: sudo modprobe modkeeper", modkeeper("doctor", status=FAILED).stdout)

    def test_what_is_not_kept_over_a_boot(self):
        drop_in = pathlib.Path("/etc/systemd/journald.conf.d/test.conf")
        self.assertEqual(self.findings()["boot"]["remedy"], "sudo modkeeper enable modkeeper")
        modkeeper("enable", "modkeeper")
        found = self.findings("nobody")
        self.assertEqual((found["boot"]["verdict"], found["journal"]["verdict"]), ("ok", "ok"), found)
        self.assertIn(f"{OWN_LOAD}:", found["boot"]["evidence"])
        drop_in.parent.mkdir(exist_ok=True)
        drop_in.write_text("[Journal]\nStorage=volatile\n")
        self.addCleanup(drop_in.unlink)
        self.assertEqual(self.findings()["journal"]["verdict"], "warning")
