# SPDX-License-Identifier: GPL-2.0-only
"""A user who means ill, and files that are a trap: the daemon goes on answering everybody."""

import ctypes
import gzip
import os
import pathlib
import subprocess
import sys
import time

import dbus

from lib import bus, session, system
from lib.service import ServiceTest

PATIENCE = 120  # seconds; nothing may take so long, how long it takes is printed
ANSWERS = 200
USERS = ("ordinary", "average")
# Of each user; MK_CONNECTIONS chooses another number, the bus allows 256.
CONNECTIONS = int(os.environ.get("MK_CONNECTIONS", "20"))
CALLS = 60  # on each connection
PACKED = int(os.environ.get("MK_PACKED", "20"))  # modules that are packed

# Asks for everything that everybody may ask for, and reads no answer. A second line: all were sent.
FLOOD = f"""
import dbus, dbus.bus, dbus.lowlevel, os, time
from dbus.bus import BusConnection
os.nice(10) # the daemon's time is what counts
def call(path, interface, member, *arguments, signature=""):
    message = dbus.lowlevel.MethodCallMessage("{bus.NAME}", path, interface, member)
    message.append(*arguments, signature=signature)
    message.set_no_reply(True)
    return message
calls = [
    lambda: call("{bus.PATH}", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"),
    lambda: call("{bus.PATH}", "{bus.NAME}.Configuration", "GetDrift"),
    lambda: call("{bus.PATH}", "{bus.MANAGER}", "ListModules"),
    lambda: call("{bus.PATH}", "{bus.MANAGER}", "Examine"),
    lambda: call("{bus.PATH}", "{bus.MANAGER}", "Plan", ["mk_user"], [], {{}}, signature="asasa{{sv}}"),
    lambda: call("{bus.PATH}/module/mk_5ftypes", "{bus.MODULE}", "GetFileInfo"),
    lambda: call("{bus.PATH}", "{bus.NAME}.Configuration", "GetParameters", "mk_types", signature="s"),
]
connections = [BusConnection(dbus.bus.BUS_SYSTEM) for _ in range({CONNECTIONS})]
print("begun", flush=True)
for index in range({CALLS}):
    for connection in connections:
        connection.send_message(calls[index % len(calls)]())
        connection.flush()
print("sent", flush=True)
time.sleep(3600)
"""

# Says how long each of its calls took, as somebody who asks now and then.
ASKING = f"""
import dbus, time
manager = dbus.Interface(dbus.SystemBus().get_object("{bus.NAME}", "{bus.PATH}", introspect=False),
                         "{bus.MANAGER}")
for _ in range(20):
    begun = time.monotonic()
    manager.ListModules(timeout={PATIENCE})
    print(time.monotonic() - begun)
"""


def seconds_of_ping():
    begun = time.monotonic()
    bus.proxy(interface="org.freedesktop.DBus.Peer").Ping(timeout=PATIENCE)
    return time.monotonic() - begun


def memory(name):
    """Of the daemon's control group, in bytes; None: there is no such figure."""
    group = system.run("systemctl", "show", "-P", "ControlGroup", bus.UNIT).stdout.strip()
    path = pathlib.Path(f"/sys/fs/cgroup{group}/{name}")
    text = path.read_text().strip() if path.exists() else "max"
    return None if text == "max" else int(text)


class HungFolder:
    """Where everybody who looks waits until they are killed: a FUSE file system without a server."""

    def __init__(self):
        system.modprobe("fuse")
        self.path = pathlib.Path("/mnt/hung")
        self.path.mkdir(exist_ok=True)
        self.fd = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={self.fd},rootmode=40000,user_id=0,group_id=0,allow_other"
        if system.libc.mount(b"hung", bytes(self.path), b"fuse", 0, options.encode()):
            raise OSError(ctypes.get_errno(), "mount")

    def close(self):
        os.close(self.fd)
        system.run("umount", "--lazy", self.path)


