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

    @staticmethod
    def fails(name):
        try:
            bus.load(name)
        except dbus.DBusException:
            return True
        return False

    def jobs(self, count):
        for number in range(count):
            if number % 100 == 99:
                print(f"# {number + 1} of {count} rounds", flush=True)
            if number % 4 == 0:
                bus.load("mk_user")
                bus.unload("mk_user")
                bus.unload("mk_base")
            for name in ("no_such_module", "mk_fail"):
                self.assertTrue(self.fails(name), name)

    @staticmethod
    def footprint():
        """Memory in kB is the daemon's own: pages of files come and go as the kernel likes."""
        process = bus.main_pid()
        objects = len(bus.objects())  # before the memory, as the answer takes some
        with open(f"/proc/{process}/status", encoding="utf-8") as status:
            memory = int(re.search(r"^RssAnon:\s*(\d+)", status.read(), re.MULTILINE)[1])
        return {"process": process, "memory": memory,
                "files": len(os.listdir(f"/proc/{process}/fd")), "objects": objects}

    def test_nothing_grows(self):
        bus.objects()
        self.jobs(JOBS)  # what is kept on purpose is there then
        before = self.footprint()
        self.jobs(JOBS)
        after = self.footprint()
        print(f"# {JOBS} rounds of jobs: {before}, then {after}", flush=True)
        self.assertLess(after.pop("memory") - before.pop("memory"), 64)
        self.assertEqual(after, before)
