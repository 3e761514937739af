# SPDX-License-Identifier: GPL-2.0-only
"""Users, and sessions of theirs as logind knows them: at the machine's screen or behind another."""

import os
import pathlib
import pwd
import sys

import dbus

from lib import system


def add_user(name, *groups):
    system.run("useradd", "--create-home", *(["--groups", ",".join(groups)] if groups else []), name)


def remove_user(name):
    system.run("loginctl", "terminate-user", name, check=False)
    system.until(lambda: not system.run("userdel", "--remove", name, check=False).returncode,
                 f"the processes of {name} to end")


def run_as(user, *command):
    """Without a session, as a service or cron does."""
    return system.run("runuser", "-u", user, "--", *command, check=False)


def run_in_session(user, terminal, *command):
    """In a new session on that virtual terminal; the one in front is active. Ends with the command."""
    return system.run(sys.executable, "-m", "lib.session", user, terminal, *command, check=False,
                      cwd=pathlib.Path(__file__).parents[1])


def enter(user, terminal):
    """This process becomes the user's, in a new session that lasts as long as it does."""
    account = pwd.getpwnam(user)
    manager = dbus.Interface(
        dbus.SystemBus().get_object("org.freedesktop.login1", "/org/freedesktop/login1"),
        "org.freedesktop.login1.Manager")
    answer = manager.CreateSession(
        dbus.UInt32(account.pw_uid), dbus.UInt32(os.getpid()), "tests", "tty", "user", "", "seat0",
        dbus.UInt32(terminal), f"tty{terminal}", "", False, "", "",
        dbus.Array([], signature="(sv)"))
    os.set_inheritable(answer[3].take(), True)
    os.initgroups(user, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def terminal_in_front():
    with open("/sys/class/tty/tty0/active", encoding="ascii") as file:
        return int(file.read().strip().removeprefix("tty"))


if __name__ == "__main__":
    enter(sys.argv[1], int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])
