# SPDX-License-Identifier: GPL-2.0-only
"""Tools that give up before they ask the kernel: what the record has of them, and what why says."""

import gzip
import os
import pathlib
import signal
import subprocess

from lib import system
from lib.causes import CONFIGURATION, CausesTest
from lib.command import lines_of_json, of_json


class GaveUp(CausesTest):
    def setUp(self):
        super().setUp()
        if "tools" not in of_json("status")["driver"]["sources"]:
            self.skipTest("this kernel does not let the ends of processes be seen")

    def failed(self, *words, **options):
        """The process that ran these words and failed."""
        with subprocess.Popen(list(map(str, words)), stderr=subprocess.DEVNULL, **options) as process:
            self.assertNotEqual(process.wait(), 0, words)
        return process.pid

    def record_of(self, pid):
        found = [event for event in lines_of_json("events") if event["tgid"] == pid]
        self.assertEqual([event["kind"] for event in found], ["tool-failed"])
        return found[0]

    def explained(self, cause, pid, *names):
        """It is what why tells of the process, of the module, and of what failed last."""
        for words in (("--pid", str(pid)), *((name,) for name in names), ()):
            told = self.told(*words)
            self.assertEqual(told[0], cause, (words, told[1]))
        return self.told("--pid", str(pid))[1]

    def test_the_record_says_what_it_was_told_where_and_how_it_ended(self):
        pid = self.failed("insmod", "./nowhere.ko", "a=1", cwd=self.folder)
        record = self.record_of(pid)
        self.assertEqual((record["command"], record["directory"], record["exit_status"]),
                         ("insmod ./nowhere.ko a=1", str(self.folder), 1))
        self.assertEqual((record["filters_calls"], record["capability"]), (False, "held"))
        self.assertEqual(record["parent_pid"], os.getpid())
        entry = system.until(lambda: system.run("journalctl", "-o", "cat", "MODKEEPER_MODULE=nowhere",
                                                f"MODKEEPER_TGID={pid}", check=False).stdout.strip(),
                             "its entry in the journal")
        self.assertRegex(entry, rf"^module nowhere was not loaded by insmod\[{pid}\]( \(.*\))?: "
                                "it gave up with status 1$")

    def test_one_whose_call_failed_has_no_second_record(self):
        pid = self.failed("insmod", system.ours("mk_fail"))
        kinds = [event["kind"] for event in lines_of_json("events") if event["tgid"] == pid]
        self.assertEqual(kinds, ["load-begin", "load-failed"])

    def test_files(self):
        self.explained("no-such-module",
                       self.failed("insmod", "./nowhere.ko", cwd=self.folder), "nowhere")
        empty = self.file("mk_empty", b"")
        said = self.explained("damaged-file", self.failed("insmod", empty), "mk_empty")
        self.assertIn("it is empty", said)
        packed = gzip.compress(system.ours("mk_slow").read_bytes())
        cut = self.folder / "mk_slow.ko.gz"
        cut.write_bytes(packed[:len(packed) // 2])
        pid = self.failed("sh", "-c", f"cp {cut} /run/mk_cut.ko.xz; exec insmod /run/mk_cut.ko.xz")
        self.explained("damaged-file", pid, "mk_cut")

    def test_names_and_configuration(self):
        self.explained("no-such-module", self.failed("modprobe", "mk_nosuch"), "mk_nosuch")
        CONFIGURATION.write_text("install mk_types /bin/false\n")
        said = self.explained("replaced-by-command", self.failed("modprobe", "mk_types"), "mk_types")
        self.assertIn(f"{CONFIGURATION}:1", said)
        CONFIGURATION.write_text("install mk_types /bin/sh -c 'exit 3'\n")
        self.explained("command-failed", self.failed("modprobe", "mk_types"), "mk_types")

    def test_what_happened_before_is_still_told(self):
        system.insmod(system.ours("mk_slow"))
        system.rmmod("mk_slow")
        self.failed("insmod", self.folder / "mk_slow.ko")
        cause, said = self.told("mk_slow")
        self.assertEqual(cause, "no-such-module", said)
        self.assertIn("unloaded it", said)

    def test_a_load_since_then_ends_it(self):
        self.failed("insmod", self.folder / "mk_slow.ko")
        system.insmod(system.ours("mk_slow"))
        cause, said = self.told("mk_slow")
        self.assertIsNone(cause, said)

    def test_unloads_that_rmmod_refuses_by_itself(self):
        with self.loaded(system.ours("mk_base"), system.ours("mk_user")):
            said = self.explained("used-by-modules", self.failed("rmmod", "mk_base"), "mk_base")
            self.assertIn("mk_user", said)
        self.explained("not-loaded", self.failed("rmmod", "mk_nosuch"), "mk_nosuch")

    def test_filters_of_system_calls(self):
        for words, certainty in ((("SystemCallFilter=~@module",), "seen"),
                                 (("SystemCallFilter=~@module", "SystemCallErrorNumber=EPERM"),
                                  "inferred")):
            options = [option for word in words for option in ("-p", word)]
            system.run("systemd-run", "-q", "--wait", "--unit=mk-filtered", *options, "insmod",
                       system.ours("mk_slow"), check=False)
            cause, said = self.told("mk_slow")
            self.assertEqual(cause, "filtered-call", said)
            self.assertIn("mk-filtered.service", said)
            self.assertEqual(of_json("why", "mk_slow")["diagnosis"]["certainty"], certainty)
            system.run("systemctl", "reset-failed", "mk-filtered", check=False)

    def test_signals(self):
        pipe = self.folder / "mk_pipe.ko"
        os.mkfifo(pipe)
        process = subprocess.Popen(["insmod", pipe])
        system.until(lambda: pathlib.Path(f"/proc/{process.pid}/comm").read_text() == "insmod\n",
                        "insmod")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.assertEqual(self.told("--pid", str(process.pid))[0], "interrupted")

    def test_what_others_write_into_their_command_lines_answers_no_question(self):
        link = pathlib.Path("/run/modprobe")
        link.symlink_to("/bin/false")
        self.addCleanup(link.unlink)
        pid = self.failed(link, "mk_types", preexec_fn=lambda: os.setuid(65534))
        self.assertEqual(self.record_of(pid)["uid"], 65534)
        self.assertNotIn(str(pid), self.told("mk_types")[1])
        self.assertEqual(self.told("--pid", str(pid))[0], "unknown")
