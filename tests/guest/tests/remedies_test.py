# SPDX-License-Identifier: GPL-2.0-only
"""What the product says to type next is typed, and brings what it says."""

import json
import os
import pathlib
import re
import shlex
import shutil

from lib import bus, module_file, system
from lib.causes import CONFIGURATION, CausesTest, said_by
from lib.configuring import OWN

HELPER = pathlib.Path("/proc/sys/kernel/modprobe")
COMMAND = re.compile(r"(?:sudo )?(?:modkeeper|modprobe|depmod|sysctl) [^\";]*[^\";. ]")


class Remedies(CausesTest):
    def tearDown(self):
        system.unload("mk_bose", "mk_params", "mk_types")
        super().tearDown()

    def type(self, text):
        """The first command in a remedy."""
        found = COMMAND.search(text)
        self.assertIsNotNone(found, text)
        # of all modules of a kernel, in an emulator with other work
        done = system.run(*shlex.split(found.group().removeprefix("sudo ")), check=False, timeout=900)
        self.assertEqual(done.returncode, 0, (found.group(), done.stderr))

    def next_of(self, *words):
        """The command behind "next:" after a command that fails."""
        done = system.run("modkeeper", *words, check=False)
        self.assertNotEqual(done.returncode, 0, words)
        found = re.search(r"^ +next: (.*)", done.stderr, re.M)
        self.assertIsNotNone(found, done.stderr)
        return found.group(1)

    def why(self, *words):
        """The remedy of the diagnosis, or of the first thing that is in the way."""
        answer = said_by("why", *words)
        found = answer["diagnosis"] or answer["obstacles"][0]
        return found["remedy"]

    def test_the_module_that_has_the_symbol_is_loaded_first(self):
        user = system.ours("mk_user")
        self.afterwards(user)
        self.type(self.why("mk_user"))
        self.assertEqual(system.load_error(user), 0)

    def test_the_module_that_has_the_symbol_too_is_unloaded_first(self):
        base = system.ours("mk_base").read_bytes()
        other = self.file("mk_bose", module_file.patched(base, (b"name=mk_base\0", b"name=mk_bose\0"))
                          .replace(b"mk_base\0\0", b"mk_bose\0\0"))
        system.insmod(system.ours("mk_base"))
        self.afterwards(other)
        self.type(self.why("mk_bose"))
        self.assertEqual(system.load_error(other), 0)

    def test_lines_of_modprobe_d_are_passed_by(self):
        for line, name in (("blacklist mk_params", "mk_params"), ("install mk_types /bin/false", "mk_types")):
            CONFIGURATION.write_text(f"{line}\n")
            self.assertNotEqual(system.run("modkeeper", "load", name, check=False).returncode, 0)
            self.type(self.why(name).partition("or ")[2])
            self.assertTrue(system.is_loaded(name))

    def test_what_was_masked_is_unmasked(self):
        system.run("modkeeper", "mask", "mk_params")
        self.addCleanup(OWN.unlink, missing_ok=True)
        self.type(self.next_of("load", "mk_params"))
        system.run("modkeeper", "load", "mk_params")
        system.unload("mk_params")
        system.run("modkeeper", "mask", "mk_params")
        self.type(self.why("mk_params"))
        system.run("modkeeper", "load", "mk_params")

    def test_the_users_of_a_module_go_first(self):
        system.insmod(system.ours("mk_base"))
        system.insmod(system.ours("mk_user"))
        self.type(self.next_of("unload", "mk_base"))
        self.assertFalse(system.is_loaded("mk_base"))

    def test_a_missing_index_is_made(self):
        index = pathlib.Path("/lib/modules") / os.uname().release / "modules.dep.bin"
        kept = self.folder / "kept"
        shutil.copy(index, kept)
        self.addCleanup(shutil.copy, kept, index)
        for damage in (index.unlink, lambda: index.write_bytes(kept.read_bytes()[:100])):
            damage()
            answer = said_by("load", "mk_params")
            self.assertEqual(answer["cause"], "no-index", answer)
            self.type(answer["message"].replace("run depmod", "depmod -a;"))
            self.assertGreater(index.stat().st_size, 100)

    def test_the_kernel_gets_its_helper_back(self):
        kept = HELPER.read_text()
        self.addCleanup(HELPER.write_text, kept)
        self.addCleanup(system.run, "ip", "link", "del", "mk0", check=False)
        for broken in ("/nonexistent/modprobe", ""):
            system.run("ip", "link", "del", "mk0", check=False)
            system.unload("dummy")
            HELPER.write_text(broken + "\n")
            asked = system.run("ip", "link", "add", "mk0", "type", "dummy", check=False)
            self.assertNotEqual(asked.returncode, 0)
            answer = said_by("why", "rtnl-link-dummy")
            self.assertIn("no-helper", [one["cause"] for one in answer["obstacles"]], answer)
            self.type(answer["obstacles"][-1]["remedy"])
            system.run("ip", "link", "add", "mk0", "type", "dummy")

    def test_the_driver_is_loaded(self):
        bus.stop()
        system.unload("modkeeper")
        self.addCleanup(bus.start)
        found = json.loads(system.run("modkeeper", "doctor", "--json", check=False).stdout)
        driver, = (one for one in found if one["subject"] == "driver")
        self.type(driver["remedy"])
        self.assertTrue(system.is_loaded("modkeeper"))

    def test_the_file_of_another_kernel_is_not_the_one_to_take(self):
        whole = system.ours("mk_slow").read_bytes()
        folder = pathlib.Path("/lib/modules/0.0.1-other/updates")
        folder.mkdir(parents=True)
        self.addCleanup(shutil.rmtree, folder.parent)
        file = folder / "mk_slow.ko"
        file.write_bytes(module_file.patched(whole, (b" SMP ", b" SMX ")))
        self.afterwards(file)
        self.type(self.why("mk_slow").partition("; ")[2])
        self.assertTrue(system.is_loaded("mk_slow"))
