# SPDX-License-Identifier: GPL-2.0-only
"""A user without any privilege who is refused as often as the machine can: nobody else's records,
and no call of anybody else, suffer from it."""

import contextlib
import errno
import os
import signal
import statistics
import subprocess
import time

from lib import bus, system, uapi
from lib.command import modkeeper
from lib.device import Device
from lib.driver import DriverTest
from lib.service import ServiceTest

FLOOD = "/usr/lib/modkeeper-tests/flood"
NOBODY = 65534
THREADS = 64
# MK_FLOOD_SECONDS chooses another time for a longer run.
SECONDS = int(os.environ.get("MK_FLOOD_SECONDS", "5"))
ROUNDS = 5  # at the least
LOADS = 3  # by the command, at the least: beside a flood one may take seconds
TOLD_AFTER = 2  # seconds: what was left out is told one later
FAILING = system.ours("mk_fail").resolve()


@contextlib.contextmanager
def before_others(*others):
    """This process, and these, get the processor when they want it: what the flood does to them is
    not that of any program that keeps the machine busy."""
    processes = (0, *others)
    for process in processes:
        os.setpriority(os.PRIO_PROCESS, process, -20)
    try:
        yield
    finally:
        for process in processes:
            os.setpriority(os.PRIO_PROCESS, process, 0)


class Flood:
    def __init__(self, *words):
        self.command = [FLOOD, str(THREADS), *words]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        return self

    def end(self):
        """How many calls there were, all of them refused."""
        self.process.send_signal(signal.SIGTERM)
        calls = int(self.process.communicate(timeout=120)[0])
        assert self.process.returncode == 0
        return calls

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Flooding(DriverTest):
    def work(self):
        """Loads, failures and refusals of root as long as it takes: how many rounds."""
        rounds, limit = 0, time.monotonic() + SECONDS
        while rounds < ROUNDS or time.monotonic() < limit:
            system.load_and_unload(system.ours("mk_base"))
            self.assertEqual(system.load_error(FAILING), errno.ENODEV)
            self.assertEqual(system.delete_error("mk_nosuch"), errno.ENOENT)
            rounds += 1
        return rounds

    def told_of_root(self, records, kind, name):
        return len([record for record in records
                    if record.kind == kind and record.module == name and record.uid == 0])

    def check_numbers(self, records):
        """Each record has the next number, or what is missing is only what anybody could cause."""
        expected = records[0].sequence
        for record in records:
            self.assertEqual(record.sequence, expected)
            if record.kind == uapi.LOST:
                self.assertEqual(record.flags, uapi.ANYBODY, record)
            expected += record.count if record.kind == uapi.LOST else 1

    def test_nothing_of_root_is_lost_and_all_of_the_flood_is_counted(self):
        time.sleep(TOLD_AFTER)  # what was left out before is told by then
        reader = self.reader()
        before = reader.stats()
        with Flood() as flood, before_others():
            rounds = self.work()
            calls = flood.end()
        self.assertGreater(calls, 1000)
        time.sleep(TOLD_AFTER)
        stats = reader.stats()
        self.assertEqual(stats["overwritten"], stats["anybody_overwritten"])
        self.assertEqual(stats["probes_missed"], before["probes_missed"])

        records = reader.drain()
        self.check_numbers(records)
        for kind, name in ((uapi.LOAD_BEGIN, "mk_base"), (uapi.LOAD_LIVE, "mk_base"),
                           (uapi.UNLOAD, "mk_base"), (uapi.LOAD_BEGIN, "mk_fail"),
                           (uapi.LOAD_FAILED, "mk_fail"), (uapi.UNLOAD_REFUSED, "mk_nosuch")):
            self.assertEqual(self.told_of_root(records, kind, name), rounds, f"{kind} {name}")
        failed = [record for record in records if record.kind == uapi.LOAD_FAILED and not record.uid]
        self.assertEqual({(record.error, record.stage, record.file) for record in failed},
                         {(errno.ENODEV, uapi.STAGE_INIT, str(FAILING))})

        theirs = [record for record in records if record.uid == NOBODY]
        left_out = sum(record.count for record in theirs if record.kind == uapi.SUPPRESSED)
        recorded = len([record for record in theirs if record.kind != uapi.SUPPRESSED])
        lost = sum(record.count for record in records if record.kind == uapi.LOST)
        self.assertEqual(left_out, stats["suppressed"] - before["suppressed"])
        self.assertEqual(left_out + recorded + lost, calls)
        self.assertTrue(all(record.flags & uapi.ANYBODY for record in theirs))
        print(f"# {calls} calls refused beside {rounds} rounds, {recorded} recorded", flush=True)

    def test_a_refused_call_changes_nothing_of_the_module(self):
        with Device() as device:
            system.insmod(system.ours("mk_base"))
            before = device.query("mk_base")
            with Flood() as flood, before_others():
                time.sleep(1)
                flood.end()
            after = device.query("mk_base")
        self.assertEqual((after.last_sequence, after.last_kind),
                         (before.last_sequence, before.last_kind))

    def test_the_driver_can_be_unloaded_meanwhile(self):
        with Flood(), before_others():
            system.rmmod("modkeeper")
            self.assertFalse(system.is_loaded("modkeeper"))
            system.insmod(system.DRIVER)


