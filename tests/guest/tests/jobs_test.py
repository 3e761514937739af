# SPDX-License-Identifier: GPL-2.0-only
"""Loads, unloads and reloads as jobs: side by side, taken back, canceled, hung, cut off."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import dbus

from lib import bus, system, uapi
from lib.command import BUSY, FAILED, NOT_FOUND, NOTHING_TO_DO, TIMEOUT, modkeeper, of_json
from lib.device import Device
from lib.service import ServiceTest

OURS = ("mk_user", "mk_base", "mk_slow", "mk_types", "mk_proprietary")
JOB = "org.modkeeper1.Job"
CONFIGURATION = "/run/modprobe.d/mk-jobs-test.conf"


def start_job(verb, *names, **options):
    return str(bus.proxy().StartJob(verb, dbus.Array(names, signature="s"),
                                    dbus.Array([], signature="s"),
                                    dbus.Dictionary(options, signature="sv")))


def cancel(job):
    bus.proxy(job, JOB).Cancel(dbus.Dictionary({}, signature="sv"))


def workers():
    """Processes that carry out a job, also those of a daemon that is gone."""
    found = []
    for name in pathlib.Path("/proc").glob("[0-9]*/comm"):
        try:
            if name.read_text() == "modkeeperd-job\n":
                found.append(name)
        except OSError:
            pass  # it has ended
    return found


def configure(text):
    os.makedirs(os.path.dirname(CONFIGURATION), exist_ok=True)
    with open(CONFIGURATION, "w", encoding="utf-8") as file:
        file.write(text)


class Jobs(ServiceTest):
    def setUp(self):
        super().setUp()
        system.unload(*OURS)

    def tearDown(self):
        if os.path.exists(CONFIGURATION):
            os.unlink(CONFIGURATION)
        system.unload(*OURS)

    def loaded(self):
        return {name for name in OURS if system.is_loaded(name)}


class Loads(Jobs):
    def test_many_are_one_job_and_each_is_loaded_once(self):
        with Device() as device:
            device.seek_new()
            done = of_json("load", "--all", "mk_user", "mk_types", "mk_proprietary", "mk_base")
            records = device.drain()
        self.assertEqual(set(done["modules"]), {"mk_user", "mk_types", "mk_proprietary", "mk_base"})
        self.assertEqual(self.loaded(), {"mk_user", "mk_base", "mk_types", "mk_proprietary"})
        begun = [record.module for record in records if record.kind == uapi.LOAD_BEGIN]
        self.assertEqual(sorted(begun), sorted(done["modules"]))
        failed = [record for record in records if record.kind == uapi.LOAD_FAILED]
        self.assertEqual(failed, [], "a module was given to the kernel twice")

    def test_a_failure_takes_back_what_was_loaded(self):
        configure("softdep mk_fail pre: mk_user\n")
        failed = modkeeper("load", "--all", "mk_user", "mk_fail", status=FAILED)
        self.assertIn("mk_fail was not loaded", failed.stderr)
        self.assertIn("what was loaded for it is unloaded again: mk_user, mk_base", failed.stderr)
        self.assertEqual(self.loaded(), set())
        modkeeper("load", "--all", "--keep-going", "mk_user", "mk_fail", status=FAILED)
        self.assertEqual(self.loaded(), {"mk_user", "mk_base"})

    def test_what_was_loaded_before_stays_when_it_fails(self):
        system.modprobe("mk_base")
        modkeeper("load", "--all", "mk_user", "mk_fail", status=FAILED)
        self.assertEqual(self.loaded(), {"mk_base"})

    def test_the_plan_is_what_is_done_and_what_modprobe_says(self):
        for name in ("mk_user", "btrfs", "nfsv4", "wireguard", "snd_hda_intel", "e1000e"):
            plan = of_json("plan", "--ignore-loaded", name)
            self.assertEqual(plan["result"], "would-succeed", plan)
            said = system.run("modprobe", "--show-depends", name).stdout.splitlines()
            expected = []
            for line in said:
                kind, what = line.split()[:2]
                module = os.path.basename(what).split(".")[0].replace("-", "_")
                if module not in expected:
                    expected.append(module)
            self.assertEqual([step["module"] for step in plan["steps"]], expected, name)
        later = {step["module"]: step["weak_needs"] for step in of_json("plan", "mk_user")["steps"]}
        self.assertEqual(later, {"mk_base": [], "mk_user": ["mk_types", "crypto-crc32c"]})
        told = modkeeper("load", "--dry-run", "mk_user").stdout
        self.assertIn("mk_user may request mk_types once it is loaded\n", told)
        self.assertEqual(self.loaded(), set())
        configure("weakdep mk_b* dummy\n")
        self.assertIn("mk_base may request dummy once it is loaded\n",
                      modkeeper("plan", "mk_user").stdout)
        self.assertIn("dummy", modkeeper("deps", "mk_base").stdout)
        self.assertIn("mk_base", modkeeper("deps", "--reverse", "dummy").stdout)
        wrong = of_json("plan", "mk_types", "an_int=many", status=FAILED)
        self.assertEqual((wrong["result"], wrong["error"]), ("would-fail", "BadParameter"))

    def test_progress_is_told(self):
        configure("options mk_slow ms=500\n")
        with bus.Monitor() as monitor:
            job = start_job("load", "mk_slow", "mk_user")
            self.assertEqual(monitor.signal("JobNew")[1], job)
            seen = set()
            while seen < {"State", "Planned", "Ended", "Current"}:
                interface, changed, invalidated = monitor.signal("PropertiesChanged", JOB)
                seen |= set(changed) | set(invalidated)
            removed = monitor.signal("JobRemoved")
            self.assertEqual(removed[1:], [job, ["mk_slow", "mk_user"], "done", "", ""])
        self.assertTrue(system.is_loaded("mk_slow"))

    def test_cancel_leaves_nothing_behind(self):
        configure("options mk_slow ms=1500\n")
        with bus.Monitor() as monitor:
            job = start_job("load", "mk_user", "mk_slow")
            system.until(lambda: system.is_loaded("mk_user"), "the fast one")
            cancel(job)
            self.assertEqual(bus.properties(job, JOB)["State"], "canceling")
            with self.assertRaises(dbus.DBusException) as again:
                cancel(job)
            self.assertEqual(again.exception.get_dbus_name(), "org.modkeeper1.Error.Canceled")
            self.assertEqual(monitor.signal("JobRemoved")[3], "canceled")
        self.assertEqual(self.loaded(), set())

    def test_a_canceled_reload_is_taken_back(self):
        bus.load("mk_slow", "ms=1")
        with bus.Monitor() as monitor:
            job = str(bus.proxy().StartJob(
                "reload", dbus.Array(["mk_slow"], signature="s"),
                dbus.Array(["ms=2000"], signature="s"), dbus.Dictionary({}, signature="sv")))
            system.until(lambda: system.sysfs("mk_slow", "initstate") == "coming", "the new one")
            cancel(job)
            self.assertEqual(monitor.signal("JobRemoved")[3:5], ["canceled", "Canceled"])
        self.assertEqual(system.sysfs("mk_slow", "parameters/ms"), "1")

    def test_a_reload_takes_no_file_of_another_module(self):
        bus.load("mk_base")
        done = modkeeper("reload", "mk_base", "--file", system.ours("mk_types"), status=FAILED)
        self.assertIn("mk_types", done.stderr)
        self.assertEqual(self.loaded(), {"mk_base"})

    def test_who_asked_is_told(self):
        bus.load("mk_base")
        said = modkeeper("why", "mk_base").stdout
        self.assertRegex(said, r"root \(suite\.py, pid \d+, .*\) asked for it over D-Bus")

    def test_ctrl_c_cancels(self):
        process = subprocess.Popen(["modkeeper", "load", "mk_slow", "ms=2000"],
                                   stderr=subprocess.PIPE, text=True)
        system.until(lambda: system.is_loaded("mk_slow"), "the load to begin")
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, FAILED, said)
        self.assertIn("canceled", said)
        self.assertEqual(self.loaded(), set())

    def test_nobody_cancels_the_jobs_of_others(self):
        configure("options mk_slow ms=1500\n")
        job = start_job("load", "mk_slow")
        done = system.run("runuser", "-u", "nobody", "--", "busctl", "call", bus.NAME, job, JOB,
                          "Cancel", "a{sv}", "0", check=False)
        self.assertNotEqual(done.returncode, 0)
        system.until(lambda: system.sysfs("mk_slow", "initstate") == "live", "the load")

    def test_two_who_want_the_same_get_the_same_job(self):
        answers = []

        def ask():
            answers.append(of_json("load", "mk_slow", "ms=1500"))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([answer["modules"] for answer in answers], [["mk_slow"]] * 2)

    def test_a_hung_init_ends_its_job_and_nothing_else(self):
        started = time.monotonic()
        failed = modkeeper("load", "mk_slow", "ms=9000", "--timeout", "1", status=TIMEOUT)
        self.assertLess(time.monotonic() - started, 8)
        self.assertIn("did not answer for module mk_slow", failed.stderr)
        # Others are served, and who wants the same is told at once.
        modkeeper("load", "mk_user")
        busy = modkeeper("load", "mk_slow", status=BUSY)
        self.assertIn("hangs in the kernel", busy.stderr)
        system.until(lambda: not system.is_loaded("mk_slow"), "what came late to be taken back")
        modkeeper("load", "mk_slow")

    def test_a_killed_daemon_loses_nothing(self):
        for wait in (0.0, 0.3, 1.0, 2.5):
            process = subprocess.Popen(["modkeeper", "load", "mk_slow", "ms=1000"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(wait)
            os.kill(bus.main_pid(), signal.SIGKILL)
            process.wait(60)
            system.until(bus.is_owned, "the daemon to be back")
            system.until(lambda: not workers(), "the job to be carried through")
            listed = {entry["name"] for entry in of_json("list")}
            self.assertEqual("mk_slow" in listed, system.is_loaded("mk_slow"))
            if system.is_loaded("mk_slow"):
                modkeeper("unload", "mk_slow")
            modkeeper("load", "mk_slow")
            modkeeper("unload", "mk_slow")


class Unloads(Jobs):
    def test_dependents_go_first_and_unused_ones_after(self):
        modkeeper("load", "mk_user")
        refused = modkeeper("unload", "mk_base", status=BUSY)
        self.assertIn("modkeeper unload --with-dependents mk_base", refused.stderr)
        self.assertEqual(of_json("unload", "--with-dependents", "mk_base")["modules"],
                         ["mk_user", "mk_base"])
        modkeeper("load", "mk_user")
        self.assertEqual(of_json("unload", "-r", "mk_user")["modules"], ["mk_user", "mk_base"])
        self.assertEqual(self.loaded(), set())

    def test_waits_for_users_to_go_away(self):
        system.modprobe("tun")
        held = os.open("/dev/net/tun", os.O_RDONLY)
        refused = modkeeper("unload", "tun", status=BUSY)
        self.assertRegex(refused.stderr, rf"file /dev/net/tun, opened by \S+ \(pid {os.getpid()}\)")
        modkeeper("unload", "--wait", "1", "tun", status=TIMEOUT)
        threading.Timer(1.5, os.close, [held]).start()
        modkeeper("unload", "--wait", "60", "tun")
        self.assertFalse(system.is_loaded("tun"))

    def test_a_mount_is_named(self):
        os.makedirs("/mnt/jobs-test", exist_ok=True)
        system.run("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/etc:/usr",
                   "/mnt/jobs-test")
        try:
            refused = modkeeper("unload", "overlay", status=BUSY)
            self.assertIn("mount /mnt/jobs-test (overlay)", refused.stderr)
        finally:
            system.run("umount", "/mnt/jobs-test")

    def test_a_refusal_touches_nothing(self):
        modkeeper("load", "mk_user")
        modkeeper("load", "mk_types")
        modkeeper("unload", "mk_types", "mk_base", status=BUSY)
        self.assertEqual(self.loaded(), {"mk_user", "mk_base", "mk_types"})
        modkeeper("unload", "mk_types", "no_such_module", status=NOT_FOUND)
        self.assertTrue(system.is_loaded("mk_types"))


class Reloads(Jobs):
    def test_new_parameters_and_users_as_they_were(self):
        modkeeper("load", "mk_types", "an_int=1", "a_charp=kept")
        self.assertEqual(of_json("reload", "mk_types", "an_int=2")["modules"], ["mk_types"])
        self.assertEqual(system.sysfs("mk_types", "parameters/an_int"), "2")
        self.assertNotEqual(system.sysfs("mk_types", "parameters/a_charp"), "kept")
        modkeeper("load", "mk_user")
        modkeeper("reload", "mk_base")
        self.assertEqual(self.loaded(), {"mk_types", "mk_user", "mk_base"})

    def test_what_cannot_work_touches_nothing(self):
        modkeeper("load", "mk_user")
        before = system.sysfs("mk_base", "sections/.text"), os.stat("/sys/module/mk_base").st_ino
        modkeeper("reload", "mk_base", "none=1", status=FAILED)
        modkeeper("reload", "mk_slow", status=NOTHING_TO_DO)
        after = system.sysfs("mk_base", "sections/.text"), os.stat("/sys/module/mk_base").st_ino
        self.assertEqual(before, after)

    def failing(self, name):
        """A file whose init fails and that says it is the module of that name."""
        content = system.ours("mk_fail").read_bytes()
        self.assertEqual(len(name), len("mk_fail"))
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        file = folder / f"{name}.ko"
        file.write_bytes(content.replace(b"mk_fail", name.encode()))
        return file

    def test_a_failed_reload_puts_everything_back(self):
        modkeeper("load", "mk_slow", "ms=5")
        failed = modkeeper("reload", "mk_slow", "--file", self.failing("mk_slow"), status=FAILED)
        self.assertIn("loaded again as before: mk_slow", failed.stderr)
        self.assertEqual(system.sysfs("mk_slow", "parameters/ms"), "5")
        modkeeper("load", "mk_user")
        modkeeper("reload", "mk_base", "--file", self.failing("mk_base"), status=FAILED)
        self.assertEqual(self.loaded(), {"mk_slow", "mk_user", "mk_base"})
