# SPDX-License-Identifier: GPL-2.0-only
"""Rules about for whom a module is loaded, where somebody has the daemon load it over D-Bus."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import threading

from lib import bus, session, system, uapi
from lib.command import DENIED, lines_of_json, modkeeper, of_json
from lib.device import Device
from lib.service import ServiceTest

FOLDER = pathlib.Path("/etc/modkeeper/policy.d")
LOAD = ("busctl", "call", bus.NAME, bus.PATH, bus.MANAGER, "Load", "sasa{sv}")


class PolicyClient(ServiceTest):
    """Both users may have the daemon load modules, as far as polkit is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in ("asker", "other"):
            session.add_user(user)
            cls.addClassCleanup(session.remove_user, user)
        cls.asker = pwd.getpwnam("asker").pw_uid
        rules = pathlib.Path("/etc/polkit-1/rules.d/10-askers.rules")
        rules.parent.mkdir(parents=True, exist_ok=True)
        rules.write_text("polkit.addRule(function (action, subject) {\n"
                         "    if (action.id == 'org.modkeeper1.load' &&\n"
                         "        (subject.user == 'asker' || subject.user == 'other'))\n"
                         "        return polkit.Result.YES;\n"
                         "});\n")
        cls.addClassCleanup(rules.unlink)
        system.until(lambda: session.run_as("other", *LOAD, "dummy", "0", "0").returncode == 0,
                     "polkit to read the rule")

    def setUp(self):
        system.unload("dummy")
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.addCleanup(self.end)

    @staticmethod
    def end():
        shutil.rmtree(FOLDER)
        modkeeper("policy", "apply")
        system.unload("mk_user", "mk_base", "dummy")

    @staticmethod
    def apply(*lines):
        (FOLDER / "10-local.rules").write_text("\n".join(lines) + "\n")
        modkeeper("policy", "apply")

    @staticmethod
    def as_late(rule):
        """The same, of something that only the driver knows: a job asks the policy about what it will load before."""
        return f"{rule} and on-root-device", f"{rule} and not on-root-device"

    def loads(self, *command, module="dummy"):
        done = system.run(*command, module, "0", "0", check=False)
        loaded = system.is_loaded(module)
        self.assertEqual(done.returncode == 0, loaded, done.stderr)
        if not loaded:
            self.assertIn("of the policy denied it", done.stderr)
        system.unload("mk_user", "mk_base", "dummy")
        return loaded

    def loads_for(self, user, **more):
        return self.loads("runuser", "-u", user, "--", *LOAD, **more)

    # ---- facts of a client ----

    def test_a_user_who_has_it_loaded(self):
        rule = f"deny load dummy if for uid={self.asker}"
        for lines in ((rule,), self.as_late(rule)):
            self.apply(*lines)
            self.assertFalse(self.loads_for("asker"), lines)
            self.assertTrue(self.loads_for("other"), lines)
            self.assertTrue(self.loads(*LOAD), lines)
            system.modprobe("dummy")
            system.unload("dummy")

    def test_what_its_modules_need_is_for_it_too(self):
        self.apply(f"deny load mk_base if for uid={self.asker}")
        self.assertFalse(self.loads_for("asker", module="mk_user"))
        self.assertTrue(self.loads_for("other", module="mk_user"))

    def test_the_daemon_stays_the_loader(self):
        self.apply(f"deny load dummy if by uid={self.asker}", "deny load dummy if by unprivileged")
        self.assertTrue(self.loads_for("asker"))
        self.apply("deny load dummy if by uid=0")
        self.assertFalse(self.loads_for("asker"))

    def test_unprivileged_is_whoever_is_not_root(self):
        self.apply("deny load dummy if for unprivileged")
        self.assertFalse(self.loads_for("asker"))
        self.assertTrue(self.loads(*LOAD))

    def test_only_what_is_allowed_for_a_user(self):
        self.apply(f"allow load dummy if for uid={self.asker} and not for container and not for login",
                   "default load deny")
        self.assertTrue(self.loads_for("asker"))
        self.assertFalse(self.loads_for("other"))
        self.assertFalse(self.loads(*LOAD))
        self.assertNotEqual(system.run("modprobe", "dummy", check=False).returncode, 0)
        modkeeper("load", "dummy", user="asker")
        system.unload("dummy")
        self.assertIn("of the policy denied it", modkeeper("load", "dummy", user="other", status=DENIED).stderr)

    def test_a_container(self):
        self.apply("deny load dummy if for container")
        # The first process of the namespace is the shell: as such, busctl would write to the kernel's log.
        self.assertFalse(self.loads("unshare", "--pid", "--fork", "sh", "-c", '"$0" "$@" || exit 1', *LOAD))
        self.assertTrue(self.loads("unshare", "--net", *LOAD))

    def test_a_login(self):
        self.apply("deny load dummy if for login")
        self.assertFalse(self.loads("sh", "-ec", "echo 0 >/proc/self/loginuid; exec \"$0\" \"$@\"", *LOAD))
        self.assertTrue(self.loads(*LOAD))

    # ---- what is told of it ----

    def test_records_and_the_log_name_it(self):
        self.apply(f"warn load dummy if for uid={self.asker}")
        self.assertTrue(self.loads_for("asker"))
        decision = lines_of_json("events", "--kind", "policy")[-1]
        self.assertEqual((decision["outcome"], decision["client_uid"], decision["client_comm"]),
                         ("would-deny", self.asker, "busctl"))
        self.assertIn(f"for busctl[{decision['client_pid']}] uid {self.asker}",
                      modkeeper("events", "--kind", "policy").stdout)
        self.apply(*self.as_late(f"deny load dummy if for uid={self.asker}"))
        self.assertFalse(self.loads_for("asker"))
        decision = lines_of_json("events", "--kind", "policy")[-1]
        self.assertEqual((decision["outcome"], decision["client_uid"]), ("denied", self.asker))
        self.assertIn(f"asked for by busctl[{decision['client_pid']}] uid {self.asker}: 10-local.rules:",
                      system.run("dmesg").stdout)

    def test_what_would_be_said(self):
        self.apply(f"deny load dummy if for uid={self.asker}")
        policy = bus.proxy(interface=bus.POLICY)
        for uid, outcome in ((self.asker, "denied"), (0, "allowed")):
            words = ("policy", "test", "dummy", "--client", "--uid", str(uid))
            self.assertEqual(of_json(*words, status=outcome == "denied")["outcome"], outcome)
            answer = policy.Test("dummy", bus.dbus.Dictionary(
                {"client": True, "uid": bus.dbus.UInt64(uid)}, signature="sv"))
            self.assertEqual(answer["outcome"], outcome)

    # ---- who cannot be asked about ----

    @contextlib.contextmanager
    def all_places_taken(self):
        """Processes that state clients of their own, as many as the driver keeps; the threads that did have ended."""
        client = uapi.CLIENT_OF.pack(1, 1, 1, 0, b"", b"")

        def state():
            with Device() as device:
                device.ioctl(uapi.IOC_CLIENT, client)
        children = []
        try:
            for _ in range(uapi.CLIENTS_MAX):
                said, says = os.pipe()
                pid = os.fork()
                if pid == 0:
                    thread = threading.Thread(target=state)
                    thread.start()
                    thread.join()
                    os.write(says, b"x")
                    signal.pause()
                os.close(says)
                children.append(pid)
                self.assertEqual(os.read(said, 1), b"x")
                os.close(said)
            yield
        finally:
            for pid in children:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def test_a_job_of_which_the_driver_cannot_be_told(self):
        self.apply(f"deny load mk_base if for uid={self.asker}")
        with self.all_places_taken():
            done = system.run(*LOAD, "dummy", "0", "0", check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("the driver cannot be told whom the job is for", done.stderr)
            self.assertIn(f"{uapi.CLIENTS_MAX} processes", done.stderr)
            self.assertFalse(system.is_loaded("dummy"))
            modkeeper("policy", "mode", "audit")
            system.run(*LOAD, "dummy", "0", "0")
        modkeeper("policy", "mode", "enforce")
        system.unload("dummy")
        self.assertTrue(self.loads_for("asker"))
