# SPDX-License-Identifier: GPL-2.0-only
"""Who did it and why it failed: events with filters, why, and the same over D-Bus."""

import json
import os
import pathlib
import subprocess
import tempfile

from lib import bus, system
from lib.command import DENIED, NOT_FOUND, lines_of_json, modkeeper, of_json
from lib.service import ServiceTest

RECORDER = "org.modkeeper1.Recorder"


class Explaining(ServiceTest):
    def tearDown(self):
        system.unload("mk_user", "mk_base", "mk_slow", "mk_types", "dummy")

    def sources(self):
        return of_json("status")["driver"]["sources"]

    def failed_insmod(self, *words):
        process = subprocess.Popen(["insmod", *map(str, words)], stderr=subprocess.DEVNULL)
        self.assertNotEqual(process.wait(), 0)
        return process.pid


class Events(Explaining):
    def test_a_failure_has_stage_errno_and_file(self):
        if "calls" not in self.sources():
            self.skipTest("this kernel does not let calls be seen")
        pid = self.failed_insmod(system.ours("mk_fail"), "error=5")
        failed = lines_of_json("events", "--kind", "failed", "--module", "mk-f*", "-n", "1")[0]
        self.assertEqual((failed["stage"], failed["error"], failed["errno"], failed["errno_name"],
                          failed["tgid"]), ("init", "InitFailed", 5, "EIO", pid))
        self.assertIn("insmod", failed["command"])
        self.assertEqual(failed["parent_comm"], pathlib.Path("/proc/self/comm").read_text().strip())
        if "files" in self.sources():
            self.assertEqual(os.path.realpath(failed["file"]),
                             os.path.realpath(system.ours("mk_fail")))
        text = modkeeper("events", "--failed", "-n", "1").stdout
        self.assertRegex(text, r"failed +mk_fail .*insmod\[\d+\] uid 0 +init: EIO")

    def test_a_refused_unload_says_who_holds(self):
        if "calls" not in self.sources():
            self.skipTest("this kernel does not let calls be seen")
        system.modprobe("mk_user")
        with self.assertRaises(system.Failed):
            system.run("rmmod", "-s", "mk_base")
        # rmmod looks at /sys itself and may not even try
        with self.assertRaises(OSError):
            if not system.delete_module("mk_base"):
                raise OSError("in use")
        refused = lines_of_json("events", "--kind", "refused", "-n", "1")[0]
        self.assertEqual((refused["module"], refused["reason"], refused["used_by"]),
                         ("mk_base", "referenced", ["mk_user"]))
        self.assertIn("in use by module mk_user", modkeeper("why", "mk_base").stdout)

    def test_filters(self):
        system.insmod(system.ours("mk_base"))
        system.rmmod("mk_base")
        kinds = [one["kind"] for one in
                 lines_of_json("events", "--module", "mk_base", "--since", "boot", "-n", "3")]
        self.assertEqual(kinds, ["load-begin", "load-live", "unload"])
        self.assertEqual(lines_of_json("events", "--module", "mk_base", "--until", "boot"), [])
        self.assertEqual(lines_of_json("events", "--module", "mk_base", "--since", "+1h"), [])
        self.assertEqual({one["kind"] for one in lines_of_json("events", "--kind", "unload")},
                         {"unload"})
        done = modkeeper("events", "--kind", "dance", status=2)
        self.assertIn("request", done.stderr)
        modkeeper("events", "--since", "soon", status=2)

    def test_a_parameter_that_is_written_is_told(self):
        if "parameters" not in self.sources():
            self.skipTest("this kernel does not let parameters be seen")
        system.insmod(system.ours("mk_types"), "an_int=1")
        path = pathlib.Path("/sys/module/mk_types/parameters/an_int")
        if not os.access(path, os.W_OK) or not path.stat().st_mode & 0o200:
            self.skipTest("the parameter is read-only")
        path.write_text("77\n")
        write = lines_of_json("events", "--kind", "parameter", "--module", "mk_types")[-1]
        self.assertEqual((write["parameter"], write["old_value"], write["new_value"]),
                         ("an_int", "1", "77"))


