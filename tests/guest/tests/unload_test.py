# SPDX-License-Identifier: GPL-2.0-only
"""The driver goes and comes back, and is asked, while modules are loaded and unloaded all the time."""

import errno
import threading
import time

from lib import system, uapi
from lib.device import Device
from lib.driver import DriverTest
from lib.genl import Netlink, Refused

PAIR = (system.ours("mk_base"), system.ours("mk_user"))


class Repeated:
    """Does something again and again in a thread of its own while the with block runs."""

    def __init__(self, work):
        self.work = work
        self.times = 0
        self.failure = None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self.over.is_set():
            try:
                self.work()
            except Exception as failure:  # told to the test that waits
                self.failure = failure
                return
            self.times += 1
            time.sleep(0.005)  # a moment in which nobody of us holds the driver

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        if self.failure:
            raise self.failure
        assert self.times, "it never came to an end"


def read_everything():
    try:
        device = Device()
    except OSError as gone:
        if gone.errno not in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
            raise
        return
    with device:
        try:
            device.info()
        except OSError as other:
            # The number behind the node was given to mk_user between finding and opening it.
            if other.errno != errno.ENOTTY:
                raise
            return
        device.drain()
        device.snapshot(uapi.SNAPSHOT_GONE)


def ask_by_netlink():
    try:
        with Netlink() as netlink:
            netlink.modules()
    except Refused as refused:
        # EBUSY: the driver is starting, and may not start after all
        if refused.errno not in (errno.ENOENT, errno.EPROTONOSUPPORT, errno.EBUSY):
            raise


class UnderLoad(DriverTest):
    def test_the_driver_goes_and_comes_back(self):
        rounds = 0
        with Repeated(lambda: system.load_and_unload(*PAIR)), Repeated(read_everything), \
                Repeated(ask_by_netlink):
            while rounds < 8:
                if system.delete_module("modkeeper"):
                    system.insmod(system.DRIVER, "ring_kb=64")
                    rounds += 1
                else:
                    # Each refusal is a record: without a pause the reader would never be done.
                    time.sleep(0.02)
        device = self.device()
        records = device.drain()
        self.assertEqual([record.sequence for record in records],
                         list(range(records[0].sequence, device.stats()["produced"] + 1)))
        self.assertEqual({module.name for module in device.snapshot()},
                         set(system.proc_modules()))

    def test_no_snapshot_is_torn(self):
        device = self.device()
        with Repeated(lambda: system.load_and_unload(*PAIR)):
            seen, looks, end = set(), 0, time.monotonic() + 60
            # a slow machine may look 400 times between two changes
            while looks < 400 or (len(seen) < 2 and time.monotonic() < end):
                looks += 1
                modules = {module.name: module for module in device.snapshot()}
                seen.add(("mk_base" in modules, "mk_user" in modules))
                for module in modules.values():
                    for user in module.used_by:
                        self.assertIn(module.name, modules[user].uses)
                    for needed in module.uses:
                        self.assertIn(module.name, modules[needed].used_by)
        self.assertNotIn((False, True), seen)
        self.assertGreater(len(seen), 1)
