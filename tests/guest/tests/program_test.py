# SPDX-License-Identifier: GPL-2.0-only
"""A C program that knows nothing but the uapi header."""

import signal
import subprocess

from lib import system
from lib.driver import DriverTest


class Program(DriverTest):
    parameters = ("ring_kb=64",)

    def test_a_program_with_the_header_alone_reads_all(self):
        system.modprobe("mk_user")
        lines = [line.split() for line in
                 system.run("/usr/lib/modkeeper-tests/reader").stdout.splitlines()]
        device = self.device()
        self.assertEqual(lines[0], ["version", system.sysfs("modkeeper", "version")])
        records = [["record", str(record.sequence), str(record.kind), record.module]
                   for record in device.drain()]
        self.assertEqual([line for line in lines if line[0] == "record"], records)
        expected = {name: module.references for name, module in system.proc_modules().items()
                    if name != "modkeeper"}
        self.assertEqual({line[1]: int(line[2]) for line in lines
                          if line[0] == "module" and line[1] != "modkeeper"}, expected)

    def test_the_example_reads_the_ring_from_memory(self):
        system.modprobe("mk_user")
        lines = [line.split() for line in
                 system.run("/usr/lib/modkeeper-tests/ring").stdout.splitlines()]
        heads = self.device().heads()
        self.assertEqual([[word for word in line if word != "record"] for line in lines],
                         [[str(sequence), str(kind), *name.split()]
                          for kind, sequence, name in heads])
        self.assertIn("mk_user", [name for _, _, name in heads])

    def test_the_example_follows_a_ring_that_overtakes_it(self):
        follower = subprocess.Popen(["/usr/lib/modkeeper-tests/ring", "--follow"],
                                    stdout=subprocess.PIPE, text=True)
        try:
            system.modprobe("mk_user")
            for line in follower.stdout:
                if line.split()[-1] == "mk_user":
                    break
            system.unload("mk_user")
            system.unload("mk_base")
            # While it may not run, a whole ring comes and goes.
            follower.send_signal(signal.SIGSTOP)
            device = self.device()
            first = device.stats()["produced"]
            while device.stats()["first_sequence"] < first + 10:
                system.load_and_unload(system.ours("mk_base"))
            follower.send_signal(signal.SIGCONT)
            self.assertTrue(any(line.startswith("lost ") for line in follower.stdout))
        finally:
            follower.kill()
            follower.wait()
            follower.stdout.close()
