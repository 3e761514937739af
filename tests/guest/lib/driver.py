# SPDX-License-Identifier: GPL-2.0-only
"""The driver as the tests want it: loaded with these parameters, with nobody else at it."""

import unittest

from lib import system
from lib.device import Device


def stop_daemon():
    system.run("systemctl", "stop", "modkeeperd.service", check=False)


class DriverTest(unittest.TestCase):
    """Loads the driver afresh for each class of tests; leaves none of the test modules loaded."""

    parameters = ()

    @classmethod
    def setUpClass(cls):
        stop_daemon()
        system.unload("modkeeper")
        system.insmod(system.DRIVER, *cls.parameters)

    @classmethod
    def tearDownClass(cls):
        system.unload("modkeeper")

    def tearDown(self):
        system.unload("mk_user", "mk_base", "mk_slow", "mk_types", "mk_proprietary", "mk_veto")

    def device(self, **options):
        device = Device(**options)
        self.addCleanup(device.__exit__)
        return device

    def told(self, reader, kind, **fields):
        """The records of this kind that have these values, of what there is to read."""
        return [record for record in reader.drain() if record.kind == kind and
                all(getattr(record, name) == value for name, value in fields.items())]

    def reader(self):
        """An open device that has read everything up to now."""
        device = self.device()
        device.seek_new()
        return device
