# SPDX-License-Identifier: GPL-2.0-only
"""A user who means ill, and files that are a trap: the daemon goes on answering everybody."""

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
ANSWERS = 400
CONNECTIONS = 100
# Of each kind on each connection: they are answered in turn, and slowly in an emulator.
CALLS = 1

# Asks for everything that everybody may ask for, and reads no answer.
FLOOD = f"""
import dbus, dbus.bus, dbus.lowlevel, time
from dbus.bus import BusConnection
def call(path, interface, member, *arguments, signature=""):
    message = dbus.lowlevel.MethodCallMessage("{bus.NAME}", path, interface, member)
    message.append(*arguments, signature=signature)
    message.set_no_reply(True)
    return message
calls = [
    lambda: call("{bus.PATH}", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"),
    lambda: call("{bus.PATH}", "{bus.NAME}.Configuration", "GetDrift"),
    lambda: call("{bus.PATH}", "{bus.MANAGER}", "ListModules"),
    lambda: call("{bus.PATH}", "{bus.MANAGER}", "Plan", ["mk_user"], [], {{}}, signature="asasa{{sv}}"),
    lambda: call("{bus.PATH}/module/mk_5ftypes", "{bus.MODULE}", "GetFileInfo"),
    lambda: call("{bus.PATH}", "{bus.NAME}.Configuration", "GetParameters", "mk_types", signature="s"),
]
connections = [BusConnection(dbus.bus.BUS_SYSTEM) for _ in range({CONNECTIONS})]
print("begun", flush=True)
for _ in range({CALLS}):
    for connection in connections:
        for made in calls:
            connection.send_message(made())
        connection.flush()
time.sleep(3600)
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


class Hostile(ServiceTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        session.add_user("ordinary")

    @classmethod
    def tearDownClass(cls):
        session.remove_user("ordinary")
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

    def test_a_user_who_asks_for_everything_ends_nothing(self):
        self.file.write_bytes(gzip.compress(bytes(256 << 20), 9))
        flood = subprocess.Popen(["runuser", "-u", "ordinary", "--", sys.executable, "-c", FLOOD],
                                 stdout=subprocess.PIPE, text=True)
        self.addCleanup(flood.stdout.close)
        self.addCleanup(flood.wait)
        self.addCleanup(flood.terminate)  # which runuser passes on
        self.assertEqual(flood.stdout.readline(), "begun\n")
        times = sorted(seconds_of_ping() for _ in range(ANSWERS))
        self.assertLess(times[-1], PATIENCE)
        print(f"answers while a user floods: median {times[len(times) // 2] * 1000:.1f} ms, "
              f"p99.9 {times[int(len(times) * 0.999)] * 1000:.1f} ms")
        self.assertEqual(bus.main_pid(), self.pid, "it was restarted")
        limit, peak = memory("memory.max"), memory("memory.peak") or memory("memory.current")
        if limit and peak:
            print(f"memory at most {peak >> 20} MiB of {limit >> 20} MiB")
            self.assertLess(peak, limit)
        # Somebody who may is served as ever.
        bus.load("mk_base")
        bus.unload("mk_base")
