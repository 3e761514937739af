# SPDX-License-Identifier: GPL-2.0-only
"""org.modkeeper1.Policy as programs use it, with the driver behind it."""

import pathlib
import shutil

import dbus

from lib import bus, session, system
from lib.command import modkeeper, of_json
from lib.service import ServiceTest

FOLDER = pathlib.Path("/etc/modkeeper/policy.d")
LOCAL = FOLDER / "30-local.rules"
ERROR = bus.NAME + ".Error."
NO_NAMES = dbus.Array([], signature="s")
NOTHING = dbus.Dictionary({}, signature="sv")


class PolicyOnTheBus(ServiceTest):
    def setUp(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.addCleanup(self.end)
        self.policy = bus.proxy(interface=bus.POLICY)

    @staticmethod
    def end():
        system.run("modkeeper", "policy", "rollback", check=False)
        for one in of_json("policy", "status")["permissions"]:
            modkeeper("policy", "revoke", str(one["permission"]))
        shutil.rmtree(FOLDER)
        modkeeper("policy", "apply")
        system.unload("dummy")

    def apply(self, text, *words):
        (FOLDER / "10-local.rules").write_text(text)
        modkeeper("policy", "apply", *words)

    def loads(self):
        done = system.run("modprobe", "dummy", check=False)
        system.unload("dummy")
        return done.returncode == 0

    def error_of(self, call, *arguments):
        with self.assertRaises(dbus.DBusException) as caught:
            call(*arguments, timeout=120)
        return caught.exception.get_dbus_name().removeprefix(ERROR), caught.exception.get_dbus_message()

    def test_its_state_is_what_the_command_says(self):
        self.assertEqual(bus.properties(bus.PATH, bus.POLICY)["LoadMode"], "off")
        self.apply("deny load dummy reason \"not here\"\n")
        state = bus.properties(bus.PATH, bus.POLICY)
        self.assertEqual((state["LoadMode"], state["RuleCount"], state["Sealed"]), ("enforce", 1, False))
        before = state["Denied"]
        self.assertFalse(self.loads())
        self.assertEqual(bus.properties(bus.PATH, bus.POLICY)["Denied"], before + 1)
        rule, = self.policy.ListRules()
        self.assertEqual((rule["rule_verdict"], rule["hits"], rule["rule_reason"]), ("deny", 1, "not here"))
        answer = self.policy.Test("dummy", NOTHING)
        self.assertEqual((answer["outcome"], answer["rule_reason"]), ("denied", "not here"))

    def test_without_the_driver_there_is_no_policy(self):
        bus.stop()
        system.unload("modkeeper")
        self.addCleanup(system.insmod, system.DRIVER)
        bus.start()
        self.assertEqual(bus.properties(bus.PATH, bus.POLICY)["LoadMode"], "off")
        policy = bus.proxy(interface=bus.POLICY)
        self.assertEqual(self.error_of(policy.ListRules)[0], "DriverUnavailable")
        self.assertEqual(self.error_of(policy.SetMode, "load", "off", NOTHING)[0], "DriverUnavailable")

    def test_rules_are_checked_and_applied(self):
        file = FOLDER / "10-local.rules"
        file.write_text("deny load dummy\ndeni load mk_base\n")
        checked = self.policy.Check("", NOTHING, timeout=120)
        self.assertEqual(checked["result"], "invalid")
        self.assertEqual([(one["file"], one["line"]) for one in checked["findings"]], [(str(file), 2)])
        name, text = self.error_of(self.policy.Apply, dbus.UInt64(0), NOTHING)
        self.assertEqual(name, "InvalidArgument")
        self.assertIn(f"{file}:2", text)
        self.assertTrue(self.loads())
        file.write_text("deny load dummy\n")
        self.assertEqual(self.policy.Check("", NOTHING, timeout=120)["result"], "valid")
        self.assertEqual(self.error_of(self.policy.Check, "../x", NOTHING)[0], "InvalidArgument")
        self.policy.Apply(dbus.UInt64(3600 * 10**6), NOTHING)
        self.assertFalse(self.loads())
        self.assertEqual(self.error_of(self.policy.Apply, dbus.UInt64(0), NOTHING)[0], "InUse")
        self.policy.Rollback(NOTHING)
        self.assertTrue(self.loads())
        self.policy.Apply(dbus.UInt64(0), NOTHING)
        self.assertFalse(self.loads())
        self.assertEqual(bus.properties(bus.PATH, bus.POLICY)["TrialLeftUSec"], 0)

    def test_the_mode(self):
        self.apply("deny load dummy\n")
        self.policy.SetMode("load", "audit", NOTHING)
        self.assertTrue(self.loads())
        self.policy.SetMode("load", "enforce", NOTHING)
        self.assertFalse(self.loads())
        self.assertEqual(self.error_of(self.policy.SetMode, "load", "on", NOTHING)[0], "InvalidArgument")

    def test_a_permission_is_used_up_and_ends(self):
        self.apply("deny load dummy\n")
        once, = self.policy.Allow(["dummy"], dbus.UInt64(0), dbus.Dictionary({"uses": dbus.UInt64(1)}, signature="sv"))
        self.assertEqual(self.policy.Test("dummy", NOTHING)["permission"], once["permission"])
        self.assertTrue(self.loads())
        self.assertFalse(self.loads())
        timed, = self.policy.Allow(["dum*"], dbus.UInt64(3600 * 10**6), NOTHING)
        self.assertEqual([one["permission"] for one in self.policy.ListPermissions()], [timed["permission"]])
        self.assertTrue(self.loads())
        number = dbus.UInt64(timed["permission"])
        self.policy.Revoke(number, NOTHING)
        self.assertFalse(self.loads())
        self.assertEqual(self.error_of(self.policy.Revoke, number, NOTHING)[0], "NotFound")

    def test_a_trial_is_confirmed_or_taken_back(self):
        self.apply("deny load dummy\n", "--rollback", "3600s")
        self.assertGreater(bus.properties(bus.PATH, bus.POLICY)["TrialLeftUSec"], 10**9)
        with bus.Monitor() as heard:
            self.policy.Rollback(NOTHING)
            generation, = heard.signal("RolledBack")
        self.assertEqual(generation, bus.properties(bus.PATH, bus.POLICY)["Generation"])
        self.assertTrue(self.loads())
        self.assertEqual(self.error_of(self.policy.Confirm, NOTHING)[0], "Timeout")
        self.apply("deny load dummy\n", "--rollback", "3600s")
        self.policy.Confirm(NOTHING)
        self.assertEqual(bus.properties(bus.PATH, bus.POLICY)["TrialLeftUSec"], 0)
        self.assertFalse(self.loads())
        self.assertIn("deny load dummy", pathlib.Path("/var/lib/modkeeper/policy/good/rules").read_text())
        self.assertEqual(self.error_of(self.policy.Confirm, NOTHING)[0], "NotFound")

    @staticmethod
    def options(**words):
        return dbus.Dictionary(words, signature="sv")

    def test_a_rule_is_written_and_revoked(self):
        why = self.options(reason="CVE-2099-1 \"hole\"")
        done = self.policy.Deny(["dummy"], why, timeout=120)
        self.assertEqual((done["result"], done["rule"], list(done["modules"])), ("applied", "deny-dummy", ["dummy"]))
        self.assertEqual(done["policy_generation"], bus.properties(bus.PATH, bus.POLICY)["Generation"])
        self.assertIn("deny load dummy id=deny-dummy reason \"CVE-2099-1 \\\"hole\\\"\"\n", LOCAL.read_text())
        self.assertEqual(LOCAL.stat().st_mode & 0o777, 0o644)
        self.assertFalse(self.loads())
        self.assertEqual(self.policy.Deny(["dummy"], why, timeout=120)["result"], "unchanged")
        revoked = self.policy.RevokeRules(["deny-dummy"], NOTHING)
        self.assertEqual(list(revoked["modules"]), ["deny-dummy"])
        self.assertFalse(LOCAL.exists())
        self.assertTrue(self.loads())
        self.assertEqual(self.error_of(self.policy.RevokeRules, ["dummy"], NOTHING)[0], "NotFound")

    def test_a_rule_is_told_with_what_it_means(self):
        system.modprobe("mk_user")
        self.addCleanup(system.unload, "mk_user", "mk_base")
        told = self.policy.Deny(["mk_base"], self.options(reason="hole", until="2099-12-31"), timeout=120)["sentences"]
        self.assertIn("mk_base is loaded, and stays so, held by mk_user", told)

    def test_the_folder_of_rules_may_be_missing(self):
        shutil.rmtree(FOLDER)
        self.policy.Deny(["dummy"], self.options(reason="hole"), timeout=120)
        self.assertEqual(FOLDER.stat().st_mode & 0o777, 0o755)
        self.assertFalse(self.loads())

    def test_a_rule_that_cannot_be_applied_is_not_written(self):
        self.apply("deny load mk_base\n", "--rollback", "3600s")
        self.assertEqual(self.error_of(self.policy.Deny, ["dummy"], self.options(reason="x"))[0], "InUse")
        self.policy.Rollback(NOTHING)
        name, text = self.error_of(self.policy.Deny, ["dummy"], self.options(reason="x"))
        self.assertEqual(name, "Failed")
        self.assertIn("not those in force", text)
        for names, options in ((["dummy"], {}), (["dummy"], {"reason": "x\nallow load *"}), (NO_NAMES, {"reason": "x"}),
                               (["dummy"], {"reason": "x", "until": "2099-12-31\nallow load *"}),
                               (["@devices"], {"reason": "x"}), (["dummy"] * 65, {"reason": "x"})):
            self.assertEqual(self.error_of(self.policy.Deny, names, self.options(**options))[0], "InvalidArgument")
        self.assertFalse(LOCAL.exists())

    def test_everybody_hears_of_a_decision(self):
        self.apply("deny load dummy id=cve\ndeny request net-pf-33\n")
        with bus.Monitor() as heard:
            self.assertFalse(self.loads())
            module, gate, outcome, rule, sequence = heard.signal("Decision")
            self.assertEqual((module, gate, outcome, rule), ("dummy", "load", "denied", "cve"))
            record, = bus.proxy(interface=bus.RECORDER).QueryEvents(
                dbus.UInt64(sequence - 1), dbus.UInt32(1), NOTHING)
            self.assertEqual(record["kind"], "policy-decision")

    def test_rights_are_apart(self):
        self.apply("deny load dummy\n")
        session.add_user("helpdesk")
        self.addCleanup(session.remove_user, "helpdesk")
        rules = pathlib.Path("/etc/polkit-1/rules.d/10-helpdesk.rules")
        rules.parent.mkdir(parents=True, exist_ok=True)
        rules.write_text("polkit.addRule(function (action, subject) {\n"
                         "    if (action.id == 'org.modkeeper1.allow-temporarily' && subject.user == 'helpdesk' &&\n"
                         "        action.lookup('module') == 'dummy' && action.lookup('seconds') == '600')\n"
                         "        return polkit.Result.YES;\n"
                         "});\n")
        self.addCleanup(rules.unlink)

        def asks(method, *words):
            done = session.run_as("helpdesk", "busctl", "call", bus.NAME, bus.PATH, bus.POLICY, method, *words)
            return done.returncode == 0

        system.until(lambda: asks("Allow", "asta{sv}", "1", "dummy", "600000000", "0"), "polkit to read the rule")
        self.assertTrue(self.loads())
        self.assertFalse(asks("Allow", "asta{sv}", "1", "dummy", "601000000", "0"))
        self.assertFalse(asks("Allow", "asta{sv}", "2", "dummy", "mk_base", "600000000", "0"))
        self.assertFalse(asks("Deny", "asa{sv}", "1", "mk_base", "1", "reason", "s", "x"))
        self.assertFalse(asks("RevokeRules", "asa{sv}", "1", "dummy", "0"))
        self.assertFalse(asks("SetMode", "ssa{sv}", "load", "off", "0"))
        self.assertFalse(asks("Seal", "a{sv}", "0"))
        self.assertEqual(bus.properties(bus.PATH, bus.POLICY)["LoadMode"], "enforce")
