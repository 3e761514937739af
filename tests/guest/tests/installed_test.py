# SPDX-License-Identifier: GPL-2.0-only
"""A machine on which the packages were installed, after its first boot (tests/install)."""

import json
import os
import pathlib
import re
import stat
import unittest

from lib import system
from lib.command import lines_of_json, of_json

UNIT = "modkeeperd.service"
NAME = "org.modkeeper1"
MANAGER = (NAME, "/org/modkeeper1", "org.modkeeper1.Manager")


def unit(*properties):
    said = system.run("systemctl", "show", "-P", ",".join(properties), UNIT).stdout.split("\n")
    return said[0] if len(properties) == 1 else said


class Installed(unittest.TestCase):
    def test_driver_is_loaded_by_name(self):
        self.assertTrue(system.is_loaded("modkeeper"))
        self.assertEqual(system.run("modprobe", "--show-depends", "modkeeper").stdout.split()[1],
                         system.run("modinfo", "-n", "modkeeper").stdout.strip())
        self.assertIn("/updates/dkms/", system.run("modinfo", "-n", "modkeeper").stdout)
        said = system.run("journalctl", "-b", "-q", "-o", "cat", "-t", "systemd-modules-load").stdout
        self.assertRegex(said, "Inserted module 'modkeeper'")

    def test_device_is_for_the_group(self):
        found = os.stat("/dev/modkeeper")
        group = int(re.search(r"^modkeeper:[^:]*:(\d+):", pathlib.Path("/etc/group").read_text(),
                              re.MULTILINE)[1])
        self.assertEqual((found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)), (0, group, 0o640))

    def test_daemon_is_active(self):
        self.assertEqual(unit("ActiveState"), "active")
        self.assertEqual(unit("NRestarts"), "0")
        self.assertEqual(system.run("systemctl", "is-enabled", UNIT).stdout.strip(), "enabled")

    def test_nothing_failed(self):
        self.assertEqual(system.run("systemctl", "--failed", "--no-legend", "--plain").stdout, "")

    def test_daemon_and_driver_fit(self):
        status = of_json("status")
        self.assertTrue(status["daemon"]["connected"])
        self.assertTrue(status["driver"]["connected"])

    def test_bus_answers(self):
        said = system.run("busctl", "--json=short", "call", *MANAGER, "ListModules").stdout
        listed = {entry["name"]["data"] for entry in json.loads(said)["data"][0]}
        self.assertEqual(listed, set(system.proc_modules()))

    def test_records_reach_back_to_before_the_daemon(self):
        said = system.run("journalctl", "-b", "-q", "-o", "json", "UNIT=" + UNIT).stdout
        started = int(json.loads(said.splitlines()[0])["__MONOTONIC_TIMESTAMP"]) * 1000
        early = [event for event in lines_of_json("events")
                 if event["kind"] == "load-live" and event["boottime_ns"] < started]
        self.assertTrue(early, "no record of a load before the daemon was started")

    def test_loading_works(self):
        system.run("modkeeper", "load", "dummy")
        self.assertTrue(system.is_loaded("dummy"))
        system.run("modkeeper", "unload", "dummy")
        self.assertFalse(system.is_loaded("dummy"))

    def test_killed_daemon_comes_back_and_modules_stay(self):
        before = system.proc_modules().keys()
        pid = unit("MainPID")
        system.run("kill", "-KILL", pid)
        system.until(lambda: unit("MainPID") not in (pid, "0") and unit("ActiveState") == "active",
                     "the daemon")
        self.assertEqual(system.proc_modules().keys(), before)
        self.test_bus_answers()

    def test_unit_is_sound(self):
        said = system.run("systemd-analyze", "verify", UNIT)
        self.assertEqual(said.stdout + said.stderr, "")
