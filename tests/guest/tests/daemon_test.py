# SPDX-License-Identifier: GPL-2.0-only
"""modkeeperd on the system bus, with the driver."""

import json
import os
import pathlib
import re
import signal
import tempfile
import threading
import unittest
import xml.etree.ElementTree as xml

import dbus

from lib import bus, system, uapi
from lib.device import Device
from lib.service import ServiceTest

ERROR = "org.modkeeper1.Error."
INTERFACE = pathlib.Path("/usr/share/dbus-1/interfaces/org.modkeeper1.xml")


class DaemonTest(ServiceTest):
    def tearDown(self):
        system.unload("mk_user", "mk_base", "mk_slow", "mk_types", "dummy")

    def refused(self, name, call, *arguments, **options):
        """The message of the error of this name."""
        with self.assertRaises(dbus.DBusException) as refused:
            call(*arguments, **options)
        self.assertEqual(refused.exception.get_dbus_name(), ERROR + name, refused.exception)
        return refused.exception.get_dbus_message()


class Loading(DaemonTest):
    def test_a_load_brings_its_dependencies(self):
        path = bus.load("mk_user")
        self.assertEqual(path, "/org/modkeeper1/module/mk_5fuser")
        self.assertTrue(system.is_loaded("mk_base") and system.is_loaded("mk_user"))

    def test_a_real_module_with_dependencies(self):
        before = set(system.proc_modules())
        bus.load("wireguard")
        added = set(system.proc_modules()) - before
        self.assertIn("wireguard", added)
        self.assertGreater(len(added), 3)
        bus.unload("wireguard")
        self.assertFalse(system.is_loaded("wireguard"))
        system.run("modprobe", "-r", "-a", *(added - {"wireguard"}), check=False)

    def test_a_module_of_the_distribution_comes_from_its_file(self):
        file = pathlib.Path(system.run("modinfo", "-F", "filename", "dummy").stdout.strip()).resolve()
        with Device() as device:
            device.seek_new()
            bus.load("dummy")
            begin, = (record for record in device.drain() if record.kind == uapi.LOAD_BEGIN and
                      record.module == "dummy")
        self.assertEqual((begin.file, begin.file_bytes), (str(file), file.stat().st_size))

    def test_parameters_reach_the_module(self):
        bus.load("dummy", "numdummies=3")
        for number in range(3):
            self.assertTrue(os.path.exists(f"/sys/class/net/dummy{number}"))

    def test_everybody_is_told_of_parameters_that_everybody_may_read(self):
        path = bus.load("mk_params", "plain=7", "secret=s3cr3t")
        self.addCleanup(bus.unload, "mk_params")
        self.assertEqual(bus.properties(path)["Arguments"], "plain=7")

    def test_by_alias_and_by_file(self):
        self.assertTrue(bus.load("mk-test-alias").endswith("/mk_5fuser"))
        bus.unload("mk_user")
        bus.unload("mk-base")
        with tempfile.TemporaryDirectory() as folder:
            elsewhere = pathlib.Path(folder) / "mk_slow.ko"
            elsewhere.write_bytes(system.ours("mk_slow").read_bytes())
            path = bus.load(str(elsewhere))
            self.assertEqual(bus.properties(path)["Path"], str(elsewhere))

    def test_options_of_modprobe_d_hold(self):
        with system.modprobe_d("options mk_types an_int=55 a_charp=both\n"):
            bus.load("mk_types", "an_int=56")
        self.assertEqual(system.sysfs("mk_types", "parameters/an_int"), "56")
        self.assertEqual(system.sysfs("mk_types", "parameters/a_charp"), "both")

    def test_softdeps_of_modprobe_d_hold(self):
        with system.modprobe_d("softdep mk_slow pre: mk_base\n"):
            bus.load("mk_slow")
        self.assertTrue(system.is_loaded("mk_base"))

    def test_the_blacklist_holds_until_it_is_ignored(self):
        with system.modprobe_d("blacklist dummy\n") as file:
            message = self.refused("Blacklisted", bus.load, "dummy")
            self.assertIn("dummy", message)
            self.assertIn("blacklist", message)
            self.assertIn(str(file), message)
            bus.load("dummy", ignore_blacklist=True)
        self.assertTrue(system.is_loaded("dummy"))

    def test_each_failure_has_its_name(self):
        self.assertIn("no_such_module", self.refused("NotFound", bus.load, "no_such_module"))
        self.assertIn("ext9", self.refused("UnknownParameter", bus.load, "dummy", "ext9=1"))
        self.assertIn("numdummies", self.refused("BadParameter", bus.load, "dummy", "numdummies=x"))
        message = self.refused("InitFailed", bus.load, "mk_fail", "error=5")
        self.assertIn("mk_fail", message)
        self.assertRegex(message, "EIO|[Ii]nput/output error")
        bus.load("mk_base")
        self.refused("AlreadyLoaded", bus.load, "mk_base")
        self.refused("NotLoaded", bus.unload, "mk_slow")
        self.refused("BuiltIn", bus.load, a_built_in_module())

    def test_a_damaged_file_is_bad_format(self):
        with tempfile.TemporaryDirectory() as folder:
            damaged = pathlib.Path(folder) / "mk_slow.ko"
            whole = system.ours("mk_slow").read_bytes()
            for length in (0, 100, len(whole) // 2):
                damaged.write_bytes(whole[:length])
                self.refused("BadFormat", bus.load, str(damaged))
            self.refused("NotFound", bus.load, str(damaged) + ".missing.ko")

    def test_names_that_cannot_be_are_named_in_the_error(self):
        for name in ("", "a/b", "x" * 200, "../x.ko"):
            message = self.refused("InvalidArgument", bus.load, name)
            self.assertIn(name[:40], message)
        self.refused("InvalidArgument", bus.unload, "a/b")

    def test_unknown_options_are_refused(self):
        message = self.refused("InvalidArgument", bus.load, "dummy", no_such_option=True)
        self.assertIn("no-such-option", message)
        self.refused("InvalidArgument", bus.load, "dummy", ignore_blacklist="yes")
        self.refused("InvalidArgument", bus.unload, "dummy", cascade=True)
        self.assertFalse(system.is_loaded("dummy"))

    def test_in_use_says_by_whom(self):
        bus.load("mk_user")
        self.assertIn("mk_user", self.refused("InUse", bus.unload, "mk_base"))
        with open("/dev/mk_user", "rb"):
            self.refused("InUse", bus.unload, "mk_user")
        bus.unload("mk_user")
        bus.unload("mk_base")
        self.assertFalse(system.is_loaded("mk_base"))

    def test_an_ordinary_user_may_read_and_not_load(self):
        nobody = ("runuser", "-u", "nobody", "--", "busctl")
        system.run(*nobody, "call", bus.NAME, bus.PATH, bus.MANAGER, "ListModules")
        denied = system.run(*nobody, "call", bus.NAME, bus.PATH, bus.MANAGER, "Load", "sasa{sv}",
                            "mk_slow", "0", "0", check=False)
        self.assertNotEqual(denied.returncode, 0)
        denied = system.run(*nobody, "call", bus.NAME, bus.PATH, bus.MANAGER, "Unload", "sa{sv}",
                            "overlay", "0", check=False)
        self.assertNotEqual(denied.returncode, 0)
        self.assertIn("uthori", denied.stderr)
        self.assertFalse(system.is_loaded("mk_slow"))

    def test_what_is_mistyped_is_refused_before_anybody_is_asked(self):
        def load(name, *parameters):
            said = system.run("runuser", "-u", "nobody", "--", "busctl", "call", bus.NAME, bus.PATH,
                              bus.MANAGER, "Load", "sasa{sv}", name, str(len(parameters)),
                              *parameters, "0", check=False)
            self.assertNotEqual(said.returncode, 0)
            return said.stderr

        with bus.Monitor() as monitor:
            self.assertIn("has no parameter", load("mk_types", "no_such=1"))
            self.assertIn("an_int", load("mk_types", "an_int=many"))
            self.assertIn("no_such_module", load("no_such_module"))
            self.refused("BadParameter", bus.load, "mk_types", "an_int=many")
            bus.load("mk_types", "an_int=1")
            # the first job that there is
            self.assertEqual(monitor.signal("JobRemoved")[2:4], [["mk_types"], "done"])
        self.assertIn("uthori", load(str(system.ours("mk_slow")), "no_such=1"))
        # what only root may read decides nothing for others
        with system.modprobe_d("alias mk-hidden mk_slow\n") as file:
            os.chmod(file, 0o600)
            for name in ("mk-hidden", "no_such_module"):
                self.assertIn("uthori", load(name))
            self.assertIn("uthori", load("mk_types", "no_such=1"))
        self.assertFalse(system.is_loaded("mk_slow"))

    def test_a_slow_init_does_not_hold_up_the_others(self):
        slow = threading.Thread(target=bus.busctl, daemon=True, args=(
            "call", bus.NAME, bus.PATH, bus.MANAGER, "Load", "sasa{sv}", "mk_slow", "1", "ms=4000",
            "0"))
        slow.start()
        system.until(lambda: system.sysfs("mk_slow", "initstate") == "coming", "mk_slow to begin")
        bus.load("mk_base")
        self.assertTrue(system.is_loaded("mk_base"))
        self.assertEqual(system.sysfs("mk_slow", "initstate"), "coming")
        slow.join()
        self.assertEqual(system.sysfs("mk_slow", "initstate"), "live")


class Telling(DaemonTest):
    def test_introspection_is_what_is_published(self):
        said = xml.fromstring(str(bus.proxy(
            interface="org.freedesktop.DBus.Introspectable").Introspect()))
        path = str(bus.proxy().GetModule("modkeeper"))
        module = xml.fromstring(str(bus.proxy(
            path, "org.freedesktop.DBus.Introspectable").Introspect()))
        published = xml.parse(INTERFACE).getroot()
        for node, name in ((said, bus.MANAGER), (module, bus.MODULE)):
            self.assertEqual(members(node, name), members(published, name))

    def test_busctl_introspect_shows_the_manager(self):
        said = system.run("busctl", "introspect", bus.NAME, bus.PATH).stdout
        self.assertRegex(said, r"\.Load +method +sasa\{sv\} +o")
        self.assertRegex(said, r"\.ModuleLoaded +signal +sot")

    def test_list_modules_is_what_proc_says(self):
        bus.load("mk_user")
        said = json.loads(bus.busctl("call", bus.NAME, bus.PATH, bus.MANAGER,
                                     "ListModules").stdout)["data"][0]
        expected = system.proc_modules()
        said = [{key: value["data"] for key, value in entry.items()} for entry in said]
        self.assertEqual({entry["name"] for entry in said}, set(expected))
        for entry in said:
            name, state, size, references, used_by, path = (
                entry[key] for key in ("name", "state", "size", "references", "used_by", "object"))
            other = expected[name]
            self.assertEqual((state, size, sorted(used_by)),
                             ("live", other.size, sorted(other.used_by)))
            if name != "modkeeper":
                self.assertEqual(references, other.references, name)
            self.assertTrue(path.startswith("/org/modkeeper1/module/"))

    def test_properties_are_what_sysfs_and_modinfo_say(self):
        properties = bus.properties(bus.load("mk_types", "an_int=-77"))
        self.assertEqual(properties["Size"], int(system.sysfs("mk_types", "coresize")))
        self.assertEqual(properties["SourceVersion"], system.sysfs("mk_types", "srcversion"))
        self.assertEqual(properties["Taints"], system.sysfs("mk_types", "taint"))
        self.assertEqual((properties["State"], properties["LoadCount"]), ("live", 1))
        # the record has no links in it
        self.assertEqual(properties["Path"], str(system.ours("mk_types").resolve()))
        self.assertEqual(dict(bus.properties(bus.load("mk_user")))["Uses"], ["mk_base"])

    def test_the_file_of_a_module_is_told_when_asked_for(self):
        info = bus.file_info(bus.load("mk_types"))
        modinfo = dict(line.split(":", 1) for line in
                       system.run("modinfo", system.ours("mk_types")).stdout.splitlines())
        self.assertEqual(info["description"], modinfo["description"].strip())
        self.assertEqual(info["license"], modinfo["license"].strip())
        self.assertEqual(info["file"], str(system.ours("mk_types")))

    def test_objects_come_and_go_with_the_modules(self):
        path = "/org/modkeeper1/module/mk_5fbase"
        with bus.Monitor() as monitor:
            system.insmod(system.ours("mk_base"))
            monitor.signal("InterfacesAdded", path)
            self.assertIn(path, bus.objects())
            system.rmmod("mk_base")
            monitor.signal("InterfacesRemoved", path)
            self.assertNotIn(path, bus.objects())

    def test_signals_tell_of_loads_that_anybody_makes(self):
        with bus.Monitor() as monitor, Device() as device:
            device.seek_new()
            system.insmod(system.ours("mk_base"))
            name, path, sequence = monitor.signal("ModuleLoaded", "mk_base")
            live = device.drain()[-1]
            self.assertEqual((path, sequence),
                             ("/org/modkeeper1/module/mk_5fbase", live.sequence))
            system.rmmod("mk_base")
            name, path, sequence = monitor.signal("ModuleUnloaded", "mk_base")
            self.assertEqual(sequence, live.sequence + 1)
            with self.assertRaises(system.Failed):
                system.insmod(system.ours("mk_fail"))
            name, error, reason, sequence, job = monitor.signal("ModuleFailed", "mk_fail")
            self.assertEqual((error, sequence, job), ("InitFailed", live.sequence + 3, 0))
            self.assertNotIn("insmod", reason)

    def test_signals_tell_of_its_own_loads_once(self):
        with bus.Monitor() as monitor:
            bus.load("mk_base")
            bus.unload("mk_base")
            monitor.signal("ModuleUnloaded", "mk_base")
            with self.assertRaises(dbus.DBusException):
                bus.load("mk_fail", "error=5")
            name, error, reason, sequence, job = monitor.signal("ModuleFailed", "mk_fail")
            self.assertEqual(error, "InitFailed")
            self.assertNotEqual(job, 0)
            bus.load("mk_slow")
            monitor.signal("ModuleLoaded", "mk_slow")
            self.assertNotIn("ModuleFailed",
                             [message.get("member") for message in monitor.messages])

    def test_used_by_changes_are_told(self):
        system.insmod(system.ours("mk_base"))
        path = "/org/modkeeper1/module/mk_5fbase"
        with bus.Monitor() as monitor:
            system.insmod(system.ours("mk_user"))
            while True:
                interface, changed, invalidated = monitor.signal("PropertiesChanged", bus.MODULE)
                if "UsedBy" in changed or "UsedBy" in invalidated:
                    break
        self.assertEqual(bus.properties(path)["UsedBy"], ["mk_user"])

    def test_the_manager_says_that_the_driver_is_there(self):
        said = bus.manager()
        self.assertEqual((said["DriverState"], said["EventSource"]), ("connected", "driver"))
        self.assertEqual(said["DriverVersion"], system.sysfs("modkeeper", "version"))
        self.assertEqual(said["DriverMessage"], "")
        self.assertEqual(said["KernelRelease"], os.uname().release)


class Surviving(DaemonTest):
    def test_killed_in_the_middle_of_a_load_it_is_back_and_consistent(self):
        caller = threading.Thread(target=bus.busctl, daemon=True, args=(
            "call", bus.NAME, bus.PATH, bus.MANAGER, "Load", "sasa{sv}", "mk_slow", "1", "ms=3000",
            "0"), kwargs={"check": False})
        caller.start()
        system.until(lambda: system.sysfs("mk_slow", "initstate") == "coming", "mk_slow to begin")
        killed = bus.main_pid()
        os.kill(killed, signal.SIGKILL)
        system.until(lambda: bus.main_pid() not in (0, killed) and bus.is_owned(), "its restart")
        caller.join()
        system.until(lambda: system.sysfs("mk_slow", "initstate") == "live", "the load to end")
        path = str(bus.proxy().GetModule("mk_slow"))
        system.until(lambda: bus.properties(path)["State"] == "live", "the state to follow")
        listed = {str(entry["name"]) for entry in bus.proxy().ListModules()}
        self.assertEqual(listed, set(system.proc_modules()))
        bus.unload("mk_slow")
        bus.load("mk_base")
        self.assertFalse(system.is_loaded("mk_slow"))

    def test_a_restart_tells_of_nothing(self):
        bus.load("mk_base")
        with bus.Monitor() as monitor:
            system.run("systemctl", "restart", bus.UNIT)
            bus.load("mk_slow")
            monitor.signal("ModuleLoaded", "mk_slow")
            told = [message for message in monitor.messages
                    if message.get("member") in ("ModuleUnloaded", "ModuleFailed")]
            self.assertEqual(told, [])
        self.assertTrue(system.is_loaded("mk_base"))

    @unittest.skipIf("MK_SANITIZED" in os.environ, "it has what ASan notes beside it")
    def test_its_memory_is_small(self):
        status = pathlib.Path(f"/proc/{bus.main_pid()}/status").read_text()
        resident = int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))
        print(f"# the daemon at rest: {resident} kB resident")
        self.assertLess(resident, 16 * 1024)


def a_built_in_module():
    listed = pathlib.Path(f"/lib/modules/{os.uname().release}/modules.builtin").read_text()
    return pathlib.PurePath(listed.splitlines()[0]).stem


def members(node, interface):
    """Methods, signals and properties of an interface with their types, as a set."""
    found = set()
    for member in node.find(f"interface[@name='{interface}']"):
        if member.tag in ("method", "signal", "property"):
            arguments = tuple((argument.get("type"), argument.get("direction", "out"))
                              for argument in member.findall("arg"))
            found.add((member.tag, member.get("name"), member.get("type"), member.get("access"),
                       arguments))
    return found
