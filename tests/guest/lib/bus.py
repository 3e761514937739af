# SPDX-License-Identifier: GPL-2.0-only
"""org.modkeeper1 on the system bus, as its users meet it."""

import json
import select
import subprocess
import time

import dbus

from lib import system

NAME = "org.modkeeper1"
PATH = "/org/modkeeper1"
MANAGER = "org.modkeeper1.Manager"
RECORDER = "org.modkeeper1.Recorder"
MODULE = "org.modkeeper1.Module"
POLICY = "org.modkeeper1.Policy"
UNIT = "modkeeperd.service"


def main_pid():
    return int(system.run("systemctl", "show", "-P", "MainPID", UNIT).stdout)


def is_owned():
    return dbus.SystemBus().name_has_owner(NAME)


def start():
    """Returns when the daemon has said that it is ready."""
    system.run("systemctl", "start", UNIT)


def stop():
    system.run("systemctl", "stop", UNIT)


def proxy(path=PATH, interface=MANAGER):
    return dbus.Interface(dbus.SystemBus().get_object(NAME, path, introspect=False), interface)


def load(name, *parameters, timeout=120, **options):
    """The object's path; dbus.DBusException with a name when it fails."""
    return str(proxy().Load(name, dbus.Array(parameters, signature="s"),
                            dbus.Dictionary({key.replace("_", "-"): value
                                             for key, value in options.items()}, signature="sv"),
                            timeout=timeout))


def unload(name, timeout=120, **options):
    proxy().Unload(name, dbus.Dictionary(options, signature="sv"), timeout=timeout)


def properties(path, interface=MODULE):
    return dict(proxy(path, "org.freedesktop.DBus.Properties").GetAll(interface))


def file_info(path):
    return dict(proxy(path, MODULE).GetFileInfo(timeout=120))


def manager():
    return properties(PATH, MANAGER)


def objects():
    return proxy(interface="org.freedesktop.DBus.ObjectManager").GetManagedObjects()


def busctl(*words, check=True):
    return system.run("busctl", "--json=short", *words, check=check)


class Monitor:
    """What `busctl monitor` shows of the daemon while it is open."""

    def __enter__(self):
        self.process = subprocess.Popen(["busctl", "--json=short", "monitor", NAME],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.pending = b""
        self.messages = []
        # A message of our own shows that it listens.
        for _ in range(600):
            proxy(interface="org.freedesktop.DBus.Peer").Ping()
            if self._read(0.1):
                self.messages.clear()
                return self
        raise AssertionError("busctl monitor shows nothing")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def _read(self, seconds):
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            return False
        data = self.process.stdout.read1()
        assert data, "busctl monitor ended"
        *lines, self.pending = (self.pending + data).split(b"\n")
        self.messages += [json.loads(line) for line in lines]
        return True

    def signal(self, member, first=None, seconds=60):
        """The arguments of the next signal with this name (and first argument)."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for index, message in enumerate(self.messages):
                arguments = message.get("payload", {}).get("data", [])
                if message.get("member") == member and first in (None, *arguments[:1]):
                    del self.messages[:index + 1]
                    return arguments
            self._read(1)
        raise AssertionError(f"no signal {member} {first or ''} within {seconds} s")
