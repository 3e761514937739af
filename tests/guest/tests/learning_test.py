# SPDX-License-Identifier: GPL-2.0-only
"""A machine from whose boot rules are learned (tests/install): they are enforced at the boots after it."""

import pathlib
import shutil
import unittest

from lib import system
from lib.command import modkeeper, of_json

LEARNED = pathlib.Path("/etc/modkeeper/policy.d/50-learned.rules")
HOST = pathlib.Path("/mnt/control/learned.rules")


class Learning(unittest.TestCase):
    def test_rules_are_learned_from_the_journal(self):
        system.run("modprobe", "dummy")
        system.until(lambda: system.run("journalctl", "-q", "-o", "cat", "MODKEEPER_MODULE=dummy",
                                        check=False).stdout, "the load of dummy in the journal")
        system.rmmod("dummy")
        modkeeper("policy", "generate", "--write")
        self.assertEqual(of_json("policy", "check", status=None)["result"], "valid")
        shutil.copy(LEARNED, HOST)
