# SPDX-License-Identifier: GPL-2.0-only
"""Many jobs and many events leave the daemon as it was: memory, files, objects on the bus."""

import os
import re

import dbus

from lib import bus, device, system
from lib.service import ServiceTest

# MK_JOBS and MK_EVENTS choose other numbers for a longer run.
JOBS = int(os.environ.get("MK_JOBS", "60"))
EVENTS = int(os.environ.get("MK_EVENTS", "5000"))
# Of the ring, whose 1024 kB take some thousand marks.
AT_ONCE = 500
# Less than this is noise. The work is done at most so many times until it adds no more than that.
NOISE_KB = 64
ATTEMPTS = 4


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

    @staticmethod
    def events(count):
        """Marks, at most so many that the daemon, which is asked meanwhile, misses none."""
        with open(device.PATH, "wb", buffering=0) as marks:
            for number in range(count):
                marks.write(b"still here")
                if number % AT_ONCE == 0:
                    bus.manager()
                if number % 100_000 == 99_999:
                    print(f"# {number + 1} of {count} marks", flush=True)

    def nothing_grows(self, what, work, count):
        """A leak grows with all the work; a peak, as when the bus is slow to take signals, once."""
        bus.objects()
        work(count)  # what is kept on purpose is there then
        grown = []
        while len(grown) < ATTEMPTS and (not grown or grown[-1] >= NOISE_KB):
            before = self.footprint()
            work(count)
            after = self.footprint()
            print(f"# {count} {what}: {before}, then {after}", flush=True)
            grown.append(after.pop("memory") - before.pop("memory"))
            self.assertEqual(after, before)
            if "MK_SANITIZED" in os.environ:  # ASan keeps what is freed
                return
        self.assertLess(min(grown), NOISE_KB, f"kB grown each time: {grown}")

    def test_nothing_grows_by_jobs(self):
        self.nothing_grows("rounds of jobs", self.jobs, JOBS)

    def test_nothing_grows_by_events(self):
        self.nothing_grows("marks", self.events, EVENTS)
        with bus.Monitor() as monitor:  # it has followed them all along
            self.events(1)
            self.assertTrue(monitor.signal("Event"))
