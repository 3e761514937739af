# SPDX-License-Identifier: GPL-2.0-only
"""Every call that the bus takes, by a user who may nothing: it changes nothing, and tells nothing
that such a user may not read. The table is written from the documentation, by hand."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import dbus

from lib import bus, session, system
from lib.service import ServiceTest

SECRET = "Zk3yv4ult"
MASKED = "mk_plain"  # a name that no file has
FOLDERS = ("/etc/modkeeper/policy.d", "/etc/modprobe.d", "/etc/modules-load.d", "/run/modprobe.d", "/run/modules-load.d")
STANDARD = "org.freedesktop.DBus."
RECORDER, CONFIGURATION, JOB = (f"{bus.NAME}.{one}" for one in ("Recorder", "Configuration", "Job"))
# With a password of root's it would be answered, and the call does not allow to ask for one.
NOT_AUTHORIZED = STANDARD + "Error.InteractiveAuthorizationRequired"
ANSWER = "answer"

# What the call answers: by interface and method, the signature and arguments; "J" is a job of root's,
# "M" a module of root's.
CALLS = (
    (bus.PATH, bus.MANAGER, "Load", "sasa{sv}", ["mk_base", [], {}], NOT_AUTHORIZED),
    (bus.PATH, bus.MANAGER, "Unload", "sa{sv}", ["mk_types", {}], NOT_AUTHORIZED),
    (bus.PATH, bus.MANAGER, "LoadAll", "asa{sv}", [["mk_base"], {}], NOT_AUTHORIZED),
    (bus.PATH, bus.MANAGER, "UnloadAll", "asa{sv}", [["mk_types"], {}], NOT_AUTHORIZED),
    (bus.PATH, bus.MANAGER, "Reload", "sasa{sv}", ["mk_types", [], {}], NOT_AUTHORIZED),
    (bus.PATH, bus.MANAGER, "StartJob", "sasasa{sv}", ["load", ["mk_base"], [], {}], NOT_AUTHORIZED),
    (bus.PATH, bus.MANAGER, "StartJob", "sasasa{sv}", ["unload", ["mk_types"], [], {"force": True}],
     NOT_AUTHORIZED),
    (bus.PATH, bus.MANAGER, "Examine", "", [], ANSWER),
    (bus.PATH, bus.MANAGER, "Plan", "asasa{sv}", [["mk_types"], [], {"ignore-loaded": True}], ANSWER),
    (bus.PATH, bus.MANAGER, "Plan", "asasa{sv}", [["mk_user"], [], {}], ANSWER),
    (bus.PATH, bus.MANAGER, "Holders", "sa{sv}", ["mk_types", {}], ANSWER),
    (bus.PATH, bus.MANAGER, "PreviewUnload", "asa{sv}", [["mk_types"], {"force": True}], ANSWER),
    (bus.PATH, bus.MANAGER, "ListModules", "", [], ANSWER),
    (bus.PATH, bus.MANAGER, "GetModule", "s", ["mk_types"], ANSWER),
    (bus.PATH, RECORDER, "QueryEvents", "tua{sv}", [0, 0, {}], NOT_AUTHORIZED),
    (bus.PATH, RECORDER, "Why", "sa{sv}", ["mk_types", {}], NOT_AUTHORIZED),
    (bus.PATH, RECORDER, "QueryEvents", "tua{sv}", [0, 0, {"module": "mk_types"}], NOT_AUTHORIZED),
    (bus.PATH, CONFIGURATION, "GetParameters", "s", ["mk_types"], ANSWER),
    (bus.PATH, CONFIGURATION, "SetParameter", "sssa{sv}", ["mk_types", "an_int", "7", {}],
     NOT_AUTHORIZED),
    (bus.PATH, CONFIGURATION, "SetParameter", "sssa{sv}",
     ["mk_types", "an_int", "7", {"persistent": True}], NOT_AUTHORIZED),
    (bus.PATH, CONFIGURATION, "UnsetParameter", "ssa{sv}", ["mk_types", "a_charp", {}],
     NOT_AUTHORIZED),
    (bus.PATH, CONFIGURATION, "Enable", "asa{sv}", [["mk_base"], {}], NOT_AUTHORIZED),
    (bus.PATH, CONFIGURATION, "Disable", "asa{sv}", [["mk_base"], {}], NOT_AUTHORIZED),
    (bus.PATH, CONFIGURATION, "Mask", "asa{sv}", [["mk_base"], {}], NOT_AUTHORIZED),
    (bus.PATH, CONFIGURATION, "Unmask", "asa{sv}", [[MASKED], {}], NOT_AUTHORIZED),
    (bus.PATH, CONFIGURATION, "GetDrift", "", [], ANSWER),
    (bus.PATH, bus.POLICY, "ListRules", "", [], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "ListPermissions", "", [], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "Test", "sa{sv}", ["mk_types", {}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "Check", "sa{sv}", ["", {}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "Apply", "ta{sv}", [0, {}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "SetMode", "ssa{sv}", ["load", "off", {}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "Confirm", "a{sv}", [{}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "Rollback", "a{sv}", [{}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "Allow", "asta{sv}", [["mk_types"], 0, {}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "Revoke", "ta{sv}", [1, {}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "Deny", "asa{sv}", [["mk_types"], {"reason": "no"}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "RevokeRules", "asa{sv}", [["mk_types"], {}], NOT_AUTHORIZED),
    (bus.PATH, bus.POLICY, "Seal", "a{sv}", [{}], NOT_AUTHORIZED),
    ("M", bus.MODULE, "GetFileInfo", "", [], ANSWER),
    ("J", JOB, "Cancel", "a{sv}", [{}], NOT_AUTHORIZED),
    ("J", JOB, "GetCaller", "", [], NOT_AUTHORIZED),
    *((path, STANDARD + "Introspectable", "Introspect", "", [], ANSWER)
      for path in ("/", bus.PATH, f"{bus.PATH}/module", f"{bus.PATH}/job", "M", "J")),
    *((path, STANDARD + "Peer", member, "", [], ANSWER)
      for path in (bus.PATH, "M", "J") for member in ("Ping", "GetMachineId")),
    *((path, STANDARD + "Properties", "GetAll", "s", [interface], ANSWER)
      for path, interface in ((bus.PATH, bus.MANAGER), (bus.PATH, bus.POLICY), ("M", bus.MODULE), ("J", JOB))),
    ("M", STANDARD + "Properties", "Get", "ss", [bus.MODULE, "Arguments"], ANSWER),
    ("M", STANDARD + "Properties", "Set", "ssv", [bus.MODULE, "Arguments", "x"],
     STANDARD + "Error.PropertyReadOnly"),
    ("J", STANDARD + "Properties", "Get", "ss", [JOB, "Caller"], ANSWER),
    (bus.PATH, STANDARD + "ObjectManager", "GetManagedObjects", "", [], ANSWER),
)

# Makes the calls, and prints what each is answered.
CALLER = f"""
import dbus, json, sys
system, answers = dbus.SystemBus(), []
for path, interface, member, signature, arguments, _ in json.loads(sys.argv[1]):
    try:
        answers.append(["answer", repr(system.call_blocking(
            "{bus.NAME}", path, interface, member, signature, arguments, timeout=120))])
    except dbus.DBusException as error:
        answers.append([error.get_dbus_name(), error.get_dbus_message()])
