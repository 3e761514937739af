# SPDX-License-Identifier: GPL-2.0-only
"""Every command with --json, when it succeeds and when it fails: each key is in modkeeper-json(7)
with its type, and names of values are spelled one way."""

import json
import re

from lib import system, vocabulary
from lib.command import DENIED, FAILED, NOTHING_TO_DO, NOT_FOUND, USAGE, BUSY, modkeeper
from lib.configuring import ConfiguringTest

# As (exit status, words); in this order, each after what is before it.
SUCCESSES = [
    (0, "list --memory"),
    (0, "list nothing_like_this"),
    (0, "info mk_user --symbols --devices --resources"),
    (0, "info ext4"),
    (0, "info -F license mk_user"),
    (0, "deps mk_user"),
    (0, "deps -r mk_base"),
    (0, "graph"),
    (0, "graph btrfs"),
    (0, "symbols _printk"),
    (0, "check mk_user"),
    (FAILED, "check mk_types no_such=1"),
    (0, "plan mk_user"),
    (FAILED, "plan mk_types an_int=many"),
    (0, "load --dry-run mk_types an_int=3"),
    (0, "load mk_user"),
    (0, "info mk_user"),
    (0, "load --needed mk_user"),
    (0, "load --all mk_types mk_base"),
    (0, "reload mk_types an_int=2"),
    (0, "cat"),
    (0, "cat mk_user"),
    (0, "log mk_user"),
    (0, "log dummy"),
    (0, "why mk_user"),
    (0, "why mk_types"),
    (0, "events"),
    (0, "history"),
    (0, "param mk_types"),
    (0, "param mk_types an_int"),
    (0, "param mk_types an_int a_charp"),
    (0, "param mk_types an_int=5 --persist-only"),
    (NOTHING_TO_DO, "param mk_types an_int=5 --persist-only"),
    (0, "param mk_types an_int"),
    (0, "param mk_types an_int --unset"),
    (0, "enable mk_slow"),
    (NOTHING_TO_DO, "enable mk_slow"),
    (0, "is-enabled mk_slow"),
    (0, "policy check"),
    (0, "policy apply --dry-run"),
    (0, "policy apply"),
    (0, "policy status"),
    (0, "policy list"),
    (0, "policy learn"),
    (0, "policy generate"),
    (DENIED, "policy diff"),
    (0, "policy learn --stop"),
    (0, "policy test mk_user"),
    (0, "policy import --dry-run"),
    (0, "policy import --dry-run --blacklist"),
    (0, "drift"),
    (0, "apply --dry-run"),
    (0, "apply"),
    (0, "disable mk_slow"),
    (FAILED, "is-enabled mk_slow"),
    (0, "mask mk_slow"),
    (0, "is-masked mk_slow"),
    (0, "unmask mk_slow"),
    (NOTHING_TO_DO, "drift"),
    (NOTHING_TO_DO, "apply"),
    (0, "holders mk_base"),
    (0, "unload mk_user mk_base"),
    (0, "load --no-block mk_user"),
    (0, "jobs"),
    (0, "status"),
]
FAILURES = [
    (USAGE, "list ["),
    (NOT_FOUND, "info no_such_module"),
    (NOT_FOUND, "deps no_such_module"),
    (NOT_FOUND, "graph no_such_module"),
    (NOT_FOUND, "holders no_such_module"),
    (NOT_FOUND, "symbols no_such_symbol"),
    (NOT_FOUND, "check no_such_module"),
    (USAGE, "cat --nope"),
    (NOT_FOUND, "log no_such_module"),
    (NOT_FOUND, "plan no_such_module"),
    (NOT_FOUND, "load no_such_module"),
    (NOTHING_TO_DO, "load mk_base"),
    (FAILED, "load mk_fail error=5"),
    (NOT_FOUND, "unload no_such_module"),
    (NOTHING_TO_DO, "unload mk_slow"),
    (BUSY, "unload mk_base"),
    (NOT_FOUND, "reload no_such_module"),
    (NOTHING_TO_DO, "reload mk_slow"),
    (NOT_FOUND, "cancel 4000000000"),
    (NOT_FOUND, "param no_such_module"),
    (FAILED, "param mk_types no_such"),
    (NOT_FOUND, "enable no_such_module"),
    (USAGE, "disable a/b"),
    (USAGE, "is-enabled a/b"),
    (NOT_FOUND, "mask no_such_module"),
    (USAGE, "unmask a/b"),
    (USAGE, "is-masked a/b"),
    (USAGE, "events --kind nope"),
    (USAGE, "events --module ["),
    (NOT_FOUND, "why no_such_module"),
    (NOT_FOUND, "history no_such_module"),
    (USAGE, "drift --nope"),
    (USAGE, "apply --nope"),
    (USAGE, "jobs --nope"),
    (NOTHING_TO_DO, "policy learn --stop"),
    (USAGE, "policy generate --since whenever"),
    (USAGE, "policy diff --since whenever"),
    (NOT_FOUND, "policy mode audit"),
    (USAGE, "policy mode strict"),
    (USAGE, "status --nope"),
    (USAGE, "doctor --nope"),
]
# Values of these are names; those of "call" are the kernel's.
NAMES = {"action", "cause", "ceiling", "driver_state", "effect", "event_source", "gate", "gate_mode", "kind", "level", "link", "reason", "trigger",
         "result", "severity", "signature", "source", "stage", "state", "suppressed_kind", "verb",
         "verdict", "why"}


