# SPDX-License-Identifier: GPL-2.0-only
"""A user without any privilege who is refused as often as the machine can: nobody else's records,
and no call of anybody else, suffer from it."""

import contextlib
import errno
import os
import signal
import subprocess
import time

from lib import system, uapi
from lib.device import Device
from lib.driver import DriverTest

FLOOD = "/usr/lib/modkeeper-tests/flood"
NOBODY = 65534
THREADS = 64
# MK_FLOOD_SECONDS chooses another time for a longer run.
SECONDS = int(os.environ.get("MK_FLOOD_SECONDS", "5"))
ROUNDS = 5  # at the least
TOLD_AFTER = 2  # seconds: what was left out is told one later
FAILING = system.ours("mk_fail").resolve()


@contextlib.contextmanager
def before_others():
    """This process gets the processor when it wants it, so that the flood does not starve the test."""
    os.setpriority(os.PRIO_PROCESS, 0, -20)
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, 0)


class Flood:
    def __enter__(self):
        self.process = subprocess.Popen([FLOOD, str(THREADS)], stdout=subprocess.PIPE, text=True)
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
                    if record.kind == kind and record.name == name and record.uid == 0])

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
