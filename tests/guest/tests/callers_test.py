# SPDX-License-Identifier: GPL-2.0-only
"""Where a caller was, as the driver records it: its right to load modules, its namespaces, its control
group."""

import errno
import os
import pathlib

from lib import system, uapi
from lib.device import Device
from lib.driver import DriverTest
from lib.groups import GROUPS, group, run_in

BASE = system.ours("mk_base")
NOBODY = uapi.CLIENT_OF.pack(0, 0, 0, 0, b"", b"")
SPACES = ("user", "pid", "mnt")


def own_group():
    unified, = (line for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines()
                if line.startswith("0::"))
    return unified[3:]


def place_of(record):
    return record.user_namespace, record.pid_namespace, record.mount_namespace


class Callers(DriverTest):
    def setUp(self):
        self.spaces = tuple(os.stat(f"/proc/self/ns/{space}").st_ino for space in SPACES)

    def tearDown(self):
        system.run("ip", "link", "delete", "dummy0", check=False)
        system.unload("dummy")
        super().tearDown()

    def test_a_load_and_an_unload_tell_where_they_came_from(self):
        reader = self.reader()
        system.insmod(BASE)
        system.rmmod("mk_base")
        records = [record for record in reader.drain() if record.module == "mk_base"]
        self.assertEqual([record.kind for record in records],
                         [uapi.LOAD_BEGIN, uapi.LOAD_LIVE, uapi.UNLOAD])
        for record in records:
            self.assertEqual(place_of(record), self.spaces)
            self.assertEqual(record.cgroup, own_group())
            self.assertEqual(record.capability, uapi.CAPABILITY_HELD)

    def test_root_of_a_user_namespace_has_the_capability_only_there(self):
        reader = self.reader()
        system.run("unshare", "-Ur", "--mount", "--pid", "--fork", "insmod", BASE, check=False)
        failed, = self.told(reader, uapi.LOAD_FAILED)
        self.assertEqual(failed.error, errno.EPERM)
        self.assertEqual(failed.capability, uapi.CAPABILITY_OWN_NAMESPACE)
        self.assertEqual(failed.cgroup, own_group())
        self.assertEqual(failed.flags & uapi.ANYBODY, uapi.ANYBODY)
        for number, outer in zip(place_of(failed), self.spaces):
            self.assertNotIn(number, (0, outer))

    def test_namespaces_are_those_that_proc_shows(self):
        reader = self.reader()
        done = system.run("unshare", "-Ur", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c",
                          'for space in user pid mnt; do stat -Lc %i /proc/self/ns/$space; done; '
                          'insmod "$0"', BASE, check=False)
        failed, = self.told(reader, uapi.LOAD_FAILED)
        self.assertEqual(place_of(failed), tuple(int(number) for number in done.stdout.split()))

    def test_root_without_the_capability(self):
        reader = self.reader()
        system.run("setpriv", "--bounding-set=-sys_module", "--inh-caps=-sys_module", "insmod", BASE,
                   check=False)
        failed, = self.told(reader, uapi.LOAD_FAILED)
        self.assertEqual((failed.error, failed.uid), (errno.EPERM, 0))
        self.assertEqual(failed.capability, uapi.CAPABILITY_MISSING)
        self.assertEqual(place_of(failed), self.spaces)

    def test_a_refused_unload(self):
        system.insmod(BASE)
        reader = self.reader()
        for command, capability in (
                (("rmmod",), uapi.CAPABILITY_HELD),
                (("unshare", "-Ur", "rmmod"), uapi.CAPABILITY_OWN_NAMESPACE),
                (("setpriv", "--bounding-set=-sys_module", "--inh-caps=-sys_module", "rmmod"),
                 uapi.CAPABILITY_MISSING)):
            name = "mk_never" if capability == uapi.CAPABILITY_HELD else "mk_base"
            pid = os.fork()
            if pid == 0:
                if command[0] == "rmmod":
                    os._exit(system.delete_error(name))
                os.execvp(command[0], (*command, name))
            os.waitpid(pid, 0)
            refused, = self.told(reader, uapi.UNLOAD_REFUSED)
            self.assertEqual((refused.capability, refused.cgroup), (capability, own_group()))
            self.assertEqual(refused.mount_namespace, self.spaces[2])
            self.assertEqual(refused.user_namespace == self.spaces[0],
                             capability != uapi.CAPABILITY_OWN_NAMESPACE)

    # ---- for whom a process says that it acts ----

    @staticmethod
    def state(client):
        """No file stays open for it."""
        with Device() as device:
            device.ioctl(uapi.IOC_CLIENT, client)

    def test_records_name_the_client_of_the_process(self):
        reader = self.reader()
        client = uapi.CLIENT_OF.pack(812, 1000, 1001, 0, b"busctl", b"/user.slice/session-3.scope")
        self.state(client)
        self.addCleanup(self.state, NOBODY)
        self.assertEqual(system.load_error(BASE), 0)
        self.assertEqual(system.load_error(BASE), errno.EEXIST)
        self.assertNotEqual(system.delete_error("mk_never"), 0)
        self.assertEqual(system.delete_error("mk_base"), 0)
        # of a process that it has started
        system.run("insmod", BASE)
        records = [record for record in reader.drain() if record.kind != uapi.TOOL_FAILED]
        self.assertEqual([record.kind for record in records],
                         [uapi.LOAD_BEGIN, uapi.LOAD_LIVE, uapi.LOAD_FAILED, uapi.UNLOAD_REFUSED,
                          uapi.UNLOAD, uapi.LOAD_BEGIN, uapi.LOAD_LIVE])
        for record in records[:5]:
            self.assertEqual((record.client_pid, record.client_uid, record.client_loginuid,
                              record.client_comm, record.client_cgroup),
                             (812, 1000, 1001, "busctl", "/user.slice/session-3.scope"))
        for record in records[5:]:
            self.assertEqual((record.client_pid, record.client_comm, record.client_cgroup),
                             (0, "", ""))
        self.state(NOBODY)
        self.assertEqual(system.delete_error("mk_base"), 0)
        unload, = self.told(reader, uapi.UNLOAD)
        self.assertEqual((unload.client_pid, unload.client_cgroup), (0, ""))

    def test_a_control_group_is_told_by_its_path(self):
        reader = self.reader()
        with group(GROUPS / "machine.slice/machine-web.scope/payload") as path:
            run_in(path, "insmod", BASE)
            run_in(path, "setpriv", "--reuid=65534", "--clear-groups", "insmod", BASE, check=False)
        # of the last, the kernel did not get to the name
        records = reader.drain()
        self.assertEqual([record.kind for record in records],
                         [uapi.LOAD_BEGIN, uapi.LOAD_LIVE, uapi.LOAD_FAILED])
        for record in records:
            self.assertEqual(record.cgroup, "/machine.slice/machine-web.scope/payload")
            self.assertEqual(record.flags & uapi.TRUNCATED, 0)

    def test_of_a_deep_control_group_the_beginning_is_told(self):
        reader = self.reader()
        path = GROUPS / "mk-outer"
        for depth in range(6):
            path = path / (f"{depth}" * 60)
        with group(path):
            run_in(path, "insmod", BASE)
        live, = self.told(reader, uapi.LOAD_LIVE, module="mk_base")
        self.assertEqual(live.cgroup, str(path).removeprefix(str(GROUPS))[:255])
        self.assertEqual(live.flags & uapi.TRUNCATED, uapi.TRUNCATED)

    def test_a_request_tells_where_it_was_made_and_not_where_it_is_served(self):
        reader = self.reader()
        with group(GROUPS / "mk-asks.scope") as path:
            run_in(path, "ip", "link", "add", "type", "dummy")
        records = reader.drain()
        request, = (record for record in records if record.kind == uapi.REQUEST)
        self.assertEqual((request.cgroup, place_of(request)), ("/mk-asks.scope", self.spaces))
        live, = (record for record in records if record.kind == uapi.LOAD_LIVE)
        self.assertEqual(live.request_sequence, request.sequence)
        self.assertNotEqual(live.cgroup, "/mk-asks.scope")
        self.assertEqual(live.capability, uapi.CAPABILITY_HELD)