class FloodingTheDaemon(ServiceTest):
    def tearDown(self):
        system.unload("mk_base")

    @staticmethod
    def processes():
        """Of all that a load by the command goes through, and the watchdog."""
        units = (bus.UNIT, "dbus.service", "systemd-journald.service")
        return [1] + [int(system.run("systemctl", "show", "-P", "MainPID", unit).stdout)
                      for unit in units]

    @staticmethod
    def work(seconds):
        """Loads by the command and loads that fail, as root: how long each of the first took."""
        times, limit = [], time.monotonic() + seconds
        while len(times) < LOADS or time.monotonic() < limit:
            begin = time.monotonic()
            modkeeper("load", "mk_base")
            times.append(time.monotonic() - begin)
            modkeeper("unload", "mk_base")
            assert system.load_error(FAILING) == errno.ENODEV
        return times

    @staticmethod
    def entered(name, kind):
        """Entries of what root did, as journalctl counts them."""
        system.run("journalctl", "--sync")
        said = system.run("journalctl", "-o", "cat", "--output-fields=MODKEEPER_SEQUENCE", "_UID=0",
                          "MODKEEPER_UID=0", f"MODKEEPER_MODULE={name}", f"MODKEEPER_KIND={kind}")
        return len(said.stdout.splitlines())

    def counts(self):
        return [self.entered(name, kind) for name, kind in
                (("mk_base", "load-live"), ("mk_base", "unload"), ("mk_fail", "load-failed"))]

    def test_the_journal_has_all_of_root(self):
        before, processes = self.counts(), self.processes()
        with before_others(*processes):
            quiet = self.work(seconds=0)
        # what any program that keeps the processors busy does to a load is not the driver's
        with Flood("other"), before_others(*processes):
            busy = self.work(seconds=0)
        with Flood() as flood, before_others(*processes):
            flooded = self.work(SECONDS)
            calls = flood.end()
        self.assertEqual(self.processes(), processes)  # the watchdog saw the daemon at work
        self.assertGreater(calls, 1000)
        rounds = len(quiet) + len(busy) + len(flooded)
        wanted = [count + rounds for count in before]
        system.until(lambda: self.counts() == wanted, f"{wanted} entries of {rounds} rounds")
        alone, beside_other, beside = (statistics.median(times) * 1000
                                       for times in (quiet, busy, flooded))
        print(f"# {calls} calls refused beside {len(flooded)} loads, {beside:.0f} ms each at the "
              f"median; {alone:.0f} ms without, {beside_other:.0f} ms beside calls that the driver "
              f"does not see: {beside / beside_other:.1f} times", flush=True)
