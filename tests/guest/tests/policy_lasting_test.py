# SPDX-License-Identifier: GPL-2.0-only
"""What stays of a policy: its digest, its text, a trial that nobody confirms, and what a boot takes."""

import hashlib
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import time

from lib import system
from lib.command import BUSY, FAILED, NOTHING_TO_DO, TIMEOUT, USAGE, modkeeper, of_json
from lib.rules import FOLDER, RulesTest

STATE = pathlib.Path("/var/lib/modkeeper/policy")
GOOD, TRIAL = STATE / "good/rules", STATE / "trial"
UNIT = "modkeeper-policy.service"
GUARD, COMPLETE = "modkeeper-boot-guard.service", "modkeeper-boot-complete.service"
COUNT = STATE / "boots"


class Lasting(RulesTest):
    def end(self):
        super().end()
        shutil.rmtree(STATE)
        system.run("systemctl", "reset-failed", UNIT, check=False)
        system.run("systemctl", "stop", UNIT, check=False)
        system.unload("dummy")

    def write(self, text):
        (FOLDER / "10-local.rules").write_text(text)

    def apply(self, text, *words, **options):
        self.write(text)
        return modkeeper("policy", "apply", *words, **options)

    def loads(self, module="dummy"):
        done = system.run("modprobe", module, check=False)
        system.unload(module)
        return done.returncode == 0

    def reboots(self):
        """The driver comes anew, and the unit gives it a policy, as at a boot."""
        system.run("systemctl", "stop", UNIT, check=False)
        system.run("systemctl", "reset-failed", UNIT, check=False)  # and its limit of starts
        system.unload("modkeeper")
        system.insmod(system.DRIVER, *self.parameters)
        return system.run("systemctl", "start", UNIT, check=False).returncode == 0

    def journal(self):
        """Of its last start."""
        start = system.run("systemctl", "show", "-P", "InvocationID", UNIT).stdout.strip()
        return system.run("journalctl", f"_SYSTEMD_INVOCATION_ID={start}", "-o", "cat").stdout

    def in_force(self):
        return of_json("policy", "show")["rule_files"][0]["text"]


class Digest(Lasting):
    def test_it_is_the_sha256_of_what_is_kept(self):
        self.apply("deny load dummy\n")
        *body, last = GOOD.read_bytes().splitlines(keepends=True)
        digest = hashlib.sha256(b"".join(body)).hexdigest()
        self.assertEqual(last.decode(), f"sha256 {digest}\n")
        self.assertEqual(of_json("policy", "status")["policy_digest"], digest)
        self.assertIn(f"digest   {digest}\n", modkeeper("policy", "status").stdout)

    def test_show_has_the_text_and_its_places(self):
        self.apply("# ours\ndeny load dummy reason \"not used\"\n")
        shown = modkeeper("policy", "show").stdout
        self.assertEqual(shown, f"{FOLDER}/10-local.rules\n   1  # ours\n"
                                "   2  deny load dummy reason \"not used\"\n")
        # what is on disk since then is not in force
        self.write("allow load dummy\n")
        self.assertEqual(modkeeper("policy", "show").stdout, shown)


class AtOnce(Lasting):
    def test_changes_at_once_leave_the_rules_on_disk_in_force(self):
        self.apply("deny load dummy\n")
        commands = [["apply"], ["deny", "mk_base", "--reason", "x"]] * 3
        for _ in range(3):
            running = [subprocess.Popen(["modkeeper", "policy", *words], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL) for words in commands]
            for one in running:
                self.assertEqual(one.wait(60), 0)
            # which refuses if other rules are on disk than are in force
            modkeeper("policy", "revoke", "mk_base")


