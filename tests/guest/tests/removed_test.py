# SPDX-License-Identifier: GPL-2.0-only
"""Packages that are upgraded, downgraded and removed on a machine that runs (tests/install)."""

import glob
import os
import pathlib
import subprocess
import unittest

from lib import system

UNIT = "modkeeperd.service"
LISTED = ["dpkg-query", "-W", "-f", "${Version}", "modkeeper"]


def apt(*words):
    """Says that it goes on: under emulation DKMS takes minutes to remove a driver."""
    said = pathlib.Path("/tmp/apt.log")
    with said.open("w") as log:
        process = subprocess.Popen(["apt-get", "-y", *words], stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT,
                                   env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    while True:
        try:
            status = process.wait(60)
            break
        except subprocess.TimeoutExpired:
            print("# apt-get goes on:", *said.read_text().splitlines()[-1:], flush=True)
    if status:
        raise AssertionError(f"apt-get {words}: exit status {status}: {said.read_text()}")


def pid():
    return system.run("systemctl", "show", "-P", "MainPID", UNIT).stdout.strip()


def is_owned():
    return system.run("busctl", "status", "org.modkeeper1", check=False).returncode == 0


class Removed(unittest.TestCase):
    """In this order: what comes last leaves nothing."""

    def replaced_by(self, folder, *options):
        system.run("modkeeper", "load", "dummy")
        self.addCleanup(system.unload, "dummy")
        loaded = system.proc_modules().keys()
        old, version = pid(), system.run(*LISTED).stdout
        apt("install", *options, *glob.glob(f"/opt/{folder}/modkeeper_*.deb"))
        self.assertNotEqual(system.run(*LISTED).stdout, version)
        self.assertNotIn(pid(), ("0", old))
        self.assertEqual(system.run("systemctl", "is-active", UNIT).stdout.strip(), "active")
        self.assertEqual(system.proc_modules().keys(), loaded)
        self.assertEqual(system.run("modkeeper", "status", check=False).returncode, 0)

    def test_1_downgrade_restarts_the_daemon_and_keeps_modules(self):
        self.replaced_by("earlier", "--allow-downgrades")

    def test_2_upgrade_restarts_the_daemon_and_keeps_modules(self):
        self.replaced_by("current")

    def test_3_without_the_driver_package_the_daemon_goes_on(self):
        apt("purge", "modkeeper-dkms")
        self.assertFalse(system.is_loaded("modkeeper"))
        self.assertFalse(pathlib.Path("/dev/modkeeper").exists())
        self.assertEqual(system.run("systemctl", "is-active", UNIT).stdout.strip(), "active")
        self.assertIn("dummy", system.run("modkeeper", "load", "dummy", "--json").stdout)
        self.assertTrue(system.is_loaded("dummy"))

    def test_4_purge_leaves_nothing(self):
        loaded = system.proc_modules().keys()
        apt("purge", "modkeeper", "modkeeper-dev")
        self.assertEqual(system.proc_modules().keys(), loaded)
        self.assertFalse(is_owned())
        self.assertEqual(system.run("busctl", "list", "--activatable", "--no-legend").stdout
                         .count("modkeeper"), 0)
        self.assertEqual(system.run("systemctl", "list-unit-files", "*modkeeper*", "--no-legend",
                                    check=False).stdout, "")
        self.assertEqual(system.run("pgrep", "-x", "modkeeperd", check=False).stdout, "")
        self.assertEqual(system.run("getent", "group", "modkeeper", check=False).stdout, "")
        left = system.run("find", "/", "-xdev", "-name", "*modkeeper*", "-not", "-path", "/opt/*",
                          "-not", "-path", "/mnt/*").stdout
        self.assertEqual(left, "")
        self.assertEqual(system.run("systemctl", "--failed", "--no-legend", "--plain").stdout, "")