print(json.dumps(answers))
"""


def state():
    """All that a call could change."""
    files = {str(path): path.read_bytes() for folder in FOLDERS
             for path in sorted(pathlib.Path(folder).glob("*"))}
    parameters = {path.name: path.read_text(errors="replace")
                  for path in pathlib.Path("/sys/module/mk_types/parameters").glob("*")
                  if path.stat().st_mode & 0o444}
    return sorted(system.proc_modules()), files, parameters


class EveryCall(ServiceTest):
    @classmethod
    def setUpClass(cls):
        cls.secrets = pathlib.Path("/etc/modprobe.d/secret.conf")
        cls.secrets.write_text(f"options mk_types a_group_secret={SECRET}line\n"
                               f"options mk_fail no_such={SECRET}option\n"
                               f"install mk_user /bin/true {SECRET}command\n", encoding="utf-8")
        cls.secrets.chmod(0o600)
        super().setUpClass()
        session.add_user("ordinary")

    @classmethod
    def tearDownClass(cls):
        session.remove_user("ordinary")
        super().tearDownClass()
        cls.secrets.unlink()

    def setUp(self):
        self.heard = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.addCleanup(self.heard.close)
        self.listener = subprocess.Popen(
            ["runuser", "-u", "ordinary", "--", "dbus-monitor", "--system",
             f"type='signal',sender='{bus.NAME}'"], stdout=self.heard, stderr=subprocess.DEVNULL)
        self.addCleanup(self.listener.wait)
        self.addCleanup(self.listener.terminate)
        self.until_heard("NameAcquired")
        # What root does meanwhile, with secrets in whatever may have some.
        self.module = bus.load("mk_types", "a_secret=52", f"a_group_secret={SECRET}group")
        self.addCleanup(system.unload, "mk_types")
        pathlib.Path("/sys/module/mk_types/parameters/a_group_secret").write_text(
            f"{SECRET}written", encoding="utf-8")
        bus.busctl("call", bus.NAME, bus.PATH, CONFIGURATION, "SetParameter", "sssa{sv}",
                   "mk_types", "a_group_secret", f"{SECRET}set", "0")
        for command in (["load", "mk_fail"], ["load", "mk_fail", f"message={SECRET}"], ["load", "mk_base", f"x={SECRET}"],
                        ["unload", "mk_base"]):
            system.run("modkeeper", *command, check=False)
        self.job = bus.proxy().StartJob("load", ["mk_slow"], ["ms=45000"], dbus.Dictionary(
            {}, signature="sv"))
        self.addCleanup(system.unload, "mk_slow")
        system.until(lambda: system.is_loaded("mk_slow"), "the job to begin")

    def until_heard(self, word):
        """All that the user was told up to then."""
        def heard():
            self.heard.seek(0)
            text = self.heard.read()
            return text if word in text else None
        return system.until(heard, word)

    def answers(self):
        places = {"M": self.module, "J": self.job}
        calls = [[places.get(path, path), *rest] for path, *rest in CALLS]
        done = session.run_as("ordinary", sys.executable, "-c", CALLER, json.dumps(calls))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_a_user_who_may_nothing_learns_and_changes_nothing(self):
        before = state()
        answers = self.answers()
        for (path, interface, member, _, arguments, right), (name, text) in zip(CALLS, answers):
            with self.subTest(call=f"{path} {interface}.{member} {arguments}"):
                self.assertEqual(name, right, text)
                self.assertNotIn(SECRET, text)
        heard = self.until_heard("mk_slow")
        self.assertIn("ModuleFailed", heard)
        self.assertNotIn(SECRET, heard, heard)
        self.assertEqual(state(), before)
        self.assertEqual(bus.properties(self.job, JOB)["State"], "running")

    def test_no_method_is_missing_from_the_table(self):
        known = {(interface, member) for _, interface, member, *_ in CALLS}
        offered = set()
        for path in (bus.PATH, self.module, self.job):
            text = bus.proxy(path, STANDARD + "Introspectable").Introspect()
            for interface in ElementTree.fromstring(re.sub("<!DOCTYPE[^>]*>", "", text)).iter(
                    "interface"):
                offered |= {(interface.get("name"), method.get("name"))
                            for method in interface.iter("method")}
        self.assertEqual(offered - known, set())
        self.assertEqual({one for one in known if one[0].startswith(bus.NAME)} - offered, set())
