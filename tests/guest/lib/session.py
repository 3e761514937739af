# SPDX-License-Identifier: GPL-2.0-only
"""Users, and sessions of theirs as logind knows them: at the machine's screen or behind another."""

import os
import pwd
import subprocess

import dbus

from lib import system


def add_user(name, *groups):
    system.run("useradd", "--create-home", *(["--groups", ",".join(groups)] if groups else []), name)


def remove_user(name):
    system.run("userdel", "--remove", name)


def run_as(user, *command):
    """Without a session, as a service or cron does."""
    return system.run("runuser", "-u", user, "--", *command, check=False)


def run_in_session(user, terminal, *command):
    """In a new session on that virtual terminal; the one in front is active. Ends with the command."""
    account = pwd.getpwnam(user)

    def enter():
        manager = dbus.Interface(
            dbus.SystemBus(private=True).get_object("org.freedesktop.login1",
                                                    "/org/freedesktop/login1"),
            "org.freedesktop.login1.Manager")
        answer = manager.CreateSession(
            dbus.UInt32(account.pw_uid), dbus.UInt32(os.getpid()), "tests", "tty", "user", "",
            "seat0", dbus.UInt32(terminal), f"tty{terminal}", "", False, "", "",
            dbus.Array([], signature="(sv)"))
        # the session lasts as long as this is open
        os.set_inheritable(os.dup(answer[4].take()), True)
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)

    return subprocess.run(command, capture_output=True, text=True, check=False, close_fds=False,
                          stdin=subprocess.DEVNULL, timeout=120, preexec_fn=enter)


def terminal_in_front():
    with open("/sys/class/tty/tty0/active", encoding="ascii") as file:
        return int(file.read().strip().removeprefix("tty"))
