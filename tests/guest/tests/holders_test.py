# SPDX-License-Identifier: GPL-2.0-only
"""What keeps a module loaded: real holders of every kind, and that all references are explained."""

import json
import os
import pathlib
import socket
import subprocess
import tempfile

from lib import system
from lib.command import BUSY, NOT_FOUND, NOTHING_TO_DO, modkeeper
from lib.holders import held
from lib.mapping import map_and_close
from lib.service import ServiceTest


def line_of(module, kind):
    """The words of the line of that kind for people."""
    lines = [line.split(maxsplit=1) for line in modkeeper("holders", module).stdout.splitlines()]
    return next(rest for word, rest in lines if word == kind)


class Holding(ServiceTest):
    def setUp(self):
        self.addCleanup(self.unload)
        self.modules = []

    def unload(self):
        system.unload(*reversed(self.modules))

    def module(self, name, *parameters):
        """Loads it for this test; False: this kernel has none."""
        if not system.is_loaded(name):
            if system.run("modprobe", "-n", name, check=False).returncode:
                self.skipTest(f"this kernel has no module {name}")
            system.modprobe(name, *parameters)
            self.modules.append(name)
        return name

    def disk(self, megabytes=64):
        """A disk in memory, /dev/zram0."""
        self.module("zram")
        pathlib.Path("/sys/block/zram0/disksize").write_text(f"{megabytes}M")
        self.addCleanup(pathlib.Path("/sys/block/zram0/reset").write_text, "1")
        return "/dev/zram0"

    def refusal(self, module):
        """What a refused unload says."""
        return modkeeper("unload", module, status=BUSY).stderr


class Disks(Holding):
    def test_swap(self):
        disk = self.disk()
        system.run("mkswap", disk)
        system.run("swapon", disk)
        self.addCleanup(system.run, "swapoff", disk)
        found = held("zram", "swap")
        self.assertEqual([one["what"] for one in found], [disk])
        self.assertEqual(line_of("zram", "swap"), disk)
        self.assertIn(f"swap {disk}", self.refusal("zram"))

    def test_an_open_block_file(self):
        disk = self.disk()
        fd = os.open(disk, os.O_RDONLY)
        self.addCleanup(os.close, fd)
        again = os.dup(fd)
        self.addCleanup(os.close, again)
        found = held("zram", "file")
        # two descriptors of one open file
        self.assertEqual([(one["what"], one["pid"], one["references"]) for one in found],
                         [(disk, os.getpid(), 1), (disk, os.getpid(), 0)])
        self.assertRegex(line_of("zram", "file"), rf"^{disk}, opened by \S+ \(pid {os.getpid()}\)$")

    def test_a_loop_device_over_a_file_and_over_a_disk(self):
        disk = self.disk()
        self.module("loop")
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(1 << 20)
            for target in (file.name, disk):
                loop = system.run("losetup", "-f", "--show", target).stdout.strip()
                self.addCleanup(system.run, "losetup", "-d", loop)
                self.assertIn((loop, target),
                              [(one["what"], one["through"]) for one in held("loop", "loop")])
            self.assertEqual([one["what"] for one in held("zram", "loop")], [loop])
            fd = os.open(loop, os.O_RDONLY)
            self.assertEqual([one["pid"] for one in held("loop", "file")], [os.getpid()])
            os.close(fd)
            self.doCleanups()

    def test_a_mount_in_another_namespace(self):
        self.module("loop")
        self.module("minix")
        file = tempfile.NamedTemporaryFile()
        self.addCleanup(file.close)
        file.truncate(1 << 20)
        disk = system.run("losetup", "-f", "--show", file.name).stdout.strip()
        self.addCleanup(system.run, "losetup", "-d", disk)
        system.run("mkfs.minix", disk)
        shell = subprocess.Popen(["unshare", "-m", "sh", "-c",
                                  f"mount -t minix {disk} /mnt/share && echo up && exec sleep 1000"],
                                 stdout=subprocess.PIPE, text=True)
        self.addCleanup(shell.wait)
        self.addCleanup(shell.kill)
        self.assertEqual(shell.stdout.readline(), "up\n")
        shell.stdout.close()
        for module in ("minix", "loop"):
            mount, = held(module, "mount")
            self.assertEqual((mount["what"], mount["mount_point"], mount["pid"]),
                             ("minix", "/mnt/share", shell.pid))
            self.assertEqual(mount["namespace_inode"],
                             os.stat(f"/proc/{shell.pid}/ns/mnt").st_ino)
        self.assertIn(f"in the mount namespace of sleep (pid {shell.pid})", self.refusal("minix"))

    def test_a_mapped_device(self):
        """Of device-mapper, which holds the disk below and has one of its own."""
        disk = self.disk()
        self.module("dm_mod")
        system.run("dmsetup", "create", "mk-test", "--table", f"0 1024 linear {disk} 0")
        self.addCleanup(system.run, "dmsetup", "remove", "mk-test")
        self.assertEqual([one["through"] for one in held("zram", "disk")],
                         ["/dev/dm-0 (mk-test)"])
        self.assertIn("/dev/dm-0 (mk-test)", [one["what"] for one in held("dm_mod", "disk")])


