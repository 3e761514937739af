# SPDX-License-Identifier: GPL-2.0-only
"""A list of what may be loaded, learned from the machine: from learning to enforcing, without a reboot; and what the
journal has of it."""

import json
import os
import pathlib
import shutil
import socket
import time

from lib import system
from lib.command import DENIED, FAILED, NOTHING_TO_DO, modkeeper, of_json
from lib.service import ServiceTest

FOLDER = pathlib.Path("/etc/modkeeper/policy.d")
LEARNED = FOLDER / "50-learned.rules"
LEARN = FOLDER / "90-learn.rules"
DEFAULT = FOLDER / "95-default.rules"
MODULES = ("mk_user", "mk_base", "mk_slow", "wireguard", "dummy", "rxrpc")
NOBODY, RXRPC = 65534, 33

DENIED_REQUEST = "93b6f71af4d044a88e9840827cdbbb5d"
WOULD_BE_DENIED = "d8c48562c08d4802b3d1a4db9c6e85af"
CHANGED = "896df0e0f4ee4257992d70b187f7f357"
ROLLED_BACK = "76872877f9c44662aba6d97d162c12f9"


def entries(*matches):
    system.run("journalctl", "--sync")
    said = system.run("journalctl", "-o", "json", "--all", "_UID=0", *matches).stdout
    return [json.loads(line) for line in said.splitlines()]


def as_nobody(work):
    """Its exit status."""
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def ask_for_rxrpc():
    try:
        socket.socket(RXRPC, socket.SOCK_DGRAM, socket.AF_INET).close()
    except OSError as failed:
        return failed.errno
    return 0


