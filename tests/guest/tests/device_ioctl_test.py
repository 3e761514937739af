# SPDX-License-Identifier: GPL-2.0-only
"""What an open device can be asked for: records of some kinds and names, marks, holders."""

import errno
import os
import socket
import threading

from lib import system, uapi
from lib.driver import DriverTest
from lib.mapping import map_and_close


class Filters(DriverTest):
    def test_names_and_kinds_are_held_back(self):
        device = self.device()
        device.seek_new()
        device.filter(1 << uapi.LOAD_LIVE | 1 << uapi.UNLOAD, b"mk-b[a-c]*")
        system.modprobe("mk_user")
        system.unload("mk_user")
        system.unload("mk_base")
        self.assertEqual([(kind, name) for kind, _, name in device.heads()],
                         [(uapi.LOAD_LIVE, "mk_base"), (uapi.UNLOAD, "mk_base")])

    def test_poll_and_read_wait_for_what_passes(self):
        device = self.device(flags=0)
        device.seek_new()
        device.filter(0, b"mk_user")
        woken = []
        waiting = threading.Thread(target=lambda: woken.extend(uapi.heads(os.read(device.fd, 65536))),
                                   daemon=True)
        waiting.start()
        other = self.device()
        other.seek_new()
        other.filter(0, b"mk_user")
        system.insmod(system.ours("mk_base"))
        self.assertFalse(other.readable())
        self.assertTrue(waiting.is_alive())
        system.insmod(system.ours("mk_user"))
        waiting.join()
        self.assertEqual({name for _, _, name in woken}, {"mk_user"})
        self.assertTrue(other.readable())

    def test_filters_that_make_no_sense_are_einval(self):
        device = self.device()
        for arguments in ((1, b""), (1 << 40, b""), (0, b"["), (0, b"x" * 64), (0, b"", 1)):
            with self.assertRaises(OSError) as refused:
                device.filter(*arguments)
            self.assertEqual(refused.exception.errno, errno.EINVAL, arguments)


class Marks(DriverTest):
    def setUp(self):
        self.writer = os.open("/dev/modkeeper", os.O_WRONLY)
        self.addCleanup(os.close, self.writer)

    def test_a_mark_is_found_again(self):
        device = self.device()
        self.assertEqual(os.write(self.writer, b"rollout 7\n"), 10)
        system.insmod(system.ours("mk_base"))
        self.assertEqual([name for kind, _, name in device.heads() if kind == uapi.MARK],
                         ["rollout 7"])
        os.lseek(device.fd, 0, os.SEEK_DATA)
        self.assertTrue(all(kind != uapi.MARK for kind, _, name in device.heads()))
        os.lseek(device.fd, 0, os.SEEK_DATA)
        self.assertIn("mk_base", [name for _, _, name in device.heads()])

    def test_what_is_no_line_is_refused(self):
        for line, number in ((b"", errno.EINVAL), (b"\n", errno.EINVAL), (b"a\0", errno.EINVAL),
                             (b"a\nb", errno.EINVAL), (b"x" * (uapi.MARK_MAX + 1), errno.EMSGSIZE)):
            with self.assertRaises(OSError) as refused:
                os.write(self.writer, line)
            self.assertEqual(refused.exception.errno, number, line)

    def test_marks_are_for_cap_sys_module(self):
        script = "import os; os.write(os.open('/dev/modkeeper', os.O_WRONLY), b'mark')"
        said = system.run("setpriv", "--bounding-set", "-sys_module", "sh", "-c",
                          f'/usr/bin/python3 -c "{script}" 2>&1 || true').stdout
        self.assertIn("Operation not permitted", said)


class Holders(DriverTest):
    def test_an_open_device_is_found(self):
        device = self.device()
        mine = [one for one in device.holders("modkeeper") if one.fd == device.fd]
        self.assertEqual([(one.kind, one.tgid, one.name) for one in mine],
                         [(uapi.HOLDER_FILE, os.getpid(), "/dev/modkeeper")])
        self.assertEqual((mine[0].node[0], mine[0].references), (10, 1))
        self.assertEqual(mine[0].inode, os.stat("/dev/modkeeper").st_ino)

    def test_users_of_a_module_are_found(self):
        system.modprobe("mk_user")
        self.assertEqual([(one.kind, one.name) for one in self.device().holders("mk-base")],
                         [(uapi.HOLDER_MODULE, "mk_user")])

    def test_a_socket_is_found(self):
        with socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET) as alg:
            found = [one for one in self.device().holders("af_alg") if one.kind == uapi.HOLDER_FILE]
            self.assertEqual([(one.tgid, one.fd) for one in found], [(os.getpid(), alg.fileno())])
            # of its family and of its protocol
            self.assertEqual(found[0].references, 2)

    def test_a_mapping_is_found_after_its_file_is_closed(self):
        system.modprobe("mk_map")
        self.addCleanup(system.unload, "mk_map")
        map_and_close("/dev/mk_map", self)
        found = self.device().holders("mk_map")
        self.assertEqual([(one.kind, one.tgid, one.fd, one.name, one.references) for one in found],
                         [(uapi.HOLDER_MAPPING, os.getpid(), -1, "/dev/mk_map", 1)])

    def test_a_file_of_a_file_system_is_found(self):
        with open("/etc/hostname", encoding="utf-8"):
            with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
                kind = next(line.split(" - ")[1].split()[0] for line in mounts
                            if line.split()[4] == "/")
            if kind not in system.proc_modules():
                self.skipTest(f"{kind} is no module here")
            self.assertIn(os.getpid(), [one.tgid for one in self.device().holders(kind)])

    def test_files_of_given_devices_are_found(self):
        null = (uapi.NODE_CHARACTER, 1, 3)
        with open("/dev/null", "rb") as file:
            found = [(one.kind, one.fd, one.node, one.references)
                     for one in self.device().holders("modkeeper", null, (uapi.NODE_CHARACTER, 1, 5))
                     if one.tgid == os.getpid() and one.kind == uapi.HOLDER_NODE]
            self.assertIn((uapi.HOLDER_NODE, file.fileno(), (1, 3), 0), found)
            path = os.open("/dev/null", os.O_PATH)  # which opens no device
            self.addCleanup(os.close, path)
            self.assertNotIn(path, [one.fd for one in self.device().holders("modkeeper", null)])
        self.assertNotIn(uapi.HOLDER_NODE,
                         [one.kind for one in self.device().holders("modkeeper", (2, 1, 3))])
        with self.assertRaises(OSError) as refused:
            self.device().holders("modkeeper", null, null)
        self.assertEqual(refused.exception.errno, errno.EINVAL)

    def test_holders_are_for_cap_sys_ptrace(self):
        script = ("import sys; sys.path.insert(0, '/mnt/tests'); from lib.device import Device; "
                  "Device().holders('modkeeper')")
        done = system.run("setpriv", "--bounding-set", "-sys_ptrace", "sh", "-c",
                          f'/usr/bin/python3 -c "{script}" 2>&1 || true').stdout
        self.assertIn("Operation not permitted", done)

    def test_a_module_never_seen_is_enoent(self):
        with self.assertRaises(OSError) as refused:
            self.device().holders("never_seen")
        self.assertEqual(refused.exception.errno, errno.ENOENT)
