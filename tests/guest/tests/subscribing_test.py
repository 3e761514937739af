# SPDX-License-Identifier: GPL-2.0-only
"""Events for those who subscribe, beside what the device tells of the same."""

import errno
import os
import pathlib
import socket
import subprocess
import time

from lib import system, uapi
from lib.driver import DriverTest
from lib.genl import Netlink, Refused

NOT_TOLD = {"size", "reserved"}

# says how many it has joined and then, after a line, what it was told there
WAITS_IN_EVERY_GROUP = """
import socket, sys
sockets = []
for group in range(1, 257):
    waiting = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
    waiting.setblocking(False)
    try:
        waiting.bind((0, 0))
        waiting.setsockopt(270, 1, group)
        sockets.append(waiting)
    except OSError:
        pass
print(len(sockets), flush=True)
sys.stdin.readline()
for waiting in sockets:
    try:
        while True:
            print(waiting.recv(1 << 18).hex(), end="")
    except OSError:
        pass
"""


def as_event(record):
    """A record of the device as a subscriber should be told of it."""
    event = {name: value for name, value in vars(record).items() if name not in NOT_TOLD}
    header = ("sequence", "kind", "flags", "cpu", "boottime", "realtime", "pid", "tgid", "uid",
              "loginuid", "comm")
    event = {name: value for name, value in event.items() if value or name in header
             or (name == "kernel_lines" and value is not None)}
    event["used_by"] = uapi.names(event.get("used_by", ""))
    return event


def is_mark(text):
    return lambda event: event["kind"] == uapi.MARK and event["text"] == text


