# SPDX-License-Identifier: GPL-2.0-only
"""Rules on disk and in force, of which a test leaves none."""

import pathlib
import shutil

from lib import system
from lib.command import modkeeper
from lib.driver import DriverTest

FOLDER = pathlib.Path("/etc/modkeeper/policy.d")


class RulesTest(DriverTest):
    def setUp(self):
        super().setUp()
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.addCleanup(self.end)

    def end(self):
        """What a test adds to this comes before or after it."""
        system.run("modkeeper", "policy", "rollback", check=False)
        shutil.rmtree(FOLDER)
        modkeeper("policy", "apply")
