# SPDX-License-Identifier: GPL-2.0-only
"""Nothing is lost that is not counted, and nothing is left behind."""

import os
import pathlib
import re
import threading

from lib import system, uapi
from lib.driver import DriverTest

# Of each of the four loaders, and of the driver itself; MK_ROUNDS and MK_CYCLES choose other numbers.
ROUNDS = int(os.environ.get("MK_ROUNDS", "50"))
CYCLES = int(os.environ.get("MK_CYCLES", "10"))
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
        for number in range(1, ROUNDS + 1):
            error = system.load_error(path, arguments)
            if error:
                failures.append((name, error))
                return
            system.until(lambda: system.delete_module(name), f"{name} to go")
            if number % 100 == 0:
                print(f"# {name}: {number} of {ROUNDS} loads", flush=True)

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
        print("# delivered and lost: " +
              ", ".join(f"{tally.delivered} + {tally.lost}" for tally in tallies), flush=True)
        produced = self.device().stats()["produced"]
        self.assertGreaterEqual(produced, len(MODULES) * ROUNDS * 3)
        for tally in tallies:
            self.assertEqual(tally.first, 1)
            self.assertEqual(tally.delivered + tally.lost, produced)
            self.assertEqual(tally.next, produced + 1)
        # The one that sleeps must have been overtaken: else this shows nothing.
        self.assertGreater(tallies[-1].lost, 0)
        self.assertEqual(self.device().stats()["probes_missed"], 0)


class Loader:
    """Loads and unloads a module in a thread of its own, until it is told to end."""

    def __init__(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.over.is_set():
            system.load_and_unload(system.ours("mk_base"))

    def end(self):
        self.over.set()
        self.thread.join()


class Cycles(DriverTest):
    def test_nothing_is_left_after_many_cycles(self):
        self.cycles(3)  # caches that the kernel keeps
        before = self.footprint()
        self.cycles(CYCLES)
        after = self.footprint()
        print(f"# {CYCLES} cycles: {before}, then {after}", flush=True)
        self.assertLess(after.pop("slab") - before.pop("slab"), 4 << 20)
        self.assertEqual(after, before)

    def cycles(self, count):
        """The driver goes and comes, while modules come and go."""
        loader = Loader()
        try:
            for number in range(1, count + 1):
                system.until(lambda: system.delete_module("modkeeper"), "the driver to go")
                self.assertEqual(system.load_error(system.DRIVER), 0)
                if number % 100 == 0:
                    print(f"# {number} of {count} cycles", flush=True)
        finally:
            loader.end()

    @staticmethod
    def footprint():
        """With the driver loaded, and nobody who loads anything; slab is in bytes."""
        probes = pathlib.Path("/sys/kernel/debug/kprobes/list").read_text().splitlines()
        maps = pathlib.Path("/proc/vmallocinfo").read_text()
        memory = pathlib.Path("/proc/meminfo").read_text()
        slab = re.search(r"^SUnreclaim: *(\d+)", memory, re.MULTILINE)
        return {"probes": len(probes), "maps": maps.count("[modkeeper]"),
                "modules": len(os.listdir("/sys/module")),
                "sysfs": sum(len(files) for _, _, files in os.walk("/sys/module")),
                "devices": len(os.listdir("/sys/class/misc")), "slab": int(slab[1]) * 1024}
