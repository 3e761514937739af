# SPDX-License-Identifier: GPL-2.0-only
"""What is still known of the boot before: of the one that left its journal in the control folder."""

import json
import pathlib
import shutil
import unittest

from lib import system
from lib.command import lines_of_json, modkeeper

LEFT = pathlib.Path("/mnt/control/journal")
JOURNAL = pathlib.Path("/var/log/journal") / pathlib.Path("/etc/machine-id").read_text().strip()


class AfterReboot(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for file in LEFT.iterdir():
            shutil.copy(file, JOURNAL)
        said = system.run("journalctl", "--directory", JOURNAL, "--output=json", "--all",
                          "SYSLOG_IDENTIFIER=modkeeperd").stdout
        this_boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text()
        this_boot = this_boot.replace("-", "").strip()
        cls.entered = [entry for entry in map(json.loads, said.splitlines())
                       if entry["_BOOT_ID"] != this_boot and "MODKEEPER_SEQUENCE" in entry]
        assert cls.entered, "the boot before left no entries: run the other tests first"

    def test_history_tells_of_the_boot_before(self):
        told = [entry for entry in lines_of_json("history") if not entry["this_boot"]]
        self.assertEqual([(entry["boot_id"], entry["sequence"], entry["message"]) for entry in told],
                         [(entry["_BOOT_ID"], int(entry["MODKEEPER_SEQUENCE"]), entry["MESSAGE"])
                          for entry in self.entered])

    def test_history_of_this_boot_leaves_it_out(self):
        told = lines_of_json("history", "--boot")
        self.assertEqual([entry for entry in told if not entry["this_boot"]], [])

    def test_the_boots_are_told_apart(self):
        text = modkeeper("history").stdout
        boots = {entry["_BOOT_ID"] for entry in self.entered}
        for boot in boots:
            self.assertIn(f"-- boot {boot} --", text)
