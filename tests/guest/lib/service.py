# SPDX-License-Identifier: GPL-2.0-only
"""The driver and the daemon, running for all tests of a class."""

import unittest

from lib import bus, system


class ServiceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        bus.stop()
        system.unload("modkeeper")
        system.insmod(system.DRIVER)
        bus.start()

    @classmethod
    def tearDownClass(cls):
        bus.stop()
        system.unload("modkeeper")
