# SPDX-License-Identifier: GPL-2.0-only
"""A daemon that dies again and again, and one that cannot start: nothing but itself is affected."""

import os
import pathlib
import signal

from lib import bus, system
from lib.command import modkeeper, of_json
from lib.service import ServiceTest

TIMES = 12
BROKEN = pathlib.Path("/run/systemd/system/modkeeperd.service.d/broken.conf")


def restarts():
    return int(system.run("systemctl", "show", "-P", "NRestarts", bus.UNIT).stdout)


def state():
    return system.run("systemctl", "show", "-P", "ActiveState", bus.UNIT).stdout.strip()


class Crashes(ServiceTest):
    def setUp(self):
        modkeeper("load", "mk_user")
        self.addCleanup(system.unload, "mk_user", "mk_base")
        self.before = system.proc_modules()

    def same_modules(self):
        now = system.proc_modules()
        self.assertEqual([(name, module.address, module.state) for name, module in now.items()],
                         [(name, module.address, module.state)
                          for name, module in self.before.items()])

    def test_killed_again_and_again_it_comes_back_and_modules_stay(self):
        for _ in range(TIMES):
            killed = bus.main_pid()
            os.kill(killed, signal.SIGKILL)
            system.until(lambda killed=killed: bus.main_pid() not in (0, killed), "another daemon")
        system.until(lambda: state() == "active" and bus.is_owned(), "the daemon to be ready")
        self.same_modules()
        self.assertEqual({entry["name"] for entry in of_json("list")}, set(self.before))
        modkeeper("unload", "mk_user")
        modkeeper("load", "mk_user")

    def test_one_that_cannot_start_is_tried_until_it_can(self):
        BROKEN.parent.mkdir(parents=True, exist_ok=True)
        BROKEN.write_text("[Service]\nExecStart=\nExecStart=/bin/false\n")
        self.addCleanup(self.mend)
        system.run("systemctl", "daemon-reload")
        first = restarts()
        os.kill(bus.main_pid(), signal.SIGKILL)
        # many more than systemd puts up with by default: 5 in 10 s
        system.until(lambda: restarts() >= first + TIMES, "so many attempts")
        self.assertNotEqual(state(), "failed")
        self.same_modules()
        self.assertNotEqual(system.run("modkeeper", "load", "mk_params", check=False).returncode, 0)
        self.assertFalse(system.is_loaded("mk_params"))
        self.assertEqual({entry["name"] for entry in of_json("list")}, set(self.before))
        self.mend()
        system.until(lambda: state() == "active", "the daemon to start by itself")
        self.same_modules()
        modkeeper("load", "mk_params")
        modkeeper("unload", "mk_params")

    @staticmethod
    def mend():
        BROKEN.unlink(missing_ok=True)
        system.run("systemctl", "daemon-reload")
