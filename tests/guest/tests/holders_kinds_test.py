# SPDX-License-Identifier: GPL-2.0-only
"""Holders of every further kind by real means; what the product says frees the module."""

import ctypes
import os
import pathlib
import struct
import subprocess
import tempfile

from lib import system
from lib.holding import Holding, freed, held

SLEEP = "echo up && exec sleep 1000"


class FileSystems(Holding):
    def vfat(self):
        """Mounted at a folder, which is returned."""
        self.module("loop")
        file = tempfile.NamedTemporaryFile()
        self.addCleanup(file.close)
        file.truncate(4 << 20)
        system.run("mkfs.vfat", file.name)
        folder = tempfile.mkdtemp()
        self.addCleanup(os.rmdir, folder)
        system.run("mount", "-o", "loop,codepage=437,iocharset=iso8859-1", file.name, folder)
        self.addCleanup(system.run, "umount", "-l", folder, check=False)
        return folder

    def test_tables_of_characters(self):
        folder = self.vfat()
        for module in ("nls_cp437", "nls_iso8859_1"):
            if module in system.proc_modules():
                found, = held(module, "mount")
                self.assertEqual(found["mount_point"], folder)
        freed(self, "nls_cp437")

    def test_a_mount_that_is_in_use(self):
        folder = self.vfat()
        self.process("sh", "-c", f"cd {folder} && {SLEEP}")
        system.run("mount", "--bind", folder, "/mnt/share")
        found = held("vfat")
        self.assertEqual({one["mount_point"] for one in found if one["kind"] == "mount"},
                         {folder, "/mnt/share"})
        self.assertEqual([one["what"] for one in found if one["kind"] == "directory"], [folder])
        freed(self, "vfat")

    def test_a_mount_that_is_nowhere_any_more(self):
        for shell in ("cd {0}", "exec 5<{0}/file"):
            with self.subTest(shell):
                folder = self.vfat()
                pathlib.Path(folder, "file").write_text("")
                holder = self.process("sh", "-c", f"{shell.format(folder)} && {SLEEP}")
                system.run("umount", "-l", folder)
                self.assertEqual([one["pid"] for one in held("vfat")], [holder.pid])
                freed(self, "vfat")
                holder.wait()

    def test_a_disk_that_others_stand_on(self):
        self.module("loop")
        self.module("dm_mod")
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(8 << 20)
            loop = system.run("losetup", "-f", "--show", file.name).stdout.strip()
            system.run("dmsetup", "create", "mk-on", "--table", f"0 8192 linear {loop} 0")
            system.run("mkfs.vfat", "/dev/mapper/mk-on")
            folder = tempfile.mkdtemp()
            system.run("mount", "/dev/mapper/mk-on", folder)
            self.assertIn(folder, [one["mount_point"] for one in held("loop", "mount")])
            freed(self, "loop")


class Disks(Holding):
    def disk(self):
        self.module("null_blk", "nr_devices=1", "gb=1")
        return "/dev/nullb0"

    def test_targets_of_device_mapper(self):
        disk = self.disk()
        self.module("dm_mod")
        for module, table in (("dm_zero", "zero"), ("dm_delay", f"delay {disk} 0 0"),
                              ("dm_flakey", f"flakey {disk} 0 1 1"),
                              ("dm_snapshot", f"snapshot-origin {disk}")):
            with self.subTest(module):
                system.run("dmsetup", "create", "mk-test", "--table", f"0 2048 {table}")
                self.assertIn("mk-test", held(module, "disk")[0]["what"])
                held("dm_mod")
                freed(self, module)

    def test_an_encrypted_disk(self):
        disk = self.disk()
        key = "00" * 31 + "ff"
        system.run("dmsetup", "create", "mk-test", "--table",
                   f"0 2048 crypt aes-xts-plain64 {key} 0 {disk} 0")
        self.assertIn("mk-test", held("dm_crypt", "disk")[0]["what"])
        freed(self, "dm_crypt")

    def test_a_scheduler(self):
        self.disk()
        self.module("bfq")
        pathlib.Path("/sys/block/nullb0/queue/scheduler").write_text("bfq")
        self.assertEqual([one["through"] for one in held("bfq", "scheduler")],
                         ["of the requests of /dev/nullb0"])
        freed(self, "bfq")

    def test_what_was_set_up_in_configfs(self):
        self.module("null_blk", "nr_devices=0")
        if not os.path.ismount("/sys/kernel/config"):
            system.run("mount", "-t", "configfs", "configfs", "/sys/kernel/config")
        os.mkdir("/sys/kernel/config/nullb/mk")
        self.assertEqual([one["what"] for one in held("null_blk", "setting")],
                         ["/sys/kernel/config/nullb/mk"])
        freed(self, "null_blk")


