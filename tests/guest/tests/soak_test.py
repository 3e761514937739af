# SPDX-License-Identifier: GPL-2.0-only
"""Many jobs leave the daemon as it was: memory, files, objects on the bus."""

import os
import re

import dbus

from lib import bus, system
from lib.service import ServiceTest

# MK_JOBS chooses another number for a longer run.
JOBS = int(os.environ.get("MK_JOBS", "60"))


class Soak(ServiceTest):
    def tearDown(self):
        system.unload("mk_user", "mk_base")

    def jobs(self, count):
        for number in range(count):
            if number % 4 == 0:
                bus.load("mk_user")
                bus.unload("mk_user")
                bus.unload("mk_base")
            for name in ("no_such_module", "mk_fail"):
                with self.assertRaises(dbus.DBusException):
                    bus.load(name)

    @staticmethod
    def footprint():
        process = bus.main_pid()
        with open(f"/proc/{process}/status", encoding="utf-8") as status:
            resident = int(re.search(r"^VmRSS:\s*(\d+)", status.read(), re.MULTILINE)[1])
        return {"process": process, "kilobytes": resident,
                "files": len(os.listdir(f"/proc/{process}/fd")), "objects": len(bus.objects())}

    def test_nothing_grows(self):
        self.jobs(JOBS)  # what is kept on purpose is there then
        before = self.footprint()
        self.jobs(JOBS)
        after = self.footprint()
        print(f"# {JOBS} rounds of jobs: {before['kilobytes']} kB, then {after['kilobytes']} kB",
              flush=True)
        for what in ("process", "files", "objects"):
            self.assertEqual(after[what], before[what], what)
        self.assertLess(after["kilobytes"] - before["kilobytes"], 128)
