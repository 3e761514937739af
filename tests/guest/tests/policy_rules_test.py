# SPDX-License-Identifier: GPL-2.0-only
"""Rules as somebody writes them, given to the driver by modkeeper policy apply, and what comes of it."""

import pathlib
import shutil
import unittest

from lib import bus, system
from lib.command import DENIED, USAGE, modkeeper, of_json
from lib.driver import stop_daemon
from lib.rules import FOLDER, RulesTest


class PolicyRules(RulesTest):
    def end(self):
        super().end()
        for module in ("dummy", "mk_user", "mk_base"):
            system.unload(module)

    def apply(self, text, status=0):
        (FOLDER / "10-local.rules").write_text(text)
        return modkeeper("policy", "apply", status=status)

    def loads(self, module):
        done = system.run("modprobe", module, check=False)
        self.assertIn(done.returncode, (0, 1))
        return done.returncode == 0

    def test_a_denied_module_is_not_loaded_by_anybody(self):
        self.assertEqual(self.apply('deny load dummy reason "not used"\n').stdout,
                         "applied 1 rule; loads: enforce\n")
        self.assertFalse(self.loads("dummy"))
        self.assertFalse(system.is_loaded("dummy"))
        self.assertEqual(modkeeper("policy", "test", "dummy", status=1).stdout,
                         "dummy: denied\n  rule 10-local.rules:1 says deny: not used\n")
        rules = of_json("policy", "list")
        self.assertEqual([(rule["rule"], rule["hits"]) for rule in rules], [("10-local.rules:1", 1)])
        status = of_json("policy", "status")
        self.assertEqual((status["rule_count"], status["load_mode"]), (1, "enforce"))
        self.assertGreater(status["denied"], 0)

    def test_an_allow_list_lets_in_what_its_modules_need(self):
        self.apply("allow load wireguard\ndefault load deny\n")
        self.assertTrue(self.loads("wireguard"))
        self.assertFalse(self.loads("dummy"))
        system.run("modprobe", "-r", "wireguard")

    def test_a_temporary_permission_lets_a_module_in(self):
        self.apply("deny load dummy mk_base\n")
        given = modkeeper("policy", "allow", "dummy", "--for", "1h").stdout
        self.assertRegex(given, r"^permission \d+: dummy, for (1 h 0 min|59 min \d+ s)\n$")
        number = given.split()[1].rstrip(":")
        self.assertIn(f"permission {number}: dummy, for ", modkeeper("policy", "status").stdout)
        self.assertTrue(self.loads("dummy"))
        system.unload("dummy")
        self.apply("deny load dummy mk_base mk_slow\n")
        self.assertTrue(self.loads("dummy"))
        system.unload("dummy")
        modkeeper("policy", "revoke", number, user="nobody", status=DENIED)
        self.assertEqual(modkeeper("policy", "revoke", number).stdout, f"revoked permission {number}\n")
        self.assertFalse(self.loads("dummy"))
        once, = of_json("policy", "allow", "mk_base", "--once")["permissions"]
        self.assertEqual((once["uses_left"], once["until_boottime_ns"], once["gate"]), (1, None, "load"))
        self.assertEqual([one["permission"] for one in of_json("policy", "status")["permissions"]],
                         [once["permission"]])
        self.assertTrue(self.loads("mk_base"))
        system.unload("mk_base")
        self.assertFalse(self.loads("mk_base"))
        self.assertEqual(of_json("policy", "status")["permissions"], [])
        self.assertFalse(any(FOLDER.glob("*temporary*")))

    def test_a_fault_leaves_the_policy_as_it_is(self):
        self.apply("deny load dummy\n")
        done = self.apply("deny load dummy\nallow laod dummy\n", status=1)
        self.assertIn("10-local.rules:2:7: error: unknown gate \"laod\"; did you mean load?", done.stderr)
        self.assertIn("the policy stays as it is", done.stderr)
        self.assertFalse(self.loads("dummy"))

    def test_audit_and_off_refuse_nothing(self):
        self.apply("deny load dummy\n")
        for mode in ("audit", "off"):
            self.assertEqual(modkeeper("policy", "mode", mode).stdout, f"loads: {mode}\nrequests: {mode}\n")
            self.assertTrue(self.loads("dummy"), mode)
            system.unload("dummy")
        modkeeper("policy", "mode", "enforce")
        self.assertFalse(self.loads("dummy"))

    def test_conditions_are_asked_of_the_module(self):
        self.apply("deny load * if out-of-tree and not signed\n")
        self.assertTrue(self.loads("dummy"))
        self.assertFalse(self.loads("mk_base"))
        modkeeper("policy", "test", "mk_base", "--unsigned", "--out-of-tree", status=1)
        self.assertEqual(of_json("policy", "test", "mk_base")["outcome"], "allowed")

    def test_for_whom_the_kernel_loads_is_asked(self):
        self.apply("deny load mk_base if for unprivileged\n")
        modkeeper("policy", "test", "mk_base", "--for", "--unprivileged", status=1)
        for words in (("--for", "--uid", "0"), ("--unprivileged",), ()):
            self.assertEqual(of_json("policy", "test", "mk_base", *words)["outcome"], "allowed")

    def test_without_rules_there_is_no_policy(self):
        self.apply("deny load dummy\n")
        (FOLDER / "10-local.rules").unlink()
        self.assertEqual(modkeeper("policy", "apply").stdout,
                         "there is no policy any more; every module may be loaded\n")
        self.assertTrue(modkeeper("policy", "status").stdout.startswith("There is no policy"))
        self.assertTrue(self.loads("dummy"))

    def test_an_ordinary_user_checks_and_changes_nothing(self):
        self.apply("deny load dummy\n")
        done = modkeeper("policy", "check", user="nobody")
        self.assertEqual(done.stdout, "1 rule in 1 file: no errors, no warnings\n")
        (FOLDER / "10-local.rules").write_text("allow load dummy\n")
        modkeeper("policy", "apply", user="nobody", status=DENIED)
        modkeeper("policy", "mode", "off", user="nobody", status=DENIED)
        self.assertFalse(self.loads("dummy"))

    def test_an_ordinary_user_reads_rules_beside_what_the_daemon_keeps(self):
        bus.start()
        self.addCleanup(bus.stop)
        folder = pathlib.Path("/run/modkeeper/policy.d")
        folder.mkdir(exist_ok=True)
        self.addCleanup(shutil.rmtree, folder)
        (folder / "20-run.rules").write_text("deny load dummy\n")
        self.assertEqual(modkeeper("policy", "check", user="nobody").stdout,
                         "1 rule in 1 file: no errors, no warnings\n")
        self.assertEqual(system.run("runuser", "-u", "nobody", "--", "ls", "/run/modkeeper",
                                    check=False).stdout, "")


