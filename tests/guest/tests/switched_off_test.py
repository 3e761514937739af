# SPDX-License-Identifier: GPL-2.0-only
"""Probes that somebody has switched off: the driver says that it does not see what they told of."""

import pathlib

from lib import system, uapi
from lib.device import Device
from lib.driver import DriverTest

FTRACE = pathlib.Path("/proc/sys/kernel/ftrace_enabled")
KPROBES = pathlib.Path("/sys/kernel/debug/kprobes/enabled")
BY_PROBES = (uapi.FEATURE_CALLS | uapi.FEATURE_FILES | uapi.FEATURE_KERNEL_LINES
             | uapi.FEATURE_REQUEST_GATE | uapi.FEATURE_TOOLS)


class SwitchedOff(DriverTest):
    def features(self):
        with Device() as device:
            return device.info()["features"]

    def load_by_a_program(self):
        """One that is younger than the driver: of an older one the call may have begun before it."""
        system.insmod(system.ours("mk_base"))
        system.rmmod("mk_base")

    def check_a_start(self, switch):
        system.unload("modkeeper")
        switch.write_text("0")
        try:
            system.insmod(system.DRIVER)
        finally:
            switch.write_text("1")
        self.assertFalse(self.features() & (BY_PROBES | uapi.FEATURE_PARAMETERS))
        self.assertTrue(self.features() & uapi.FEATURE_NOTIFIER)
        system.unload("modkeeper")
        system.insmod(system.DRIVER)
        self.assertEqual(self.features() & BY_PROBES, BY_PROBES)

    def test_nothing_is_claimed_when_ftrace_is_off_at_the_start(self):
        self.check_a_start(FTRACE)

    def test_nothing_is_claimed_when_kprobes_are_off_at_the_start(self):
        self.check_a_start(KPROBES)

    def test_what_is_switched_off_later_is_missed(self):
        for switch in (FTRACE, KPROBES):
            with self.subTest(switch=switch):
                with Device() as device:
                    missed = device.stats()["probes_missed"]
                switch.write_text("0")
                try:
                    self.load_by_a_program()
                finally:
                    switch.write_text("1")
                self.assertFalse(self.features() & BY_PROBES)
                with Device() as device:
                    self.assertEqual(device.stats()["probes_missed"], missed + 1)
                self.load_by_a_program()
                self.assertEqual(self.features() & BY_PROBES, BY_PROBES)
