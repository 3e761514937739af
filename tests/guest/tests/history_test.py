# SPDX-License-Identifier: GPL-2.0-only
"""What modkeeperd puts into the journal, and modkeeper history reads back."""

import json
import os

from lib import bus, system
from lib.command import DENIED, NOT_FOUND, lines_of_json, modkeeper
from lib.service import ServiceTest

LOADED = "f3e8c0da397549a191af7d993d02dc7f"
LOAD_FAILED = "ce4672399cd54f2aa40a3a7aafc0e8d0"
UNLOADED = "90ed0aa76ce34f4992017b9611da3ecb"


def entries(*matches):
    """What journalctl shows: the other source."""
    system.run("journalctl", "--sync")
    said = system.run("journalctl", "-o", "json", "--all", "_UID=0", *matches).stdout
    return [json.loads(line) for line in said.splitlines()]


def of_module(name):
    return [one for one in entries(f"MODKEEPER_MODULE={name}")]


class History(ServiceTest):
    def tearDown(self):
        system.unload("mk_base", "mk_slow")

    def entered(self, name, count):
        """Waits until a module has so many entries."""
        return system.until(lambda: (found := of_module(name))[count - 1:] and found,
                            f"{count} entries of {name}")

    def test_loads_failures_and_unloads_are_entered(self):
        before = len(of_module("mk_base"))
        system.insmod(system.ours("mk_base"))
        system.rmmod("mk_base")
        loaded, unloaded = self.entered("mk_base", before + 2)[before:]
        self.assertEqual((loaded["MESSAGE_ID"], unloaded["MESSAGE_ID"]), (LOADED, UNLOADED))
        self.assertEqual((loaded["PRIORITY"], loaded["SYSLOG_IDENTIFIER"]), ("6", "modkeeperd"))
        self.assertRegex(loaded["MESSAGE"], r"module mk_base was loaded by insmod\[\d+\]")
        self.assertEqual(loaded["MODKEEPER_COMM"], "insmod")
        before = len(of_module("mk_fail"))
        with self.assertRaises(system.Failed):
            system.insmod(system.ours("mk_fail"), "error=5")
        failed = self.entered("mk_fail", before + 1)[-1]
        self.assertEqual((failed["MESSAGE_ID"], failed["PRIORITY"]), (LOAD_FAILED, "3"))
        self.assertEqual(failed["MODKEEPER_ERROR"], "InitFailed")
        if "ERRNO" in failed:
            self.assertEqual((failed["ERRNO"], failed["MODKEEPER_STAGE"]), ("5", "init"))
        self.assertEqual(entries("MODKEEPER_KIND=present"), [])

    def test_a_restart_enters_nothing_twice(self):
        system.insmod(system.ours("mk_base"))
        self.entered("mk_base", 1)
        keys = [(one["MODKEEPER_BOOTTIME_NS"], one["MODKEEPER_SEQUENCE"])
                for one in entries("_COMM=modkeeperd") if "MODKEEPER_SEQUENCE" in one]
        for way in (("restart",), ("kill", "--signal=KILL")):
            killed = bus.main_pid()
            system.run("systemctl", *way, bus.UNIT)
            system.until(lambda old=killed: bus.main_pid() not in (0, old) and bus.is_owned(),
                         "its restart")
        system.rmmod("mk_base")
        system.until(lambda: of_module("mk_base")[-1]["MESSAGE_ID"] == UNLOADED, "the unload")
        after = [(one["MODKEEPER_BOOTTIME_NS"], one["MODKEEPER_SEQUENCE"])
                 for one in entries("_COMM=modkeeperd") if "MODKEEPER_SEQUENCE" in one]
        self.assertEqual(len(after), len(set(after)), "an event was entered twice")
        self.assertEqual(after[:len(keys)], keys)

    def test_what_happens_while_the_daemon_is_away_is_entered_later(self):
        bus.stop()
        before = len(of_module("mk_slow"))
        system.insmod(system.ours("mk_slow"), "ms=1")
        self.assertEqual(len(of_module("mk_slow")), before)
        bus.start()
        self.assertEqual(self.entered("mk_slow", before + 1)[-1]["MESSAGE_ID"], LOADED)

    def test_a_driver_that_is_loaded_anew_is_told_apart(self):
        """Its sequence numbers begin at 1 again."""
        bus.stop()
        system.unload("modkeeper")
        system.insmod(system.DRIVER)
        before = len(of_module("mk_base"))
        system.insmod(system.ours("mk_base"))
        bus.start()
        self.entered("mk_base", before + 1)

    def test_history_reads_it_back(self):
        system.insmod(system.ours("mk_base"))
        system.rmmod("mk_base")
        count = len(self.entered("mk_base", 2))
        told = lines_of_json("history", "mk-base")
        self.assertEqual(len(told), count)
        self.assertEqual([one["kind"] for one in told[-2:]], ["load-live", "unload"])
        self.assertTrue(all(one["this_boot"] for one in told))
        self.assertEqual(len(lines_of_json("history", "mk_base", "-n", "1")), 1)
        self.assertEqual(lines_of_json("history", "mk_base", "--boot"), told)
        self.assertEqual(lines_of_json("history", "mk_base", "--since", "-1h"), told)
        self.assertIn("this boot", modkeeper("history").stdout)
        modkeeper("history", "no_such_module", status=NOT_FOUND)
        none = modkeeper("history", "mk_base", "--failed", "--until", "2001-01-01")
        self.assertEqual(none.stdout, "")
        self.assertIn('has entries about module "mk_base", but none that match', none.stderr)
        failed = lines_of_json("history", "--failed")
        self.assertEqual({one["kind"] for one in failed} - {"load-failed", "unload-refused",
                                                            "tool-failed"}, set())

    def test_what_others_say_is_not_believed(self):
        fake = (f"MESSAGE=forged\nMESSAGE_ID={LOADED}\nMODKEEPER_KIND=load-live\n"
                "MODKEEPER_MODULE=forged\nMODKEEPER_SEQUENCE=9\n"
                "MODKEEPER_BOOTTIME_NS=18446744073709551615\nMODKEEPER_REALTIME_NS=1\n"
                "MODKEEPER_COMM=x\n")
        send = ("import socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); "
                "s.connect('/run/systemd/journal/socket'); s.send(sys.argv[1].encode())")
        system.run("runuser", "-u", "nobody", "--", "python3", "-c", send, fake)
        system.run("journalctl", "--sync")
        modkeeper("history", "forged", status=NOT_FOUND)
        system.run("systemctl", "restart", bus.UNIT)
        before = len(of_module("mk_base"))
        system.insmod(system.ours("mk_base"))
        self.entered("mk_base", before + 1)

    def test_not_everybody_may_read_it(self):
        if not os.path.exists("/etc/machine-id"):
            self.skipTest("this machine has no id")
        modkeeper("history", status=DENIED, user="nobody")