class Learned(ServiceTest):
    def setUp(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.addCleanup(self.end)
        self.unload()
        # events of other tests are of seconds before
        time.sleep(1.1)
        self.since = f"@{int(time.time())}"

    def end(self):
        system.run("modkeeper", "policy", "rollback", check=False)
        shutil.rmtree(FOLDER, ignore_errors=True)
        modkeeper("policy", "apply")
        self.unload()

    @staticmethod
    def unload():
        system.run("ip", "link", "del", "mk0", check=False)
        system.unload(*MODULES)

    @staticmethod
    def step(what):
        """A guest of which nothing is heard for minutes is given up."""
        print(f"# {what}", flush=True)

    def diff(self, status):
        return {one["module"] or one["alias"]: one
                for one in of_json("policy", "diff", "--since", self.since, status=status)}

    @staticmethod
    def loads(*words):
        return system.run(*words, check=False).returncode == 0

    def use_the_machine(self):
        """By insmod, by modprobe, and by requests of the kernel for root and for anybody."""
        self.assertTrue(self.loads("insmod", system.ours("mk_base")))
        self.assertTrue(self.loads("modprobe", "wireguard"))
        self.assertTrue(self.loads("ip", "link", "add", "mk0", "type", "dummy"))
        self.assertEqual(as_nobody(ask_for_rxrpc), 0)

    def test_the_whole_walk(self):
        said = modkeeper("policy", "learn").stdout
        self.assertIn("learning: rules that deny still do", said)
        status = of_json("policy", "status")
        self.assertRegex(status["learning_since"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertIn(f"learning since {status['learning_since']}", modkeeper("policy", "status").stdout)
        self.assertEqual(of_json("policy", "learn")["result"], "unchanged")

        self.step("what is loaded while it learns")
        self.use_the_machine()
        would = system.until(
            lambda: (found := [one for one in entries(f"MESSAGE_ID={WOULD_BE_DENIED}",
                                                      "MODKEEPER_RULE=learning")
                               if one.get("MODKEEPER_MODULE") == "rxrpc"]) and found,
            "an entry of what would be denied")[-1]
        self.assertEqual((would["PRIORITY"], would["MODKEEPER_OUTCOME"], would["MODKEEPER_GATE"],
                          would["MODKEEPER_RULE_REASON"]),
                         ("5", "would-deny", "load", f"learning since {status['learning_since']}"))

        self.step("what a list would deny")
        found = self.diff(DENIED)
        self.assertEqual(found["dummy"]["alias"], "rtnl-link-dummy")
        self.assertEqual((found["dummy"]["comm"], found["dummy"]["uid"], found["dummy"]["times"]),
                         ("ip", 0, 1))
        self.assertEqual(found["dummy"]["allowed_by"], "allow load dummy if signed")
        self.assertEqual(found["mk_base"]["allowed_by"], "allow load mk_base")
        self.assertEqual(found["rxrpc"]["uid"], NOBODY)
        self.assertIn("wireguard", found)
        self.assertNotIn("udp_tunnel", found, "it came with wireguard")

        self.step("rules")
        text = modkeeper("policy", "generate", "--since", self.since).stdout
        self.assertIn("allow load @devices @boot if signed\n", text)
        self.assertRegex(text, r"\n# mk_base: loaded by insmod, once, [-\d]{10}; not signed\n"
                               r"allow load mk_base\n")
        self.assertRegex(text, r"\n# dummy: asked for by ip as rtnl-link-dummy, once, [-\d]{10}\n"
                               r"allow load dummy if signed\n")
        users = text[text.index("a program of a user without privileges"):]
        self.assertRegex(users, rf"# rxrpc: asked for by \S+ of user {NOBODY} as net-pf-33, once")
        self.assertIn("allow load wireguard if signed\n", text)
        self.assertNotIn("load udp_tunnel", text)
        self.assertFalse(LEARNED.exists())

        self.assertEqual(modkeeper("policy", "generate", "--since", self.since, "--write").stdout,
                         f"wrote {LEARNED}; nothing is in force yet\n")
        self.assertTrue(LEARNED.read_text().startswith(text))
        # they would come into force with it
        self.assertIn("not those in force", modkeeper("policy", "learn", "--stop", status=FAILED).stderr)
        self.step("the rules in force")
        modkeeper("policy", "apply")
        self.assertEqual(self.diff(0), {})

        self.assertIn("stopped learning", modkeeper("policy", "learn", "--stop").stdout)
        self.assertFalse(LEARN.exists())
        self.assertIsNone(of_json("policy", "status")["learning_since"])
        modkeeper("policy", "learn", "--stop", status=NOTHING_TO_DO)

        self.step("everything else denied")
        DEFAULT.write_text('default load deny id=default reason "not learned"\n')
        modkeeper("policy", "apply")
        self.unload()
        self.use_the_machine()
        self.assertFalse(self.loads("modprobe", "mk_slow"))
        self.assertFalse(system.is_loaded("mk_slow"))
        found = self.diff(DENIED)
        self.assertEqual((list(found), found["mk_slow"]["allowed_by"], found["mk_slow"]["comm"]),
                         (["mk_slow"], "allow load mk_slow", "modprobe"))
        shown = modkeeper("policy", "diff", "--since", self.since, status=DENIED).stdout
        self.assertIn("mk_slow: no rule allows it\n  denied to modprobe, once, ", shown)
        self.assertIn("  to allow it: allow load mk_slow\n", shown)
        # what was denied is not learned by itself
        self.assertNotIn("mk_slow", modkeeper("policy", "generate", "--since", self.since).stdout)

    def test_a_file_that_somebody_changed_stays(self):
        modkeeper("policy", "generate", "--write")
        modkeeper("policy", "generate", "--write")
        changed = LEARNED.read_text() + "allow load mk_slow\n"
        LEARNED.write_text(changed)
        refused = modkeeper("policy", "generate", "--write", status=FAILED)
        self.assertIn("was changed since", refused.stderr)
        self.assertEqual(LEARNED.read_text(), changed)
        modkeeper("policy", "generate", "--write", user="nobody", status=DENIED)

    def test_what_was_generated_has_no_fault(self):
        modkeeper("policy", "generate", "--write")
        checked = of_json("policy", "check", status=None)
        self.assertEqual((checked["result"], checked["denied_needs"]), ("valid", []))
        again = modkeeper("policy", "generate").stdout
        self.assertEqual(modkeeper("policy", "generate").stdout, again, "the order is always the same")

    def test_rules_that_have_a_default_already(self):
        DEFAULT.write_text("# mine\ndefault load deny\n")
        refused = modkeeper("policy", "learn", status=FAILED)
        self.assertIn(f"{DEFAULT}:2 says already what happens", refused.stderr)
        self.assertFalse(LEARN.exists())
        DEFAULT.write_text("default load warn\n")
        self.assertIn("already: what no rule decides about is recorded",
                      modkeeper("policy", "learn", status=FAILED).stderr)

    def test_denies_hold_while_it_learns(self):
        modkeeper("policy", "deny", "mk_slow", "--reason", "a hole")
        modkeeper("policy", "learn")
        self.assertFalse(self.loads("modprobe", "mk_slow"))
        self.assertTrue(self.loads("modprobe", "dummy"))
        found = self.diff(DENIED)
        self.assertEqual((found["mk_slow"]["rule"], found["mk_slow"]["rule_reason"]),
                         ("deny-mk_slow", "a hole"))
        self.assertEqual(found["mk_slow"]["where"], "30-local.rules:3")
        modkeeper("policy", "learn", "--stop")
        modkeeper("policy", "revoke", "mk_slow")

    def test_an_ordinary_user_sees_what_is_loaded(self):
        done = modkeeper("policy", "generate", user="nobody")
        self.assertIn("not learned from: ", done.stderr)
        self.assertIn("allow load modkeeper", done.stdout)
        modkeeper("policy", "learn", user="nobody", status=DENIED)
        self.assertFalse(LEARN.exists())


class Entered(ServiceTest):
    """What the journal has of the policy."""

    def setUp(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.addCleanup(self.end)

    @staticmethod
    def end():
        system.run("modkeeper", "policy", "rollback", check=False)
        shutil.rmtree(FOLDER, ignore_errors=True)
        modkeeper("policy", "apply")
        system.unload(*MODULES)

    def last_of(self, message_id, word):
        return system.until(lambda: [one for one in entries(f"MESSAGE_ID={message_id}")
                                     if word in one["MESSAGE"]][-1:], word)[0]

    def apply(self, text, *words):
        (FOLDER / "10-local.rules").write_text(text)
        modkeeper("policy", "apply", *words)

    def test_changes(self):
        self.apply("deny load mk_slow\n")
        entry = self.last_of(CHANGED, "put a policy into force: 1 rule")
        self.assertEqual((entry["PRIORITY"], entry["MODKEEPER_POLICY_CHANGE"], entry["MODKEEPER_COMM"]),
                         ("5", "set", "modkeeper"))
        modkeeper("policy", "mode", "audit")
        self.last_of(CHANGED, "changed a mode")
        modkeeper("policy", "allow", "mk_base", "--once")
        self.last_of(CHANGED, "added temporary permission")
        self.apply("deny load mk_slow mk_base\n", "--rollback", "5m")
        self.last_of(CHANGED, "began the trial")
        modkeeper("policy", "rollback")
        entry = self.last_of(ROLLED_BACK, "the policy before it is back")
        self.assertEqual(entry["PRIORITY"], "4")
        shown = modkeeper("history", "--lines", "40").stdout
        self.assertRegex(shown, r"policy .*rolled-back")

    def test_a_denied_load_has_one_entry(self):
        self.apply('deny load mk_slow id=hole reason "a hole"\n')
        before = len(entries("MODKEEPER_MODULE=mk_slow"))
        system.run("modprobe", "mk_slow", check=False)
        entry, = system.until(lambda: entries("MODKEEPER_MODULE=mk_slow")[before:], "the entry")
        self.assertEqual((entry["PRIORITY"], entry["MODKEEPER_KIND"], entry["MODKEEPER_RULE"],
                          entry["MODKEEPER_RULE_REASON"], entry["MODKEEPER_STAGE"]),
                         ("4", "load-failed", "hole", "a hole", "policy"))

    def test_denied_requests_do_not_keep_loads_out(self):
        self.apply("deny request net-pf-33 id=sockets reason \"ask us\"\n")
        for _ in range(300):
            as_nobody(ask_for_rxrpc)
        system.load_and_unload(system.ours("mk_base"))
        entry = self.last_of(DENIED_REQUEST, "net-pf-33")
        self.assertEqual((entry["PRIORITY"], entry["MODKEEPER_OUTCOME"], entry["MODKEEPER_GATE"],
                          entry["MODKEEPER_RULE"], entry["MODKEEPER_UID"]),
                         ("4", "denied", "request", "sockets", str(NOBODY)))
        self.assertLessEqual(len(entries(f"MESSAGE_ID={DENIED_REQUEST}")), 100)
        since = int(entry["MODKEEPER_SEQUENCE"])
        system.until(lambda: [one for one in entries("MODKEEPER_MODULE=mk_base")
                              if int(one["MODKEEPER_SEQUENCE"]) > since], "the load's entry")