class Why(Explaining):
    def test_a_request_is_told_to_its_beginning(self):
        """Making a link of a kind makes the kernel ask for its module."""
        if "requests" not in self.sources():
            self.skipTest("this kernel does not let requests be seen")
        ip = subprocess.Popen(["ip", "link", "add", "mk0", "type", "dummy"])
        self.assertEqual(ip.wait(), 0)
        system.run("ip", "link", "del", "mk0")
        why = of_json("why", "dummy")
        self.assertEqual((why["trigger"], why["loaded"]), ("request", True))
        request, begin = why["request"], why["begin"]
        self.assertEqual((request["comm"], request["pid"]), ("ip", ip.pid))
        self.assertEqual((begin["alias"], begin["link"], begin["request_pid"]),
                         ("rtnl-link-dummy", "certain", ip.pid))
        self.assertIn("modprobe", begin["command"])
        text = modkeeper("why", "dummy").stdout
        self.assertRegex(text, rf"ip\[{ip.pid}\] of uid 0 in agent\.service made the kernel ask for "
                               '"rtnl-link-dummy"')
        print("# " + text.replace("\n", "\n# "))

    def test_a_dependency_came_with_what_needs_it(self):
        system.modprobe("mk_user")
        why = of_json("why", "mk-base")
        self.assertEqual((why["module"], why["loaded_for"], why["trigger"]),
                         ("mk_base", "mk_user", "command"))
        self.assertEqual(of_json("why", "mk_user")["loaded_first"], ["mk_base"])
        self.assertEqual(of_json("why", "mk-test-alias")["module"], "mk_user")

    def test_a_failure_is_explained(self):
        self.failed_insmod(system.ours("mk_fail"), "error=19")
        why = modkeeper("why", "mk_fail").stdout
        self.assertIn("the last attempt failed", why)
        self.assertIn("insmod", why)
        if "calls" in self.sources():
            self.assertIn("ENODEV", why)
            self.assertIn("no hardware", why)

    def test_a_damaged_file_is_explained(self):
        if not {"calls", "files"} <= set(self.sources()):
            self.skipTest("this kernel does not let calls and files be seen")
        with tempfile.TemporaryDirectory() as folder:
            damaged = pathlib.Path(folder) / "mk_damaged.ko"
            damaged.write_bytes(b"\x7fELF" + bytes(200))
            self.failed_insmod(damaged)
        why = of_json("why", "mk_damaged")
        self.assertEqual(why["end"]["stage"], "elf")
        self.assertIn("damaged", " ".join(why["sentences"]))

    def test_one_from_before_is_not_known(self):
        before = lines_of_json("events", "--kind", "present")
        if not before:
            self.skipTest("nothing was loaded before the driver")
        said = modkeeper("why", before[0]["module"]).stdout
        self.assertIn("is not known", said)
        self.assertIn("Look next", said)

    def test_exit_codes(self):
        modkeeper("why", "no_such_module", status=NOT_FOUND)
        modkeeper("why", "mk_slow", status=NOT_FOUND)
        modkeeper("why", "dummy", status=DENIED, user="nobody")
        for command in ("events", "why", "history"):
            self.assertIn(f"modkeeper {command}", modkeeper(command, "--help").stdout)
            self.assertIn(command, modkeeper("--help").stdout)


class OverDBus(Explaining):
    def query(self, *words):
        answer = bus.busctl("call", bus.NAME, bus.PATH, RECORDER, "QueryEvents", "tua{sv}", *words)
        return [{key: value["data"] for key, value in event.items()}
                for event in json.loads(answer.stdout)["data"][0]]

    def test_query_tells_what_the_device_tells(self):
        self.failed_insmod(system.ours("mk_fail"), "error=5")
        asked = self.query("0", "0", "2", "failed", "b", "true", "module", "s", "mk_*")
        read = lines_of_json("events", "--failed", "--module", "mk_*")
        self.assertEqual([one["sequence"] for one in asked], [one["sequence"] for one in read])
        known = {key: value for key, value in read[-1].items()
                 if value is not None and value is not False
                 and key not in ("errno_name", "time")}
        self.assertEqual({key: value for key, value in asked[-1].items() if value is not False}, known)
        last = asked[-1]["sequence"]
        self.assertEqual(self.query(str(last), "0", "1", "failed", "b", "true"), [])

    def test_others_may_not_query_and_hear_little(self):
        denied = system.run("runuser", "-u", "nobody", "--", "busctl", "call", bus.NAME, bus.PATH,
                            RECORDER, "QueryEvents", "tua{sv}", "0", "1", "0", check=False)
        self.assertNotEqual(denied.returncode, 0)
        self.assertIn("uthori", denied.stderr)
        with bus.Monitor() as monitor:
            system.insmod(system.ours("mk_base"))
            monitor.signal("ModuleLoaded", "mk_base")
            sequence, kind, name, result = monitor.signal("Event")
            self.assertEqual((kind, name, result), ("load-live", "mk_base", ""))

    def test_members_of_the_group_may_query(self):
        system.run("useradd", "-M", "-G", "modkeeper", "mkreader", check=False)
        try:
            said = modkeeper("why", "mk_slow", status=NOT_FOUND, user="mkreader").stderr
            self.assertIn("mk_slow", said)
            allowed = system.run("runuser", "-u", "mkreader", "--", "busctl", "call", bus.NAME,
                                 bus.PATH, RECORDER, "QueryEvents", "tua{sv}", "0", "1", "0",
                                 check=False)
            self.assertEqual(allowed.returncode, 0, allowed.stderr)
        finally:
            system.run("userdel", "mkreader", check=False)
