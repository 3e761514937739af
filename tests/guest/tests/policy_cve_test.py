# SPDX-License-Identifier: GPL-2.0-only
"""The day on which a module has a hole: one command denies it, and says what is left to do."""

import pathlib

from lib import bus, system
from lib.command import BUSY, FAILED, NOT_FOUND, USAGE, modkeeper, of_json
from lib.rules import FOLDER, RulesTest

LOCAL = FOLDER / "30-local.rules"


class Denying(RulesTest):
    def end(self):
        super().end()
        for module in ("dummy", "mk_user", "mk_base"):
            system.unload(module)

    def deny(self, *words, status=0):
        return modkeeper("policy", "deny", *words, status=status)

    def loads(self, module):
        done = system.run("modprobe", module, check=False)
        return done.returncode == 0


class CveDay(Denying):
    def test_one_command_denies_and_one_takes_it_back(self):
        said = self.deny("dummy", "--reason", "CVE-2099-1 \"hole\"").stdout
        self.assertEqual(said, f"denied dummy: rule deny-dummy in {LOCAL}\n")
        self.assertFalse(self.loads("dummy"))
        self.assertEqual(of_json("policy", "list")[0]["rule_reason"], "CVE-2099-1 \"hole\"")
        self.assertEqual(modkeeper("policy", "why", "dummy", status=FAILED).stdout,
                         "dummy may not be loaded: it is denied by 30-local.rules:3: CVE-2099-1 \"hole\"\n")
        # again is nothing new
        text = LOCAL.read_text()
        self.assertIn("says so already", self.deny("dummy", "--reason", "CVE-2099-1 \"hole\"").stdout)
        self.assertEqual(LOCAL.read_text(), text)
        self.assertEqual(of_json("policy", "revoke", "deny-dummy")["modules"], ["deny-dummy"])
        self.assertFalse(LOCAL.exists())
        self.assertTrue(self.loads("dummy"))
        modkeeper("policy", "revoke", "dummy", status=NOT_FOUND)

    def test_comments_and_rules_of_others_stay(self):
        mine = "# mine\n\n# why\ndeny load mk_user reason \"x\"  # behind\nallow load dummy\n"
        LOCAL.write_text(mine)
        LOCAL.chmod(0o640)
        modkeeper("policy", "apply")
        self.deny("dummy", "--reason", "hole", "--until", "2099-12-31")
        self.assertEqual(LOCAL.read_text(),
                         "# mine\n\ndeny load dummy id=deny-dummy until=2099-12-31 reason \"hole\"\n"
                         "# why\ndeny load mk_user reason \"x\"  # behind\n")
        self.assertEqual(LOCAL.stat().st_mode & 0o777, 0o640)
        modkeeper("policy", "revoke", "dummy")
        self.assertEqual(LOCAL.read_text(), mine.replace("allow load dummy\n", ""))

    def test_a_dependency_is_named(self):
        said = self.deny("mk_base", "--reason", "hole").stdout
        self.assertIn("mk_base is needed by mk_user, which cannot be loaded without it", said)
        self.assertEqual(modkeeper("policy", "why", "mk_user", status=FAILED).stdout,
                         "mk_user itself may be loaded; mk_base, which it needs, is denied by "
                         "30-local.rules:3: hole\n")
        judged = of_json("policy", "why", "mk_user", status=FAILED)
        self.assertEqual([(one["module"], one["outcome"], one["needed_by"]) for one in judged],
                         [("mk_user", "allowed", None), ("mk_base", "denied", "mk_user")])

    def test_what_is_loaded_stays_or_is_unloaded(self):
        self.loads("mk_user")
        said = self.deny("mk_base", "--reason", "hole").stdout
        self.assertIn("mk_base is loaded, and stays so, held by mk_user", said)
        done = self.deny("mk_base", "--reason", "hole", "--unload", status=BUSY)
        self.assertIn("the rule is in force, but mk_base stays loaded", done.stderr)
        system.unload("mk_user", "mk_base")
        self.loads("dummy")
        self.deny("dummy", "--reason", "hole", "--unload")
        self.assertFalse(system.is_loaded("dummy"))
        self.assertFalse(self.loads("dummy"))

    def test_what_is_built_in_is_out_of_reach(self):
        builtin = pathlib.Path("/lib/modules", system.run("uname", "-r").stdout.strip(),
                               "modules.builtin").read_text().split()
        names = {pathlib.Path(line).name.removesuffix(".ko") for line in builtin}
        name = "unix" if "unix" in names else sorted(names)[0]
        done = self.deny(name, "--reason", "hole", status=FAILED)
        self.assertIn(f"{name} is built into this kernel", done.stderr)
        self.assertRegex(done.stderr, "initcall_blacklist=[a-zA-Z_]")
        self.assertFalse(LOCAL.exists())

    def test_an_earlier_rule_that_decides_is_told(self):
        (FOLDER / "10-site.rules").write_text("allow load dummy id=site reason \"we need it\"\n")
        modkeeper("policy", "apply")
        done = self.deny("dummy", "--reason", "hole", status=FAILED)
        self.assertIn("dummy is not denied by it: site decides before: we need it", done.stdout)
        modkeeper("policy", "revoke", "dummy")

    def test_nothing_is_half_done(self):
        # other rules that are not in force would come with it
        (FOLDER / "10-site.rules").write_text("deny load mk_base\n")
        self.assertIn("not those in force", self.deny("dummy", "--reason", "x", status=FAILED).stderr)
        self.assertFalse(LOCAL.exists())
        # a fault elsewhere
        (FOLDER / "10-site.rules").write_text("dney load mk_base\n")
        self.assertIn("have errors", self.deny("dummy", "--reason", "x", status=FAILED).stderr)
        (FOLDER / "10-site.rules").unlink()
        # a trial
        (FOLDER / "10-site.rules").write_text("deny load mk_base\n")
        modkeeper("policy", "apply", "--rollback", "5m")
        self.assertIn("on trial", self.deny("dummy", "--reason", "x", status=BUSY).stderr)
        modkeeper("policy", "confirm")
        # no room for what is kept
        state = pathlib.Path("/var/lib/modkeeper/policy/good")
        system.run("mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=1", "none", state)
        try:
            self.assertIn("No space left",
                          self.deny("dummy", "--reason", "x", status=FAILED).stderr)
        finally:
            system.run("umount", state)
        self.assertFalse(LOCAL.exists())
        self.assertTrue(self.loads("dummy"))
        # words that no rule can have
        for words in (("--reason", "x" * 200), ("--reason", "a\nb"), ("--reason", "x", "--until", "soon")):
            self.deny("dummy", *words, status=USAGE)
            self.assertFalse(LOCAL.exists())
        self.deny("dummy", status=USAGE)
        self.deny("../dummy", "--reason", "x", status=USAGE)

    def test_an_allow_list_gets_a_name(self):
        (FOLDER / "90-default.rules").write_text("default load deny reason \"not listed\"\n")
        modkeeper("policy", "apply")
        self.assertFalse(self.loads("mk_user"))
        modkeeper("policy", "allow", "mk_user", "--reason", "a test")
        self.assertTrue(self.loads("mk_user"))
        self.assertFalse(self.loads("dummy"))
        self.assertIn("allowed by 30-local.rules:3: a test",
                      modkeeper("policy", "why", "mk_user").stdout)

    def test_doctor_tells_of_rules_that_are_not_in_force(self):
        def policy():
            found = [one for one in of_json("doctor", status=None) if one["subject"] == "policy"]
            return found[0]["verdict"], found[0]["evidence"]
        self.deny("dummy", "--reason", "hole")
        self.assertEqual(policy(), ("ok", "1 rule on disk and in force; loads: enforce"))
        LOCAL.write_text(LOCAL.read_text() + "deny load mk_base\n")
        self.assertIn("not those in force", policy()[1])
        system.unload("modkeeper")
        self.assertEqual(policy()[0], "problem")
        self.assertIn("the driver is not loaded", policy()[1])
        system.insmod(system.DRIVER)


class Asked(Denying):
    """By modkeeper load, before anything is loaded."""

    def setUp(self):
        super().setUp()
        bus.start()
        self.addCleanup(bus.stop)

    def test_a_denied_dependency_refuses_before_anything_is_loaded(self):
        self.deny("mk_user", "--reason", "hole")
        system.unload("mk_user", "mk_base")
        done = modkeeper("load", "mk_user", status=None)
        self.assertIn("30-local.rules:3", done.stderr)
        self.assertIn("hole", done.stderr)
        self.assertFalse(system.is_loaded("mk_base"))
