# SPDX-License-Identifier: GPL-2.0-only
"""Who did it, as why and the journal say it to an administrator: in which container, unit or session, with
which right, for which device, and at whose request over D-Bus."""

import contextlib
import ctypes
import json
import os
import pathlib
import re
import subprocess

from lib import bus, system
from lib.command import modkeeper, of_json
from lib.groups import GROUPS, group, run_in
from lib.service import ServiceTest

BASE = system.ours("mk_base")
DOCKER = "0123456789abcdef" * 4
LOAD = ("call", bus.NAME, bus.PATH, bus.MANAGER, "Load", "sasa{sv}")
WITHOUT = ("setpriv", "--bounding-set=-sys_module", "--inh-caps=-sys_module")
SET_NAME = 15  # PR_SET_NAME


def journal_of(event):
    """The entry of an event, which comes a moment after it."""
    def find():
        said = system.run("journalctl", "-o", "json", "-n", "1",
                          f"MODKEEPER_BOOTTIME_NS={event['boottime_ns']}", check=False).stdout
        return json.loads(said) if said.strip() else None
    return system.until(find, f"an entry about {event['module']}")


class Who(ServiceTest):
    def setUp(self):
        self.said = []

    def tearDown(self):
        system.run("ip", "link", "delete", "dummy0", check=False)
        system.unload("mk_user", "mk_base", "dummy")

    def failed(self, *command):
        """What why says of a command that must fail."""
        process = subprocess.Popen([str(word) for word in command], stderr=subprocess.DEVNULL)
        self.assertNotEqual(process.wait(), 0, command)
        return self.why("--pid", str(process.pid))

    def why(self, *words):
        found = of_json("why", *words)
        self.said = found["sentences"]
        print("# " + "\n#   ".join(self.said))
        return found

    def assert_said(self, pattern):
        self.assertRegex("\n".join(self.said), pattern)

    # ---- the right ----

    def test_root_of_a_user_namespace(self):
        found = self.failed("unshare", "-Ur", "insmod", BASE)
        self.assertEqual((found["diagnosis"]["cause"], found["diagnosis"]["certainty"]),
                         ("user-namespace", "seen"))
        self.assertEqual(found["end"]["capability"], "own-namespace")
        self.assert_said("user namespace of its own")
        self.assert_said("Next: do it outside of that namespace")
        modkeeper("why")

    def test_root_without_the_capability(self):
        found = self.failed(*WITHOUT, "insmod", BASE)
        self.assertEqual((found["diagnosis"]["cause"], found["diagnosis"]["certainty"]),
                         ("not-privileged", "seen"))
        self.assert_said("did not have CAP_SYS_MODULE")

    def test_a_refused_unload(self):
        system.insmod(BASE)
        for command, cause in ((("unshare", "-Ur", "rmmod", "mk_base"), "user-namespace"),
                               ((*WITHOUT, "rmmod", "mk_base"), "not-privileged")):
            found = self.failed(*command)
            self.assertEqual(found["diagnosis"]["cause"], cause)

    def test_nobody_passes_for_the_daemon_or_for_udev(self):
        """A process chooses its own name."""
        for name in (b"modkeeperd-job", b"(udev-worker)", b"systemd-modules"):
            pid = os.fork()
            if pid == 0:
                ctypes.CDLL(None).prctl(SET_NAME, name)
                os.setuid(65534)
                os._exit(min(system.load_error(BASE), 255))
            os.waitpid(pid, 0)
            self.assertEqual(self.why("--pid", str(pid))["trigger"], "command")

    # ---- the place ----

    def test_a_unit(self):
        system.run("systemd-run", "--wait", "--quiet", "--unit=mk-who.service", "insmod", BASE)
        found = self.why("mk_base")
        self.assertEqual((found["unit"], found["container"]), ("mk-who.service", None))
        self.assert_said(r"insmod\[\d+\] of uid 0 in mk-who\.service loaded it")
        entry = journal_of(found["end"])
        self.assertRegex(entry["MESSAGE"], r"loaded by insmod\[\d+\] \(mk-who\.service\)")
        self.assertEqual(entry["MODKEEPER_CGROUP"], "/system.slice/mk-who.service")
        self.assertEqual(entry["MODKEEPER_CAPABILITY"], "held")

    def test_containers(self):
        for path, name, text in (
                ("machine.slice/machine-web.scope/payload", "web", "the container web"),
                (f"system.slice/docker-{DOCKER}.scope", DOCKER[:12],
                 f"the docker container {DOCKER[:12]}"),
                ("lxc.payload.shop", "shop", "the LXC container shop")):
            with group(GROUPS / path) as place:
                run_in(place, "insmod", BASE)
                system.rmmod("mk_base")
                self.assertEqual(self.why("mk_base")["container"], name)
                self.assert_said(f"in {text} loaded it|in {text} unloaded it")
                failed = run_in(place, "sh", "-c", 'echo $$; exec unshare -Ur insmod "$0"', BASE,
                                check=False)
                found = self.why("--pid", failed.stdout.strip())
            self.assertEqual((found["container"], found["diagnosis"]["cause"]),
                             (name, "user-namespace"))
            self.assert_said(f"in {text} tried to load it")

    def test_a_request_from_a_container(self):
        with group(GROUPS / "lxc.payload.shop") as place:
            run_in(place, "ip", "link", "add", "type", "dummy")
        self.assertEqual(self.why("dummy")["container"], "shop")
        self.assert_said("in the LXC container shop made the kernel ask for")

    # ---- over D-Bus ----

    def test_a_session_that_asked_over_dbus(self):
        system.run("systemd-run", "--scope", "--quiet", "--slice=user-0.slice", "--unit=session-77",
                   "busctl", *LOAD, "mk_base", "0", "0")
        entry = journal_of(of_json("why", "mk_base")["end"])
        self.assertRegex(entry["MODKEEPER_CALLER_CGROUP"], r"/session-77\.scope$")
        self.assertEqual(entry["MODKEEPER_CALLER_COMM"], "busctl")
        found = self.why("mk_base")
        self.assertEqual((found["trigger"], found["asked_by"]["comm"], found["session"]),
                         ("modkeeperd", "busctl", "77"))
        self.assert_said(r"root \(busctl, pid \d+, session 77(, .*)?\) asked for it over D-Bus\.")
        # The record has it too, and what reads the record.
        begin = found["begin"]
        self.assertEqual((begin["client_comm"], begin["client_uid"]), ("busctl", 0))
        self.assertEqual(str(begin["client_pid"]), entry["MODKEEPER_CALLER_PID"])
        self.assertRegex(begin["client_cgroup"], r"/session-77\.scope$")
        self.assertRegex(modkeeper("events", "--module", "mk_base").stdout,
                         rf"for busctl\[{begin['client_pid']}\] uid 0")
        answer = json.loads(bus.busctl("call", bus.NAME, bus.PATH, "org.modkeeper1.Recorder", "Why",
                                       "sa{sv}", "mk_base", "0").stdout)
        self.assertEqual(answer["data"][0]["asked_by"]["data"]["comm"]["data"], "busctl")

    def test_what_was_refused_over_dbus(self):
        system.run("systemd-run", "--scope", "--quiet", "--slice=user-0.slice",
                   "--unit=session-78", "busctl", *LOAD, "mk_fail", "0", "0", check=False)
        self.assertEqual(self.why()["diagnosis"]["cause"], "no-device")
        self.assert_said(r"root \(busctl, pid \d+, session 78(, .*)?\) asked for it over D-Bus\.")

    def test_the_one_who_had_it_unloaded(self):
        system.insmod(BASE)
        system.run("systemd-run", "--scope", "--quiet", "--slice=user-0.slice", "--unit=session-79",
                   "busctl", "call", bus.NAME, bus.PATH, bus.MANAGER, "Unload", "sa{sv}", "mk_base",
                   "0")
        self.why("mk_base")
        self.assert_said(r"for busctl\[\d+\] of uid 0 in session 79.* unloaded it")

    def test_a_unit_that_asked_over_dbus(self):
        system.run("systemd-run", "--wait", "--quiet", "--unit=mk-who.service", "modkeeper", "load",
                   "mk_base")
        self.why("mk_base")
        self.assert_said(r"root \(modkeeper, pid \d+, in mk-who\.service\) asked for it over D-Bus\.")

    def test_others_are_told_nothing_of_it(self):
        system.run("systemd-run", "--wait", "--quiet", "--unit=mk-who.service", "modkeeper", "load",
                   "mk_base")
        for command in (("modkeeper", "why", "mk_base"), ("modkeeper", "info", "mk_base"),
                        ("busctl", "call", bus.NAME, bus.PATH, "org.modkeeper1.Recorder", "Why",
                         "sa{sv}", "mk_base", "0")):
            said = system.run("runuser", "-u", "nobody", "--", *command, check=False)
            self.assertNotIn("mk-who", said.stdout + said.stderr, command)

    # ---- udev ----

    def test_the_device_for_which_udev_loads_again(self):
        device = pathlib.Path("/sys/devices/platform/pcspkr")
        if not (device / "modalias").exists():
            self.skipTest("there is no speaker")
        system.run("modprobe", "-r", "pcspkr", "snd_pcsp", check=False)
        self.addCleanup(system.run, "modprobe", "-r", "pcspkr", check=False)
        system.run("udevadm", "trigger", "--action=add", "--settle", device)
        found = self.why("pcspkr")
        self.assertEqual(found["trigger"], "udev")
        self.assertEqual(found["loaded_for_device"],
                         {"path": str(device), "modalias": "platform:pcspkr",
                          "certainty": "inferred"})
        self.assert_said("Likely that was for the device /sys/devices/platform/pcspkr")

    def test_the_device_that_has_just_come(self):
        device = pathlib.Path("/sys/bus/pci/devices/0000:00:01.3")
        if not device.exists():
            self.skipTest("there is no power management of the PIIX4")
        path = device.resolve()
        system.run("modprobe", "-r", "i2c_piix4", check=False)
        with contextlib.ExitStack() as back:
            (device / "remove").write_text("1")
            back.callback(pathlib.Path("/sys/bus/pci/rescan").write_text, "1")
        system.run("udevadm", "settle")
        system.until(lambda: system.is_loaded("i2c_piix4"), "udev to load i2c_piix4")
        found = self.why("i2c_piix4")
        self.assertEqual(found["trigger"], "udev")
        self.assertEqual((found["loaded_for_device"] or {}).get("path"), str(path), found)
        self.assertEqual(found["loaded_for_device"]["certainty"], "seen")
        self.assert_said(f"That was for the device {re.escape(str(path))} .*, which had come")
        self.assertEqual(found["unit"], "systemd-udevd.service")