class Trial(Lasting):
    def test_a_trial_that_nobody_confirms_ends_by_itself(self):
        self.apply("deny load dummy\n")
        before = GOOD.read_bytes()
        said = self.apply("allow load dummy\n", "--rollback", "2s")
        self.assertEqual(said.stdout, "trying 1 rule; loads: enforce\n")
        self.assertIn('unless somebody types "modkeeper policy confirm" within 2 s', said.stderr)
        self.assertTrue(self.loads())
        self.assertEqual(GOOD.read_bytes(), before)
        system.until(lambda: of_json("policy", "status")["trial_left_ns"] is None, "the end of it")
        self.assertFalse(self.loads())
        done = modkeeper("policy", "confirm", status=TIMEOUT)
        self.assertIn("it was rolled back", done.stderr)
        self.assertEqual(GOOD.read_bytes(), before)
        modkeeper("policy", "rollback", status=NOTHING_TO_DO)

    def test_a_confirmed_one_stays(self):
        self.apply("allow load dummy\n")
        before = GOOD.read_bytes()
        self.apply("deny load dummy\n", "--rollback", "1h")
        self.assertIn("trial    the policy before it is back in", modkeeper("policy", "status").stdout)
        self.assertEqual(GOOD.read_bytes(), before)
        self.assertEqual(modkeeper("policy", "confirm").stdout, "the policy stays\n")
        self.assertIn(b"deny load dummy", GOOD.read_bytes())
        self.assertFalse(TRIAL.exists())
        self.assertFalse(self.loads())
        self.assertIsNone(of_json("policy", "status")["trial_left_ns"])
        modkeeper("policy", "confirm", status=NOTHING_TO_DO)

    def test_one_at_a_time_and_taken_back_by_hand(self):
        self.apply("deny load dummy\n")
        self.apply("allow load dummy\n", "--rollback", "5m")
        for words in (("apply",), ("apply", "--rollback", "1m"), ("mode", "off")):
            self.assertIn("on trial", modkeeper("policy", *words, status=BUSY).stderr)
        self.assertIn("the policy before it is back", modkeeper("policy", "rollback").stdout)
        self.assertFalse(self.loads())
        self.assertIn("deny", self.in_force())

    def test_a_full_disk_at_confirm_leaves_the_trial_as_it_is(self):
        self.apply("deny load dummy\n")
        before = GOOD.read_bytes()
        self.apply("allow load dummy\n", "--rollback", "5m")
        system.run("mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=1", "none", GOOD.parent)
        try:
            self.assertIn("No space left", modkeeper("policy", "confirm", status=FAILED).stderr)
        finally:
            system.run("umount", GOOD.parent)
        self.assertEqual(GOOD.read_bytes(), before)
        self.assertIsNotNone(of_json("policy", "status")["trial_left_ns"])
        modkeeper("policy", "confirm")
        self.assertNotEqual(GOOD.read_bytes(), before)

    def test_a_confirmation_that_was_killed_is_done_by_the_next_one(self):
        self.apply("allow load dummy\n")
        self.apply("deny load dummy\n", "--rollback", "5m")
        trial = TRIAL.read_bytes()
        good = GOOD.read_bytes()
        modkeeper("policy", "confirm")
        # as after a kill between the driver's answer and the rename
        TRIAL.write_bytes(trial)
        GOOD.write_bytes(good)
        modkeeper("policy", "confirm")
        self.assertIn(b"deny load dummy", GOOD.read_bytes())
        self.assertFalse(TRIAL.exists())

    def test_at_a_terminal_it_asks(self):
        self.apply("deny load dummy\n")
        for answer, result in (("y", 0), ("n", FAILED)):
            self.write(f"allow load dummy # {answer}\n")
            main, side = pty.openpty()
            command = subprocess.Popen(["modkeeper", "policy", "apply", "--rollback", "5m"],
                                       stdin=side, stdout=side, stderr=side)
            said = b""
            while b"keep? " not in said:
                said += os.read(main, 1000)
            os.write(main, answer.encode() + b"\n")
            self.assertEqual(command.wait(60), result, said)
            self.assertIsNone(of_json("policy", "status")["trial_left_ns"])
            os.close(side)
            os.close(main)
            self.assertIn("# y", self.in_force())

    def test_a_command_that_dies_at_the_question_leaves_the_rest_to_the_driver(self):
        self.apply("deny load dummy\n")
        self.write("allow load dummy\n")
        main, side = pty.openpty()
        command = subprocess.Popen(["modkeeper", "policy", "apply", "--rollback", "3s"],
                                   stdin=side, stdout=side, stderr=side)
        while b"keep? " not in os.read(main, 1000):
            time.sleep(0.1)
        command.send_signal(signal.SIGKILL)
        command.wait()
        system.until(lambda: of_json("policy", "status")["trial_left_ns"] is None, "the end of it")
        self.assertFalse(self.loads())

    def test_bad_times_are_refused(self):
        self.write("deny load dummy\n")
        for time_text in ("0", "-1", "25h", "soon", "1d", "99999999999999"):
            done = modkeeper("policy", "apply", f"--rollback={time_text}", status=USAGE)
            self.assertIn("is no time", done.stderr)


