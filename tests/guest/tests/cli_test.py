# SPDX-License-Identifier: GPL-2.0-only
"""The modkeeper command: its JSON beside other sources, and its exit codes."""

import json
import os
import signal
import subprocess

from lib import bus, system, vocabulary
from lib.command import BUSY, DENIED, FAILED, NOTHING_TO_DO, NOT_FOUND, NO_DAEMON, OK, TIMEOUT, \
    USAGE, modkeeper
from lib.service import ServiceTest


class CommandLine(ServiceTest):
    def tearDown(self):
        system.unload("mk_user", "mk_base", "mk_slow", "mk_types")

    def modkeeper(self, *words, status=OK, **options):
        done = modkeeper(*words, status=status, **options)
        if status != OK:
            self.assertTrue(done.stderr.startswith("modkeeper: "), done.stderr)
        return done

    def json(self, *words, **options):
        said = self.modkeeper(*words, "--json", **options).stdout
        vocabulary.check(words, said)
        return json.loads(said)

    def test_list_is_what_proc_says(self):
        system.modprobe("mk_user")
        listed = self.json("list")
        expected = system.proc_modules()
        self.assertEqual({entry["name"] for entry in listed}, set(expected))
        for entry in listed:
            other = expected[entry["name"]]
            self.assertEqual((entry["state"], entry["size"], sorted(entry["used_by"])),
                             ("live", other.size, sorted(other.used_by)))
        text = self.modkeeper("list").stdout
        for name in expected:
            self.assertIn(name, text)

    def test_info_is_what_modinfo_says(self):
        for name in ("mk_types", "wireguard", "btrfs"):
            info = self.json("info", name)
            for field in ("description", "license", "srcversion", "vermagic", "filename"):
                said = system.run("modinfo", "-F", field, name).stdout.partition("\n")[0].strip()
                told = info["file" if field == "filename" else field]
                if field == "filename":
                    said, told = os.path.realpath(said), os.path.realpath(told)
                self.assertEqual((told or "").strip(), said, (name, field))
            self.assertEqual(info["state"], "absent")
            depends = system.run("modinfo", "-F", "depends", name).stdout.strip()
            self.assertEqual(sorted(info["depends"]),
                             sorted(depends.split(",")) if depends else [])

    def test_load_info_unload(self):
        self.assertEqual(self.json("load", "mk_user"), {"result": "loaded", "modules": ["mk_user"]})
        info = self.json("info", "mk_user")
        self.assertEqual((info["state"], info["uses"]), ("live", ["mk_base"]))
        self.assertEqual(self.json("info", "mk_base")["used_by"], ["mk_user"])
        self.modkeeper("unload", "mk_base", status=BUSY)
        self.assertEqual(self.json("unload", "mk_user")["modules"], ["mk_user"])
        self.modkeeper("unload", "mk_base")
        self.assertFalse(system.is_loaded("mk_base"))

    def test_load_with_parameters_and_by_file(self):
        self.modkeeper("load", system.ours("mk_types"), "an_int=12", "a_charp=hello")
        self.assertEqual(system.sysfs("mk_types", "parameters/an_int"), "12")
        values = {entry["name"]: entry["value"] for entry in self.json("info", "mk_types")
                  ["parameters"]}
        for name in os.listdir("/sys/module/mk_types/parameters"):
            self.assertEqual(values[name], system.sysfs("mk_types", f"parameters/{name}"), name)

    def test_exit_codes_tell_failures_apart(self):
        self.modkeeper("load", "no_such_module", status=NOT_FOUND)
        self.modkeeper("info", "no_such_module", status=NOT_FOUND)
        self.modkeeper("load", "mk_fail", status=FAILED)
        self.modkeeper("load", "mk_types", "none=1", status=FAILED)
        self.modkeeper("load", status=USAGE)
        self.modkeeper("load", "a/b/c.ko", status=NOT_FOUND)
        self.modkeeper("load", "", status=USAGE)
        self.modkeeper("no-such-command", status=USAGE)
        self.modkeeper("list", "--no-such-option", status=USAGE)
        self.modkeeper("load", "mk_slow", status=DENIED, user="nobody")
        self.modkeeper("unload", "mk_slow", status=NOTHING_TO_DO)
        system.modprobe("mk_base")
        self.modkeeper("load", "mk_base", status=NOTHING_TO_DO)
        self.modkeeper("load", "mk_slow", "ms=4000", "--timeout", "1", status=TIMEOUT)
        system.until(lambda: not system.is_loaded("mk_slow"), "what came late to be taken back")

    def test_failures_are_json_too(self):
        failed = self.json("load", "mk_fail", "error=5", status=FAILED)
        self.assertEqual((failed["result"], failed["error"]), ("failed", "InitFailed"))
        self.assertIn("mk_fail", failed["message"])

    def test_a_job_is_listed_and_canceled(self):
        started = self.json("load", "--no-block", "mk_slow", "ms=4000")
        job = started["job"]
        system.until(lambda: "mk_slow" in system.proc_modules(), "mk_slow to come")
        listed = self.json("jobs")
        self.assertEqual([(one["id"], one["verb"], one["targets"]) for one in listed],
                         [(job, "load", ["mk_slow"])])
        self.modkeeper("cancel", str(job))
        system.until(lambda: not self.json("jobs"), "the job to end")
        self.assertFalse(system.is_loaded("mk_slow"))
        self.assertEqual(self.json("cancel", str(job), status=NOT_FOUND)["error"], "NotFound")

    def test_a_wanted_module_may_be_there(self):
        system.modprobe("mk_base")
        self.modkeeper("load", "mk_base", status=NOTHING_TO_DO)
        self.modkeeper("load", "--needed", "mk_base")

    def test_events_tell_what_was_recorded(self):
        insmod = subprocess.Popen(["insmod", system.ours("mk_slow"), "ms=5"])
        insmod.wait()
        lines = [json.loads(line) for line in
                 self.modkeeper("events", "--json").stdout.splitlines()]
        self.assertEqual([line["sequence"] for line in lines], list(range(1, len(lines) + 1)))
        begin, live = [line for line in lines if line["module"] == "mk_slow"][-2:]
        self.assertEqual((begin["kind"], live["kind"]), ("load-begin", "load-live"))
        self.assertEqual((begin["args"], begin["comm"], begin["uid"], begin["pid"]),
                         ("ms=5", "insmod", 0, insmod.pid))
        self.assertEqual(live["core_bytes"], int(system.sysfs("mk_slow", "coresize")))
        self.assertEqual(live["load_sequence"], begin["sequence"])
        self.assertGreater(live["duration_ns"], 5_000_000)

    def test_events_follow_until_interrupted(self):
        follow = subprocess.Popen(["modkeeper", "events", "--follow", "--new", "--json"],
                                  stdout=subprocess.PIPE, text=True)
        system.until(lambda: system.sysfs("modkeeper", "refcnt") == "2", "it to listen")
        system.until(lambda: system.sleeps_in(follow.pid, system.POLL), "it to wait in poll")
        system.insmod(system.ours("mk_base"))
        self.assertEqual(json.loads(follow.stdout.readline())["module"], "mk_base")
        follow.send_signal(signal.SIGINT)
        self.assertEqual(follow.wait(), 0)
        follow.stdout.close()

    def test_status_agrees_with_the_driver(self):
        status = self.json("status")
        self.assertEqual(status["driver"]["modules_loaded"], len(system.proc_modules()))
        self.assertEqual(status["driver"]["version"], system.sysfs("modkeeper", "version"))
        self.assertEqual(status["daemon"]["driver_state"], "connected")
        self.assertIn("connected", self.modkeeper("status").stdout)

    def test_help_has_examples(self):
        for command in ("list", "info", "load", "unload", "events", "status"):
            self.assertIn(f"modkeeper {command}", self.modkeeper(command, "--help").stdout)

    def test_without_the_daemon_reading_works(self):
        """A bus that nobody is on: asking a stopped daemon would start it."""
        nowhere = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS="unix:path=/run/no-such-bus")
        for user in (None, "nobody"):
            listed = json.loads(self.modkeeper("list", "--json", env=nowhere, user=user).stdout)
            self.assertEqual({entry["name"] for entry in listed}, set(system.proc_modules()))
        self.modkeeper("info", "overlay", env=nowhere)
        self.modkeeper("events", env=nowhere)
        self.modkeeper("load", "mk_base", env=nowhere, status=NO_DAEMON)
        for user in (None, "nobody"):
            self.modkeeper("load", "no_such_module", env=nowhere, user=user, status=NOT_FOUND)
            for verb in ("load", "reload"):
                wrong = self.modkeeper(verb, "mk_types", "an_int=many", env=nowhere, user=user,
                                       status=FAILED)
                self.assertIn("parameter an_int of module mk_types cannot be", wrong.stderr)
                self.assertIn("next: modkeeper info mk_types", wrong.stderr)
            self.modkeeper("load", "--all", "mk_base", "mk_types", env=nowhere, user=user,
                           status=NO_DAEMON)
        self.modkeeper("status", env=nowhere, status=NO_DAEMON)

    def test_a_stopped_daemon_is_started_by_a_load(self):
        bus.stop()
        self.modkeeper("load", "mk_base")
        self.assertTrue(system.is_loaded("mk_base"))