class Devices(Holding):
    def test_a_watchdog(self):
        self.module("softdog")
        for name in ("watchdog", "watchdog0"):
            with self.subTest(name):
                holder = self.process("sh", "-c", f"exec 5>/dev/{name} && {SLEEP}")
                self.assertEqual({one["pid"] for one in held("softdog", "file")}, {holder.pid})
                freed(self, "softdog")
                holder.wait()

    def test_a_watchdog_that_nothing_has_open(self):
        self.module("softdog")
        holder = self.process("sh", "-c", f"exec 5>/dev/watchdog && {SLEEP}")
        holder.kill()
        holder.wait()
        self.assertEqual([one["what"] for one in held("softdog")], ["/dev/watchdog0"])
        freed(self, "softdog")

    def test_a_bus_of_another_module(self):
        self.module("i2c_dev")
        self.module("i2c_stub", "chip_addr=0x50")
        name = next(folder.name for folder in pathlib.Path("/sys/class/i2c-dev").iterdir()
                    if "stub" in (folder / "name").read_text())
        holder = self.process("sh", "-c", f"exec 5<>/dev/{name} && {SLEEP}")
        self.assertEqual([(one["what"], one["pid"]) for one in held("i2c_stub", "file")],
                         [(f"/dev/{name}", holder.pid)])
        freed(self, "i2c_stub")

    def test_flash_memory(self):
        self.module("mtdram")
        holder = self.process("sh", "-c", f"exec 5</dev/mtd0 && {SLEEP}")
        self.assertEqual([one["pid"] for one in held("mtdram", "file")], [holder.pid])
        freed(self, "mtdram")

    def test_a_terminal_with_a_line_discipline(self):
        module = self.module("n_hdlc")
        holder = self.process(
            "python3", "-c",
            "import fcntl, pty, struct, time; _, end = pty.openpty(); "
            "fcntl.ioctl(end, 0x5423, struct.pack('i', 13)); print('up', flush=True); "
            "time.sleep(1000)")
        self.assertEqual({one["pid"] for one in held(module, "file")}, {holder.pid})
        freed(self, module)

    def test_ones_that_are_inherited(self):
        """The file of a sound card that many have, and is one."""
        module = self.module("snd_dummy")
        with open("/dev/snd/controlC0", "rb") as card:
            heir = subprocess.Popen(["sleep", "1000"], pass_fds=[card.fileno()])
            self.addCleanup(heir.wait)
            self.addCleanup(heir.kill)
            again = os.dup(card.fileno())
            self.addCleanup(os.close, again)
            found = held(module, "file")
            self.assertEqual({one["pid"] for one in found}, {os.getpid(), heir.pid})
            self.assertEqual(sum(one["references"] for one in found), 1)


class Cryptography(Holding):
    def test_who_may_use_an_algorithm(self):
        self.module("md4")
        holder = self.process("python3", "-c",
                              "import socket, time; s = socket.socket(38, 5); "
                              "s.bind(('hash', 'md4')); print('up', flush=True); time.sleep(1000)")
        self.assertEqual([one["pid"] for one in held("md4", "socket")], [holder.pid])
        freed(self, "md4")


class Tracing(Holding):
    def bpf(self, command, size, *fields):
        """The system call bpf with these fields: (place, format, value)."""
        attributes = bytearray(size)
        for place, form, value in fields:
            struct.pack_into(form, attributes, place, value)
        buffer = (ctypes.c_char * size).from_buffer(attributes)
        fd = ctypes.CDLL(None, use_errno=True).syscall(system.BPF, command, buffer, size)
        self.assertGreaterEqual(fd, 0, os.strerror(ctypes.get_errno()))
        self.addCleanup(os.close, fd)
        return fd

    def test_a_program_of_bpf_on_a_tracepoint(self):
        module = self.module("nbd")
        code = ctypes.create_string_buffer(struct.pack("<QQ", 0xb7, 0x95))  # return 0
        licence = ctypes.create_string_buffer(b"GPL")
        name = ctypes.create_string_buffer(b"nbd_send_request")
        program = self.bpf(5, 128, (0, "<I", 17), (4, "<I", 2), (8, "<Q", ctypes.addressof(code)),
                           (16, "<Q", ctypes.addressof(licence)))
        self.bpf(17, 128, (0, "<Q", ctypes.addressof(name)), (8, "<I", program))
        found, = held(module, "bpf")
        self.assertEqual(found["pid"], os.getpid())
        self.doCleanups()

    def test_an_event_of_perf(self):
        module = self.module("nbd")
        number = int(pathlib.Path("/sys/kernel/tracing/events/nbd/nbd_send_request/id").read_text())
        attributes = struct.pack("<IIQ", 2, 112, number) + bytes(96)
        fd = ctypes.CDLL(None, use_errno=True).syscall(system.PERF_EVENT_OPEN, attributes, -1, 0, -1, 0)
        self.assertGreaterEqual(fd, 0, os.strerror(ctypes.get_errno()))
        self.addCleanup(os.close, fd)
        self.assertEqual([one["pid"] for one in held(module, "file")], [os.getpid()])
