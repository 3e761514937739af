# SPDX-License-Identifier: GPL-2.0-only
"""A C program that knows nothing but the uapi header."""

from lib import system
from lib.driver import DriverTest


class Program(DriverTest):
    def test_a_program_with_the_header_alone_reads_all(self):
        system.modprobe("mk_user")
        lines = [line.split() for line in
                 system.run("/usr/lib/modkeeper-tests/reader").stdout.splitlines()]
        device = self.device()
        self.assertEqual(lines[0], ["version", system.sysfs("modkeeper", "version")])
        records = [["record", str(record.sequence), str(record.kind), record.name]
                   for record in device.drain()]
        self.assertEqual([line for line in lines if line[0] == "record"], records)
        expected = {name: module.references for name, module in system.proc_modules().items()
                    if name != "modkeeper"}
        self.assertEqual({line[1]: int(line[2]) for line in lines
                          if line[0] == "module" and line[1] != "modkeeper"}, expected)
