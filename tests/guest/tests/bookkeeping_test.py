# SPDX-License-Identifier: GPL-2.0-only
"""Nothing is lost that is not counted, and nothing is left behind."""

import os
import pathlib
import re
import threading

from lib import system, uapi
from lib.driver import DriverTest

# Of each loader; MK_ROUNDS chooses another number for a longer run.
ROUNDS = int(os.environ.get("MK_ROUNDS", "50"))
MODULES = ("mk_base", "mk_slow", "mk_types", "mk_proprietary")


class Tally:
    """A reader in a thread of its own, which counts what it is given."""

    def __init__(self, device, bytes_at_once, pause):
        self.device = device
        self.bytes_at_once = bytes_at_once
        self.pause = pause
        self.first = self.next = None
        self.delivered = self.lost = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while True:
            over = self.over.is_set()
            try:
                while True:
                    self.count(self.device.read(self.bytes_at_once))
            except BlockingIOError:
                if over:
                    return
            self.over.wait(self.pause)

    def count(self, records):
        for record in records:
            if self.next is None:
                self.first = self.next = record.sequence
            assert record.sequence == self.next, (record.sequence, self.next)
            missing = record.count if record.kind == uapi.LOST else 0
            self.lost += missing
            self.delivered += 0 if missing else 1
            self.next += missing or 1

    def end(self):
        self.over.set()
        self.thread.join()


class Bookkeeping(DriverTest):
    parameters = ("ring_kb=64",)

    def loader(self, name, failures):
        path = system.ours(name)
        arguments = b"ms=0 exit_ms=0" if name == "mk_slow" else b""
        for _ in range(ROUNDS):
            error = system.load_error(path, arguments)
            if error:
                failures.append((name, error))
                return
            system.until(lambda: system.delete_module(name), f"{name} to go")

    def test_four_loaders_and_three_readers(self):
        tallies = [Tally(self.device(), 65536, 0.001), Tally(self.device(), uapi.RECORD_MAX, 0.02),
                   Tally(self.device(), uapi.RECORD_MAX, 30)]
        failures = []
        loaders = [threading.Thread(target=self.loader, args=(name, failures)) for name in MODULES]
        for thread in loaders:
            thread.start()
        for thread in loaders:
            thread.join()
        self.assertEqual(failures, [])
        for tally in tallies:
            tally.end()
        produced = self.device().stats()["produced"]
        self.assertGreaterEqual(produced, len(MODULES) * ROUNDS * 3)
        for tally in tallies:
            self.assertEqual(tally.first, 1)
            self.assertEqual(tally.delivered + tally.lost, produced)
            self.assertEqual(tally.next, produced + 1)
        # The one that sleeps must have been overtaken: else this shows nothing.
        self.assertGreater(tallies[-1].lost, 0)
        self.assertEqual(self.device().stats()["probes_missed"], 0)


class Cycles(DriverTest):
    def test_nothing_is_left_after_many_cycles(self):
        over = threading.Event()

        def load_all_the_time():
            while not over.is_set():
                system.load_and_unload(system.ours("mk_base"))

        thread = threading.Thread(target=load_all_the_time, daemon=True)
        thread.start()
        try:
            for _ in range(3):  # caches that the kernel keeps
                self.cycle()
            before = self.footprint()
            for _ in range(ROUNDS // 5):
                self.cycle()
            after = self.footprint()
        finally:
            over.set()
            thread.join()
        self.assertEqual(after["probes"], before["probes"])
        self.assertEqual(after["maps"], before["maps"])
        self.assertLess(after["memory"] - before["memory"], 4 << 20)

    @staticmethod
    def cycle():
        system.until(lambda: system.delete_module("modkeeper"), "the driver to go")
        assert system.load_error(system.DRIVER) == 0

    @staticmethod
    def footprint():
        """With the driver loaded."""
        probes = pathlib.Path("/sys/kernel/debug/kprobes/list").read_text().splitlines()
        maps = pathlib.Path("/proc/vmallocinfo").read_text()
        memory = pathlib.Path("/proc/meminfo").read_text()
        slab = re.search(r"^SUnreclaim: *(\d+)", memory, re.MULTILINE)
        return {"probes": len(probes), "maps": maps.count("[modkeeper]"),
                "memory": int(slab[1]) * 1024}
