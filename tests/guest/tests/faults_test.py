# SPDX-License-Identifier: GPL-2.0-only
"""What goes wrong around the daemon and not in a module: each has a sentence, and nothing is lost."""

import os
import pathlib
import shutil
import subprocess

from lib import bus, session, system
from lib.service import ServiceTest

INDEX = system.UPDATES.parent / "modules.dep.bin"
CONFIGURATION = pathlib.Path("/etc/modprobe.d")


def modkeeper(*words):
    return system.run("modkeeper", *words, check=False)


class Faults(ServiceTest):
    def tearDown(self):
        system.unload("mk_user", "mk_base", "mk_slow")

    def test_a_caller_that_vanishes(self):
        caller = subprocess.Popen(["busctl", "call", bus.NAME, bus.PATH, bus.MANAGER, "Load",
                                   "sasa{sv}", "mk_slow", "1", "ms=1500", "0"])
        system.until(lambda: system.sysfs("mk_slow", "initstate") == "coming", "mk_slow to begin")
        caller.kill()
        caller.wait()
        system.until(lambda: system.sysfs("mk_slow", "initstate") == "live", "its job to end")
        system.until(lambda: not [path for path in bus.objects() if "/job/" in path],
                     "no job to be left")

    def test_a_damaged_index(self):
        daemon = bus.main_pid()
        whole = INDEX.read_bytes()
        self.addCleanup(INDEX.write_bytes, whole)
        for damaged in (os.urandom(20000), whole[:3000], whole[:12] + os.urandom(200000)):
            INDEX.write_bytes(damaged)
            for command in ("load", "plan", "info"):
                done = modkeeper(command, "mk_base")
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn(f"{INDEX} is damaged; run depmod", done.stderr)
        INDEX.write_bytes(whole)
        self.assertEqual(modkeeper("load", "mk_base").returncode, 0)
        self.assertEqual(bus.main_pid(), daemon)

    def test_an_index_that_lacks_a_module(self):
        whole = INDEX.read_bytes()
        self.addCleanup(INDEX.write_bytes, whole)
        INDEX.write_bytes(b"")
        done = modkeeper("load", "mk_base")
        self.assertEqual(done.returncode, 3)
        self.assertIn("run depmod", done.stderr)

    def test_configuration_that_cannot_be_read(self):
        hidden, folder = CONFIGURATION / "hidden.conf", CONFIGURATION / "folder.conf"
        hidden.write_text("options mk_types an_int=5\n")
        hidden.chmod(0)
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder)
        self.addCleanup(hidden.unlink)
        done = session.run_as("nobody", "modkeeper", "plan", "mk_types")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"not read: {hidden}: Permission denied", done.stderr)
        self.assertIn(f"not read: {folder}: it is a folder", done.stderr)
        self.assertNotIn("libkmod", done.stderr)
        # root reads it
        self.assertIn("an_int=5", modkeeper("plan", "mk_types").stdout)
