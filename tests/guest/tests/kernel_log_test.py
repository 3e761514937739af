# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel printed for a load: in events, why, log and errors, with and without the driver's ear."""

import pathlib
import shutil
import subprocess
import tempfile

from lib import system
from lib.command import NO_DAEMON, lines_of_json, modkeeper, of_json
from lib.driver import DriverTest
from lib.service import ServiceTest

IGNORED = "dummy: unknown parameter 'colour' ignored"


def texts_of_load(told):
    return [line["text"] for line in told["lines"] if line["during_load"]
            and "taint" not in line["text"]]


class KernelLog(ServiceTest):
    def setUp(self):
        super().setUp()
        if "lines" not in of_json("status")["driver"]["sources"]:
            self.skipTest("this kernel does not let its lines be seen")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def tearDown(self):
        system.unload("dummy", "mk_talks", "mk_base", "mk_types")

    def test_a_parameter_that_is_ignored(self):
        system.modprobe("dummy", "colour=red")
        live = lines_of_json("events", "--kind", "load", "--module", "dummy")[-1]
        self.assertEqual((live["kind"], live["kernel_lines"]), ("load-live", IGNORED))
        self.assertIn(f"The kernel printed during the load: {IGNORED}.",
                      modkeeper("why", "dummy").stdout)
        told = of_json("log", "dummy")
        self.assertEqual((told["source"], texts_of_load(told)), ("call", [IGNORED]))
        self.assertEqual(told["lines"][0]["level"], "warning")
        self.assertIn(IGNORED, modkeeper("log", "dummy", "--level", "warning").stdout)
        system.rmmod("dummy")
        system.modprobe("dummy")
        self.assertEqual(texts_of_load(of_json("log", "dummy")), [])
        self.assertNotIn("printed", modkeeper("why", "dummy").stdout)

    def test_what_others_print_meanwhile_is_left_out(self):
        talks = subprocess.Popen(["insmod", system.ours("mk_talks"), "lines=6", "ms=100"])
        while talks.poll() is None:
            system.load_error(system.ours("mk_types"), b"an_int=many")
        self.assertEqual(talks.returncode, 0)
        self.assertEqual(texts_of_load(of_json("log", "mk_talks")),
                         [f"mk_talks: word {number}" for number in range(6)])
        self.assertEqual(texts_of_load(of_json("log", "mk_types")),
                         ["mk_types: `many' invalid for parameter `an_int'"])

    def test_why_an_insmod_of_a_renamed_file_failed(self):
        path = self.folder / "nvidia-current.ko"
        path.write_bytes(system.ours("mk_base").read_bytes().replace(b" mod_unload", b" mod_loadun"))
        with self.assertRaises(system.Failed):
            system.insmod(path)
        text = modkeeper("why", "mk_base").stdout
        self.assertIn("built with other options than the kernel", text)
        self.assertNotIn("changed since", text)
        self.assertRegex(text, "Kernel log: mk_base: version magic '.* mod_loadun .*' should be")
        print("# " + text.replace("\n", "\n# "))

    def test_a_load_by_the_daemon_has_the_lines_of_its_own_call(self):
        path = self.folder / "other.ko"
        shutil.copy(system.ours("mk_talks"), path)
        done = modkeeper("load", path, "error=5", "word=unplugged", status=1)
        self.assertIn("mk_talks: unplugged 0", done.stderr)
        self.assertNotIn("in a worker", done.stderr)

    def test_the_journal_has_them(self):
        system.modprobe("dummy", "colour=red")
        system.until(lambda: IGNORED in [one["kernel_lines"]
                                         for one in lines_of_json("history", "dummy")],
                     "the journal's entry")


class WithoutLines(DriverTest):
    parameters = ("trace_probes=0",)

    def test_the_time_of_the_load_decides_and_that_is_said(self):
        system.modprobe("dummy", "colour=red")
        self.addCleanup(system.unload, "dummy")
        done = modkeeper("log", "dummy", "--json")
        self.assertIn("the driver did not see what the kernel printed for it", done.stderr)
        told = of_json("log", "dummy")
        self.assertEqual(told["source"], "time")
        self.assertIn(IGNORED, texts_of_load(told))
        status = of_json("status", status=NO_DAEMON)
        self.assertIn("lines", status["driver"]["missing_sources"])
