# SPDX-License-Identifier: GPL-2.0-only
"""Tests that hold modules by real means, and free them by what the product says."""

import subprocess

from lib import system
from lib.command import BUSY, modkeeper, of_json
from lib.holders import held  # noqa: F401 - for the tests
from lib.service import ServiceTest


def freed(test, module):
    """Types what `holders` says, after which nothing holds the module; and the refusal says it too."""
    said = of_json("holders", module)
    test.assertGreater(said["references"], 0, module)
    refusal = modkeeper("unload", module, status=BUSY).stderr
    for one in said["held_by"]:
        if one["kind"] != "module" and one["references"]:
            test.assertIn(one["what"].split()[0], refusal)
            break
    lines = modkeeper("holders", module).stdout.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith(f"To free {module}")), None)
    test.assertIsNotNone(start, lines)
    for command in lines[start + 1:]:
        done = subprocess.run(["sh", "-c", command.strip()], capture_output=True, text=True,
                              check=False, timeout=60)
        test.assertEqual(done.returncode, 0, (command, done.stderr))
    system.until(lambda: not system.is_loaded(module) or
                 system.proc_modules()[module].references == 0,
                 f"nothing holds {module}")


class Holding(ServiceTest):
    def setUp(self):
        self.before = set(system.proc_modules())
        self.addCleanup(self.unload)
        self.modules = []

    def unload(self):
        """What came with a module, or with a rule, goes first: it may hold others."""
        for name in set(system.proc_modules()) - self.before - set(self.modules):
            system.run("modprobe", "-r", name, check=False)
        system.unload(*reversed(self.modules))

    def interface(self):
        """A network interface mk0 that is up."""
        self.module("dummy")
        system.run("ip", "link", "add", "mk0", "type", "dummy")
        self.addCleanup(system.run, "ip", "link", "del", "mk0")
        system.run("ip", "link", "set", "mk0", "up")

    def module(self, name, *parameters):
        """Loads it for this test; skips it where this kernel has none."""
        if not system.is_loaded(name):
            if system.run("modprobe", "-n", name, check=False).returncode:
                self.skipTest(f"this kernel has no module {name}")
            system.modprobe(name, *parameters)
            self.modules.append(name)
        return name

    def process(self, *command):
        """One that says "up" when it holds what it should."""
        holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        self.assertEqual(holder.stdout.readline(), "up\n")
        holder.stdout.close()
        return holder

    def refusal(self, module):
        """What a refused unload says."""
        return modkeeper("unload", module, status=BUSY).stderr