class Boot(Lasting):
    def test_the_rules_are_back(self):
        self.apply("deny load dummy reason \"not used\"\n")
        self.assertTrue(self.reboots(), self.journal())
        self.assertFalse(self.loads())
        self.assertEqual(of_json("policy", "status")["load_mode"], "enforce")
        self.assertIn("not used", self.in_force())

    def test_without_rules_it_does_nothing(self):
        self.assertTrue(self.reboots(), self.journal())
        self.assertEqual(of_json("policy", "status")["policy_generation"], 0)
        self.write("# not yet\n")
        self.assertTrue(self.reboots(), self.journal())
        self.assertEqual(of_json("policy", "status")["policy_generation"], 0)

    def test_rules_with_a_fault_give_way_to_the_last_good_ones(self):
        self.apply("deny load dummy\n")
        self.write("dney load dummy\n")
        self.assertFalse(self.reboots())
        self.assertFalse(self.loads())
        said = self.journal()
        self.assertIn('10-local.rules:1:1: error: unknown statement "dney"', said)
        self.assertIn("the rules that were confirmed last are in force instead", said)

    def test_without_good_ones_every_module_may_be_loaded(self):
        self.write("dney load dummy\n")
        self.assertFalse(self.reboots())
        self.assertTrue(self.loads())
        self.apply("deny load dummy\n")
        whole = GOOD.read_bytes()
        GOOD.write_bytes(whole[:len(whole) // 2])
        self.write("dney load dummy\n")
        self.assertFalse(self.reboots())
        self.assertTrue(self.loads())
        self.assertIn("every module may be loaded", self.journal())

    def test_a_reset_during_a_trial_takes_the_rules_before_it(self):
        self.apply("allow load dummy # good\n")
        self.apply("deny load * # a mistake\n", "--rollback", "1h")
        self.assertFalse(self.loads())
        self.assertFalse(self.reboots())
        self.assertTrue(self.loads())
        self.assertIn("# good", self.in_force())
        self.assertIn("on trial, and nobody confirmed them", self.journal())
        # what somebody has mended since is no mistake any more
        self.write("deny load dummy # mended\n")
        self.assertTrue(self.reboots(), self.journal())
        self.assertFalse(self.loads())

    def test_a_rolled_back_text_is_not_taken_at_boot(self):
        self.apply("allow load dummy # good\n")
        self.apply("deny load dummy\n", "--rollback", "1h")
        modkeeper("policy", "rollback")
        self.assertFalse(self.reboots())
        self.assertTrue(self.loads())
        # unless somebody says so
        modkeeper("policy", "apply")
        self.assertTrue(self.reboots(), self.journal())
        self.assertFalse(self.loads())


class SwitchedOffAtBoot(Lasting):
    parameters = ("policy_mode=off",)

    def test_the_boot_line_gets_the_machine_back(self):
        self.apply("deny load *\n")
        self.assertTrue(self.reboots(), self.journal())
        self.assertTrue(self.loads())
        status = of_json("policy", "status")
        self.assertEqual((status["ceiling"], status["rule_count"]), ("off", 1))


class BootGuard(Lasting):
    """Boots as far as local file systems, and on to multi-user.target if they may."""

    def setUp(self):
        super().setUp()
        self.boots = 0
        self.apply("deny load dummy\n")
        self.addCleanup(system.run, "systemctl", "reset-failed", GUARD, check=False)

    def boots_again(self, reaches=False):
        """Whether the rules were taken as they are."""
        system.run("systemctl", "stop", GUARD, check=False)
        self.boots += 1
        print(f"# boot {self.boots}", flush=True)  # a guest of which nothing is heard is given up
        if COUNT.exists() and len(COUNT.read_text().split()) == 3:
            digest, number, _ = COUNT.read_text().split()
            COUNT.write_text(f"{digest} {number} the-boot-before\n")
        done = self.reboots()
        system.run("systemctl", "start", GUARD, check=False)
        if reaches:
            system.run("systemctl", "start", COMPLETE)
        return done

    def counted(self):
        return of_json("policy", "boots")["unfinished_boots"]

    def said_by(self, unit):
        start = system.run("systemctl", "show", "-P", "InvocationID", unit).stdout.strip()
        return system.run("journalctl", f"_SYSTEMD_INVOCATION_ID={start}", "-o", "cat").stdout

    def test_the_third_boot_denies_nothing_and_says_why(self):
        for number in (1, 2):
            self.assertTrue(self.boots_again(), self.journal())
            self.assertEqual(self.counted(), number)
            self.assertFalse(self.loads())
        self.assertFalse(self.boots_again())
        self.assertIn("the last two boots with these rules did not reach multi-user.target", self.journal())
        self.assertIn("modkeeper policy apply", self.journal())
        self.assertTrue(self.loads())
        status = of_json("policy", "status")
        self.assertEqual((status["load_mode"], status["held_back_at_boot"]), ("audit", True))
        self.assertGreater(status["would_deny"], 0)
        self.assertIn('"modkeeper policy apply" enforces them again', modkeeper("policy", "status").stdout)
        # what is typed then
        modkeeper("policy", "apply")
        self.assertFalse(self.loads())
        self.assertFalse(of_json("policy", "status")["held_back_at_boot"])
        self.assertEqual(self.counted(), 0)

    def test_doctor_says_that_a_boot_was_held_back(self):
        for _ in range(3):
            self.boots_again()
        said = system.run("modkeeper", "doctor", check=False, timeout=280).stdout
        self.assertIn("did not reach multi-user.target", said)

    def test_a_boot_that_reaches_its_end_is_forgotten(self):
        for _ in range(3):
            self.assertTrue(self.boots_again(), self.journal())
            self.assertTrue(self.boots_again(reaches=True), self.journal())
            self.assertEqual(self.counted(), 0)
        self.boots_again()
        self.boots_again()
        self.assertFalse(self.boots_again(reaches=True))
        self.assertTrue(self.boots_again(), self.journal())
        self.assertFalse(self.loads())

    def test_whoever_masks_the_unit_has_none_counted(self):
        system.run("systemctl", "mask", "--runtime", GUARD)
        try:
            for _ in range(4):
                self.assertTrue(self.boots_again(), self.journal())
        finally:
            system.run("systemctl", "unmask", "--runtime", GUARD)
        self.assertEqual(self.counted(), 0)

    def test_boots_in_which_nothing_is_denied_are_not_counted(self):
        self.apply("mode load audit\nmode request off\ndeny load dummy\n")
        self.assertTrue(self.boots_again(), self.journal())
        self.assertEqual(self.counted(), 0)
        self.apply("# nothing\n")
        self.assertTrue(self.boots_again(), self.journal())
        self.assertEqual(self.counted(), 0)

    def test_a_count_that_cannot_be_kept_is_said(self):
        system.run("mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=1", "none", STATE)
        try:
            self.assertTrue(self.boots_again(), self.journal())
            self.assertIn("No space left", self.said_by(GUARD))
        finally:
            system.run("umount", STATE)
        # /var comes only after the rules were applied
        STATE.rename("/var/lib/aside")
        self.assertTrue(self.boots_again(), self.journal())
        self.assertIn("boots are not counted", self.journal())
        self.assertIn("this boot is not counted", self.said_by(GUARD))
        shutil.rmtree(STATE)
        pathlib.Path("/var/lib/aside").rename(STATE)
        COUNT.write_text("torn")
        self.assertTrue(self.boots_again(), self.journal())
        self.assertIn("damaged", self.journal())
        self.assertEqual(self.counted(), 1)

    def test_the_units_are_in_order(self):
        for unit in (UNIT, GUARD, COMPLETE):
            said = system.run("systemd-analyze", "verify", "--man=no", f"/usr/lib/systemd/system/{unit}", check=False)
            self.assertEqual((said.returncode, said.stderr), (0, ""))