class Sealed(unittest.TestCase):
    def setUp(self):
        stop_daemon()
        system.unload("modkeeper")
        system.insmod(system.DRIVER)

    def tearDown(self):
        """By force, where the kernel can: other tests load a driver of their own."""
        shutil.rmtree(FOLDER)
        system.run("rmmod", "-f", "modkeeper", check=False)

    def test_it_stays_as_it_is_until_the_next_boot(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "10-local.rules").write_text("deny load mk_base\n")
        modkeeper("policy", "apply")
        refused = modkeeper("policy", "seal", status=USAGE)
        self.assertIn("nothing was sealed", refused.stderr)
        self.assertFalse(of_json("policy", "status")["sealed"])
        self.assertEqual(modkeeper("policy", "seal", "--yes").stdout,
                         "the policy is sealed until the machine is rebooted\n")
        self.assertTrue(of_json("policy", "status")["sealed"])
        self.assertIn("\nsealed ", modkeeper("policy", "status").stdout)
        for words in (("apply",), ("mode", "off"), ("allow", "mk_base", "--boot"), ("revoke", "1")):
            self.assertIn("nobody once it is sealed", modkeeper("policy", *words, status=DENIED).stderr)
        self.assertNotEqual(system.load_error(system.ours("mk_base")), 0)
        self.assertEqual(modkeeper("policy", "seal").stdout,
                         "the policy is sealed until the machine is rebooted\n")