def values(document, names):
    if isinstance(document, list):
        for one in document:
            yield from values(one, names)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name in names and isinstance(value, str):
                yield name, value
            yield from values(value, names)


class Answers(ConfiguringTest):
    def tearDown(self):
        system.until(lambda: modkeeper("jobs", "--json").stdout == "[]\n", "jobs to end")
        system.unload("mk_user", "mk_base", "mk_types", "mk_slow")
        super().tearDown()

    def answer(self, status, line, **options):
        """What it printed, each document once it is held against the page."""
        words = line.split()
        said = modkeeper(*words, "--json", status=status, **options).stdout
        with self.subTest(command=line):
            vocabulary.check(words, said)
        documents = vocabulary.documents(said)
        for name, value in values(documents, NAMES):
            self.assertRegex(value, r"^[a-z]+(-[a-z]+)*$", (line, name))
        return documents

    def test_what_succeeds(self):
        for status, line in SUCCESSES:
            self.answer(status, line)
        system.unload("mk_slow")  # which apply has loaded
        self.answer(0, "cancel " + str(self.answer(0, "load --no-block mk_slow ms=3000")[0]["job"]))
        modkeeper("doctor", "--json", status=FAILED) if self.is_ill() else self.answer(0, "doctor")

    def is_ill(self):
        return system.run("modkeeper", "doctor", check=False).returncode != 0

    def test_what_fails_is_an_object(self):
        modkeeper("load", "mk_user")
        for status, line in FAILURES:
            failed = self.answer(status, line)[0]
            with self.subTest(command=line):
                self.assertEqual(failed["result"],
                                 "unchanged" if status == NOTHING_TO_DO else "failed")
                self.assertRegex(failed["error"], r"^[A-Z]\w+$")
                self.assertTrue(failed["message"])

    def test_what_is_denied_is_an_object(self):
        for line in ("load mk_slow", "unload mk_slow", "reload mk_slow", "events", "history",
                     "why mk_slow", "param mk_types an_int=3", "enable mk_slow", "mask mk_slow"):
            failed = json.loads(system.run("runuser", "-u", "nobody", "--", "modkeeper", *line.split(),
                                           "--json", check=False).stdout or "{}")
            if line != "history":  # nobody's own journal is just empty
                self.assertEqual((line, failed["error"]), (line, "NotAuthorized"))
                self.assertEqual(failed["remedy"], f"sudo modkeeper {line} --json")

    def test_a_failure_says_for_programs_what_it_says_for_people(self):
        modkeeper("load", "mk_user")
        held = self.answer(BUSY, "unload mk_base")[0]
        self.assertEqual((held["error"], held["module"], held["errno"], held["holders"]),
                         ("InUse", "mk_base", 11, ["mk_user"]))
        failed = self.answer(FAILED, "load mk_fail error=5")[0]
        self.assertEqual((failed["error"], failed["module"], failed["errno"], failed["stage"]),
                         ("InitFailed", "mk_fail", 5, "init"))

    def test_a_built_in_module_has_one_state(self):
        built_in = next(line.split("/")[-1].split(".")[0] for line in
                        open(f"/lib/modules/{system.run('uname', '-r').stdout.strip()}"
                             "/modules.builtin", encoding="utf-8"))
        states = [self.answer(0, f"info {built_in}")[0]["state"],
                  self.answer(0, f"deps {built_in}")[0][0]["state"],
                  *(node["state"] for node in self.answer(0, f"graph {built_in}")[0]["nodes"]
                    if node["name"] == built_in.replace("-", "_"))]
        self.assertEqual(states, ["built-in"] * 3)

    def test_the_loaded_file_and_the_one_on_disk_are_told_apart(self):
        system.insmod(system.ours("mk_base"))
        info = self.answer(0, "info mk_base")[0]
        self.assertEqual(info["loaded_file"], str(system.ours("mk_base").resolve()))
        self.assertTrue(info["file"].startswith("/lib/modules/"), info["file"])
        self.assertEqual(info["loaded_time"][:2], "20")
        self.assertIsNone(self.answer(0, "info mk_slow")[0]["loaded_file"])

    def test_an_alias_is_unloaded_by_the_name_it_leads_to(self):
        modkeeper("load", "mk-test-alias")
        failed = self.answer(NOT_FOUND, "unload mk-test-alias")[0]
        self.assertEqual(failed["remedy"], "modkeeper unload mk_user")

    def test_every_command_is_here(self):
        lines = [line for _, line in SUCCESSES + FAILURES]
        tried = {line.split()[0] for line in lines} | {"cancel", "doctor"}
        text = modkeeper("--help").stdout
        listed = re.findall(r"^  ([\w-]+) ", text[text.index("Commands:"):], re.M)
        self.assertEqual(set(listed) - tried, set())