class Sockets(Holding):
    def test_of_the_kernels_cryptography(self):
        self.module("af_alg")
        self.module("algif_hash")
        alg = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
        self.addCleanup(alg.close)
        self.module("md4")
        alg.bind(("hash", "md4"))
        work, _ = alg.accept()
        self.addCleanup(work.close)
        self.assertEqual({one["pid"] for one in held("af_alg", "socket")}, {os.getpid()})
        self.assertEqual([one["what"] for one in held("md4", "algorithm")], ["md4-generic"])
        self.assertEqual([one["fd"] for one in held("algif_hash", "socket")], [alg.fileno()])

    def test_with_a_congestion_control(self):
        module = self.module("tcp_vegas")
        with socket.socket() as one:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"vegas")
            found, = held(module, "socket")
            self.assertEqual((found["pid"], found["fd"], found["references"]),
                             (os.getpid(), one.fileno(), 1))
        default = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control")
        self.addCleanup(default.write_text, default.read_text())
        default.write_text("vegas")
        found, = held(module, "congestion-control")
        self.assertIn("net.ipv4.tcp_congestion_control", found["through"])

    def test_of_a_protocol(self):
        for module, kind in (("vsock", (40, socket.SOCK_STREAM, 0)),
                             ("can_raw", (29, socket.SOCK_RAW, 1))):
            with self.subTest(module):
                self.module(module)
                with socket.socket(*kind) as one:
                    found = held(module, "socket")
                    self.assertEqual([(each["pid"], each["fd"]) for each in found],
                                     [(os.getpid(), one.fileno())])
                self.assertEqual(held(module, "socket"), [])


class Interfaces(Holding):
    def test_a_queueing_discipline(self):
        module = self.module("sch_sfq")
        self.module("dummy")
        system.run("ip", "link", "add", "mk0", "type", "dummy")
        self.addCleanup(system.run, "ip", "link", "del", "mk0")
        system.run("ip", "link", "set", "mk0", "up")
        system.run("tc", "qdisc", "replace", "dev", "mk0", "root", "sfq")
        self.assertEqual([(one["what"], one["through"]) for one in held(module, "qdisc")],
                         [("sfq", "on mk0")])


class Devices(Holding):
    def test_a_sound_card(self):
        self.module("snd_dummy")
        with open("/dev/snd/controlC0", "rb") as card:
            found = held("snd_dummy", "file")
            self.assertEqual([(one["what"], one["pid"], one["fd"]) for one in found],
                             [("/dev/snd/controlC0", os.getpid(), card.fileno())])
            self.assertIn("/dev/snd/controlC0", self.refusal("snd_dummy"))

    def test_an_input_device(self):
        module = self.module("uinput")
        with open("/dev/uinput", "wb"):
            self.assertEqual([one["what"] for one in held(module, "file")], ["/dev/uinput"])

    def test_a_mapping_without_a_descriptor(self):
        module = self.module("mk_map")
        map_and_close("/dev/mk_map", self)
        found, = held(module, "mapping")
        self.assertEqual((found["what"], found["pid"], found["fd"]),
                         ("/dev/mk_map", os.getpid(), None))


class Others(Holding):
    """What a user without rights sees, by the daemon."""

    def seen(self, module):
        return json.loads(modkeeper("holders", module, "--json", user="nobody").stdout)

    def test_files_of_other_users_are_not_told(self):
        disk = self.disk()
        system.run("mkswap", disk)
        system.run("swapon", disk)
        self.addCleanup(system.run, "swapoff", disk)
        with open(disk, "rb"):
            self.assertEqual({one["kind"] for one in held("zram")}, {"swap", "file"})
            said = self.seen("zram")
        self.assertEqual([one["kind"] for one in said["held_by"]], ["swap"])
        self.assertEqual(said["references"] - said["explained"], 1)
        self.assertIn("root only", said["unchecked"][0])

    def test_ones_own_files_are(self):
        self.module("tun")
        holder = subprocess.Popen(["runuser", "-u", "nobody", "--", "sh", "-c",
                                   "exec 5<>/dev/net/tun && echo up && exec sleep 1000"],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(holder.wait)
        self.addCleanup(system.run, "pkill", "-P", str(holder.pid))
        self.assertEqual(holder.stdout.readline(), "up\n")
        holder.stdout.close()
        self.assertIn(("/dev/net/tun", "sleep"),
                      [(one["what"], one["comm"]) for one in self.seen("tun")["held_by"]])


class KernelCode(Holding):
    def test_references_that_no_list_shows(self):
        self.module("mk_base")
        modkeeper("param", "modkeeper", "track_refs=1")
        self.addCleanup(modkeeper, "param", "modkeeper", "track_refs=0")
        self.module("mk_keeps")
        found, = held("mk_base", "kernel-code")
        self.assertEqual((found["what"], found["references"]), ("__symbol_get", 1))
        self.assertIn("took 1 and gave back 0", found["through"])

    def test_what_is_left_is_said(self):
        self.module("mk_base")
        self.module("mk_keeps")
        said = modkeeper("holders", "mk_base").stdout
        self.assertIn("0 of 1 references are explained; code of the kernel", said)
        self.assertIn("modkeeper param modkeeper track_refs=1", said)


class Modules(Holding):
    def test_the_chain(self):
        self.module("snd_dummy")
        found = held("snd_timer", "module")
        self.assertIn(("snd_pcm", None, 1),
                      [(one["what"], one["through"], one["references"]) for one in found])
        self.assertIn(("snd_dummy", "snd_pcm", 0),
                      [(one["what"], one["through"], one["references"]) for one in found])

    def test_nothing(self):
        self.module("dummy")
        self.assertEqual(modkeeper("holders", "dummy").stdout, "Nothing holds dummy.\n")
        self.assertEqual(held("dummy"), [])

    def test_what_is_not_loaded(self):
        self.assertIn("not loaded", modkeeper("holders", "tcp_hybla", status=NOTHING_TO_DO).stderr)
        self.assertIn("no module of that name",
                      modkeeper("holders", "no_such", status=NOT_FOUND).stderr)