class Hostile(ServiceTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (*USERS, "other"):
            session.add_user(user)

    @classmethod
    def tearDownClass(cls):
        for user in (*USERS, "other"):
            session.remove_user(user)
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.pid = bus.main_pid()
        self.path = bus.load("mk_types")
        self.addCleanup(system.unload, "mk_types")
        self.file = system.ours("mk_types")
        whole = self.file.read_bytes()
        self.addCleanup(self.put_back, whole)

    def put_back(self, whole):
        self.file.unlink(missing_ok=True)
        self.file.write_bytes(whole)

    def refused(self):
        with self.assertRaises(dbus.DBusException) as refused:
            bus.file_info(self.path)
        self.assertEqual(bus.main_pid(), self.pid)
        return refused.exception

    def test_files_that_are_a_trap_are_refused(self):
        bomb = gzip.compress(bytes(256 << 20), 9)
        for content in (bomb, gzip.compress(bomb)):
            self.file.write_bytes(content)
            self.assertIn("BadFormat", self.refused().get_dbus_name())
        self.file.unlink()
        os.mkfifo(self.file)
        self.assertIn("BadFormat", self.refused().get_dbus_name())
        # What everybody asks for looks at none of them.
        self.assertEqual(bus.properties(self.path)["State"], "live")
        self.assertIn(self.path, bus.objects())

    def flood(self, user):
        flood = subprocess.Popen(["runuser", "-u", user, "--", sys.executable, "-c", FLOOD],
                                 stdout=subprocess.PIPE, text=True)
        self.addCleanup(flood.stdout.close)
        self.addCleanup(flood.wait)
        self.addCleanup(flood.terminate)  # which runuser passes on
        return flood

    def pack_modules(self):
        """Of the distribution, and loads them; their files have an end that is no module's."""
        folder = system.UPDATES.parent / "kernel"
        names = [path.stem for kind in ("fs/nls", "crypto", "net/netfilter")
                 for path in sorted((folder / kind).glob("*.ko"))]
        loaded = []
        for name in names:
            if len(loaded) == PACKED:
                break
            if system.run("modprobe", name, check=False).returncode == 0:
                loaded.append(name)
        self.addCleanup(system.run, "modprobe", "-r", "-a", *loaded, check=False)
        packed = gzip.compress(bytes(64 << 20), 9)
        for name in loaded:
            path = next(folder.rglob(f"{name.replace('_', '[-_]')}.ko"))
            whole = path.read_bytes()
            self.addCleanup(path.write_bytes, whole)
            path.write_bytes(packed)
        return loaded

    def test_users_who_ask_for_everything_keep_nobody_waiting(self):
        loaded = self.pack_modules()
        self.file.write_bytes(gzip.compress(bytes(256 << 20), 9))
        floods = [self.flood(user) for user in USERS]
        for flood in floods:
            self.assertEqual(flood.stdout.readline(), "begun\n")
        times = sorted(seconds_of_ping() for _ in range(ANSWERS))
        self.assertLess(times[-1], PATIENCE)
        print(f"{len(floods)} users, {len(loaded)} packed modules: "
              f"{CONNECTIONS * len(floods)} connections, "
              f"{CALLS * CONNECTIONS * len(floods)} calls; answers to root: median "
              f"{times[len(times) // 2] * 1000:.1f} ms, "
              f"p99.9 {times[int(len(times) * 0.999)] * 1000:.1f} ms")
        # Those who ask for little are served, whoever they are.
        said = session.run_as("other", sys.executable, "-c", ASKING)
        self.assertEqual(said.returncode, 0, said.stderr)
        times = sorted(float(line) for line in said.stdout.split())
        print(f"answers to another user: median {times[len(times) // 2] * 1000:.1f} ms, "
              f"at most {times[-1] * 1000:.1f} ms")
        self.assertEqual(bus.main_pid(), self.pid, "it was restarted")
        limit, peak = memory("memory.max"), memory("memory.peak") or memory("memory.current")
        if limit and peak:
            print(f"memory at most {peak >> 20} MiB of {limit >> 20} MiB")
            self.assertLess(peak, limit)
        # Somebody who may is served as ever.
        bus.load("mk_base")
        bus.unload("mk_base")

    def test_a_file_system_that_never_answers_keeps_only_its_own_callers(self):
        hung = HungFolder()
        self.addCleanup(hung.close)
        self.file.unlink()
        self.file.symlink_to(hung.path / "mk_types.ko")
        callers = [subprocess.Popen(["runuser", "-u", "ordinary", "--", "busctl", "call", bus.NAME,
                                     self.path, bus.MODULE, "GetFileInfo"],
                                    stderr=subprocess.PIPE, text=True) for _ in range(6)]
        for caller in callers:
            self.addCleanup(caller.stderr.close)
            self.addCleanup(caller.wait)
        # There is a place left for others.
        base = bus.load("mk_base")
        self.addCleanup(system.unload, "mk_base")
        self.assertTrue(bus.file_info(base))
        for caller in callers:
            self.assertRegex(caller.communicate(timeout=PATIENCE)[1],
                             "took too long|not started in time")
        self.assertEqual(bus.main_pid(), self.pid)
        self.assertTrue(bus.file_info(base))