class Subscribing(DriverTest):
    parameters = ("ring_kb=128", "track_refs=1")

    def setUp(self):
        self.netlink = Netlink()
        self.addCleanup(self.netlink.__exit__)
        self.marker = os.open("/dev/modkeeper", os.O_WRONLY)
        self.addCleanup(lambda: os.close(self.marker))

    def subscribe(self):
        time.sleep(1)  # what came a moment before may be told
        self.netlink.subscribe()

    def mark(self, text):
        os.write(self.marker, text.encode())

    def told_until(self, text):
        return [event for burst in self.netlink.events(is_mark(text)) for event in burst]

    def test_everything_is_told_as_on_the_device(self):
        device = self.reader()
        self.subscribe()
        self.mark("first")
        system.modprobe("mk_user")
        self.assertEqual(system.delete_error("mk_base"), errno.EAGAIN)
        system.insmod(system.ours("mk_types"), "an_int=3")
        pathlib.Path("/sys/module/mk_types/parameters/an_int").write_text("17")
        system.run("insmod", system.ours("mk_fail"), "error=5", check=False)
        system.run("modprobe", "-r", "mk_user")
        self.mark("last")
        told = self.told_until("last")
        expected = {record.sequence: as_event(record) for record in device.drain()}
        first, last = told[0]["sequence"], told[-1]["sequence"]
        self.assertEqual([event["sequence"] for event in told], list(range(first, last + 1)))
        for event in told:
            self.assertEqual(event, expected[event["sequence"]])
        kinds = {event["kind"] for event in told}
        self.assertLessEqual({uapi.LOAD_BEGIN, uapi.LOAD_LIVE, uapi.LOAD_FAILED, uapi.UNLOAD,
                              uapi.MARK}, kinds)
        if device.info()["features"] & uapi.FEATURE_CALLS:
            self.assertIn(uapi.UNLOAD_REFUSED, kinds)
        if device.info()["features"] & uapi.FEATURE_PARAMETERS:
            self.assertIn(uapi.PARAMETER, kinds)
        if device.info()["features"] & uapi.FEATURE_REFERENCES:
            self.assertIn(uapi.REFERENCE, kinds)

    def test_nothing_is_told_of_what_was_before(self):
        self.mark("before")
        self.subscribe()
        self.mark("after")
        told = self.told_until("after")
        self.assertEqual([event["text"] for event in told], ["after"])

    def test_a_burst_comes_in_few_datagrams(self):
        self.subscribe()
        for number in range(100):
            self.mark(f"mark {number}")
        bursts = self.netlink.events(is_mark("mark 99"))
        events = [event for burst in bursts for event in burst]
        self.assertEqual([event["text"] for event in events], [f"mark {n}" for n in range(100)])
        self.assertLess(len(bursts), 50)

    def test_every_subscriber_is_told(self):
        other = Netlink()
        self.addCleanup(other.__exit__)
        self.subscribe()
        other.subscribe()
        self.mark("for both")
        for listener in (self.netlink, other):
            listener.events(is_mark("for both"))

    def test_who_is_too_slow_is_told_and_finds_what_is_missing(self):
        self.subscribe()
        self.netlink.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        device = self.reader()
        for number in range(1000):
            self.mark(f"mark {number} {'x' * 200}")
        system.until(self.overrun, "an overrun")
        told = system.until(self.told_again, "what comes after it")
        self.assertEqual(told[-1]["sequence"], device.stats()["produced"])

    def told_again(self):
        self.empty()
        self.mark("again")
        try:
            return self.told_until("again")
        except OSError as error:  # some of the burst was still to come
            self.assertEqual(error.errno, errno.ENOBUFS)
            return None

    def overrun(self):
        self.netlink.socket.settimeout(5)
        try:
            self.netlink.socket.recv(1 << 18)
        except OSError as error:
            return error.errno == errno.ENOBUFS
        return False

    def empty(self):
        """Until then the kernel lets nothing more in."""
        self.netlink.socket.setblocking(False)
        while True:
            try:
                self.netlink.socket.recv(1 << 18)
            except BlockingIOError:
                return
            except OSError as error:
                self.assertEqual(error.errno, errno.ENOBUFS)

    def test_who_was_overtaken_is_told_how_many_are_lost(self):
        """More at once than the ring holds, while the one who tells has no turn."""
        self.subscribe()
        self.netlink.socket.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
        line = ("x" * 500).encode()
        for _ in range(2000):
            os.write(self.marker, line)
        self.mark("end")
        following = None
        for event in self.told_until("end"):
            if following is not None:
                self.assertEqual(event["sequence"], following)
            following = event["sequence"] + event.get("count", 1)

    def as_nobody(self, program, *arguments):
        """What a program of ours says to an ordinary user, with the sockets of this process."""
        script = "import sys; sys.path.insert(0, '/mnt/tests'); from lib.genl import *\n" + program
        return subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--",
                               "/usr/bin/python3", "-c", script, *arguments], check=True, text=True,
                              stdout=subprocess.PIPE, close_fds=False).stdout.strip()

    def test_subscribing_is_not_for_everybody(self):
        said = self.as_nobody("try: Netlink().subscribe()\n"
                              "except Refused as refused: print(refused.errno, refused.message)")
        self.assertEqual(said, f"{errno.EPERM} to be told of events takes CAP_SYS_ADMIN")

    def test_a_socket_that_was_handed_on_does_not_help(self):
        os.set_inheritable(self.netlink.socket.fileno(), True)
        said = self.as_nobody("netlink = Netlink(socket.socket(fileno=int(sys.argv[1])))\n"
                              "try: netlink.subscribe()\n"
                              "except Refused as refused: print(refused.errno)",
                              str(self.netlink.socket.fileno()))
        self.assertEqual(said, str(errno.EPERM))

    def test_there_is_no_group_to_join(self):
        self.assertFalse(self.netlink.has_groups())

    def test_who_waits_in_every_group_is_told_nothing(self):
        """Also of numbers that are no group's yet: the driver comes when somebody waits there."""
        os.close(self.marker)
        system.unload("modkeeper")
        waiting = subprocess.Popen(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--",
             "/usr/bin/python3", "-c", WAITS_IN_EVERY_GROUP], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        self.addCleanup(waiting.communicate)
        self.assertGreater(int(waiting.stdout.readline()), 0)
        system.insmod(system.DRIVER, *self.parameters)
        self.marker = os.open("/dev/modkeeper", os.O_WRONLY)
        self.subscribe()
        self.mark("confidential")
        self.told_until("confidential")
        self.assertNotIn(b"confidential", bytes.fromhex(waiting.communicate("\n")[0].strip()))

    def test_the_port_of_a_subscriber_that_is_gone_is_nobody(self):
        other = Netlink()
        other.subscribe()
        port = other.socket.getsockname()
        other.socket.close()
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16) as next_one:
            next_one.bind(port)
            self.subscribe()
            self.mark("not for it")
            self.told_until("not for it")
            next_one.setblocking(False)
            self.assertRaises(BlockingIOError, next_one.recv, 4096)

    def test_who_unsubscribes_is_told_no_more(self):
        other = Netlink()
        self.addCleanup(other.__exit__)
        other.subscribe()
        self.subscribe()
        other.unsubscribe()
        with self.assertRaises(Refused) as refused:
            other.unsubscribe()
        self.assertEqual(refused.exception.errno, errno.ENOENT)
        self.mark("not for the other")
        self.told_until("not for the other")
        other.socket.setblocking(False)
        self.assertRaises(BlockingIOError, other.socket.recv, 4096)

    def test_the_driver_can_go_while_somebody_is_subscribed(self):
        self.subscribe()
        os.close(self.marker)
        system.unload("modkeeper")
        system.insmod(system.DRIVER, *self.parameters)
        self.marker = os.open("/dev/modkeeper", os.O_WRONLY)
        other = Netlink()
        self.addCleanup(other.__exit__)
        other.subscribe()
        self.mark("of the next one")
        other.events(is_mark("of the next one"))
