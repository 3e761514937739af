# SPDX-License-Identifier: GPL-2.0-only
"""Holders that the kernel found by a name: modes, policies, formats, algorithms; and hidden files."""

import array
import contextlib
import ctypes
import fcntl
import os
import pathlib
import socket
import struct
import tempfile

from lib import disk_image, genl, system
from lib.command import of_json
from lib.holding import Holding, freed, held

ZSWAP = pathlib.Path("/sys/module/zswap/parameters")
USERS, GROUPS = 0, 1
QUOTA_ON, QUOTA_OFF = 0x800002, 0x800003
SUBSCRIBE, UNSUBSCRIBE = 0x40505330, 0x40505331
IO_URING_SETUP, IO_URING_REGISTER = 425, 427  # on all machines


def call(number, *words):
    """A system call; what it returns."""
    result = ctypes.CDLL(None, use_errno=True).syscall(number, *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


class Zswap(Holding):
    def setting(self, name, value):
        file = ZSWAP / name
        if not file.exists():
            self.skipTest(f"zswap of this kernel has no {name}")
        before = file.read_text()
        file.write_text(value)
        self.addCleanup(file.write_text, before)

    def test_what_compresses_pages(self):
        module = self.module("lz4hc")
        self.setting("enabled", "Y")
        self.setting("compressor", "lz4hc")
        self.assertEqual([one["through"] for one in held(module, "zswap")],
                         ["which compresses with lz4hc"])
        freed(self, module)

    def test_what_keeps_pages(self):
        self.setting("zpool", "zbud")
        module = self.module("z3fold")
        self.setting("enabled", "Y")
        self.setting("zpool", "z3fold")
        self.assertEqual([one["references"] for one in held(module, "zswap")], [1])
        freed(self, module)


class Interfaces(Holding):
    def link(self, *words):
        system.run("ip", *words)
        self.addCleanup(system.run, "ip", "link", "del", "dev", words[words.index("name") + 1],
                        check=False)

    def test_the_mode_of_a_team(self):
        self.module("team")
        module = self.module("team_mode_roundrobin")
        self.link("link", "add", "name", "mkteam", "type", "team")
        option = (genl.attribute(1, "mode") + genl.attribute(3, b"\5") +
                  genl.attribute(4, "roundrobin"))
        number = struct.pack("=I", socket.if_nametoindex("mkteam"))
        # which is refused after it was done, if nobody listens to what changes
        with genl.Netlink() as netlink, contextlib.suppress(genl.Refused):
            netlink.request(netlink.family("team"), 1, genl.attribute(1, number) +
                            genl.attribute(2, genl.attribute(1, option)))
        self.assertEqual([(one["what"], one["through"]) for one in held(module, "interface")],
                         [("mkteam", "a team whose mode is roundrobin")])
        freed(self, module)

    def test_one_that_stays_without_its_program(self):
        self.module("tun")
        system.run("ip", "tuntap", "add", "dev", "mktap", "mode", "tap")
        self.assertEqual([one["what"] for one in held("tun", "interface")], ["mktap"])
        freed(self, "tun")

    def test_one_that_sees_what_passes_by(self):
        module = self.module("nlmon")
        for name in ("mknl", "-mk", "type"):  # options and words of the command have such names too
            with self.subTest(name):
                self.link("link", "add", "name", name, "type", "nlmon")
                system.run("ip", "link", "set", "dev", name, "up")
                self.assertEqual([one["what"] for one in held(module, "interface")], [name])
                freed(self, module)


class Firewall(Holding):
    def rule(self, *words, tool="iptables-nft"):
        if tool == "iptables-legacy" and system.run("modprobe", "-n", "iptable_raw",
                                                    check=False).returncode:
            self.skipTest("this kernel has no older interface")
        system.run(tool, *words)
        table = words[words.index("-t") + 1] if "-t" in words else "filter"
        self.addCleanup(system.run, tool, "-t", table, "-F", check=False)

    def test_what_rules_name(self):
        for module, words in (
                ("nf_conntrack_ftp", ("-t", "raw", "-A", "PREROUTING", "-p", "tcp", "--dport", "21",
                                      "-j", "CT", "--helper", "ftp")),
                ("ts_bm", ("-A", "INPUT", "-m", "string", "--algo", "bm", "--string", "abc")),
                ("nfnetlink_log", ("-A", "INPUT", "-j", "NFLOG", "--nflog-group", "3"))):
            for tool in ("iptables-nft", "iptables-legacy"):
                with self.subTest(module, tool=tool):
                    self.rule(*words, tool=tool)
                    self.assertTrue(held(module, "rule"), module)
                    freed(self, module)

    def test_a_rule_that_logs_to_a_program(self):
        self.addCleanup(system.run, "nft", "flush", "ruleset")
        system.run("nft", "add table inet mk; add chain inet mk c; add rule inet mk c log group 3")
        self.assertEqual([one["references"] for one in held("nfnetlink_log", "rule")], [2])
        freed(self, "nfnetlink_log")

    def policy(self, command, flags, attributes):
        """Asks nfnetlink_cttimeout."""
        message = b"\2\0\0\0" + attributes
        with socket.socket(16, socket.SOCK_RAW, 12) as netlink:
            netlink.bind((0, 0))
            netlink.send(struct.pack("=IHHII", 16 + len(message), 8 << 8 | command, 5 | flags, 1, 0)
                         + message)
            self.assertEqual(struct.unpack_from("=i", netlink.recv(4096), 16)[0], 0)

    def test_a_timeout_policy(self):
        module = self.module("nfnetlink_cttimeout")
        name = genl.attribute(1, "mk")
        self.policy(0, 0x600, name + genl.attribute(2, struct.pack(">H", 2)) +
                    genl.attribute(3, b"\x11") +
                    genl.attribute(4 | 0x8000, genl.attribute(1, struct.pack(">I", 9))))
        self.rule("-t", "raw", "-A", "PREROUTING", "-p", "udp", "-j", "CT", "--timeout", "mk")
        found = held(module, "rule")
        self.assertEqual(len(found), 2, found)
        self.assertIn("nfct delete timeout mk", [one["remedy"] for one in found])
        system.run("iptables-nft", "-t", "raw", "-F")
        self.assertEqual([one["what"] for one in held(module)],
                         ["the timeout policy mk of connections"])
        self.policy(2, 0, name)
        self.assertEqual(held(module), [])


class Quotas(Holding):
    def test_of_both_formats(self):
        self.module("loop")
        folder = tempfile.mkdtemp()
        with tempfile.NamedTemporaryFile() as image:
            image.write(disk_image.ext2())
            image.flush()
            system.run("mount", "-t", "ext4", "-o", "loop,usrquota,grpquota", image.name, folder)
            self.addCleanup(os.rmdir, folder)
            self.addCleanup(system.run, "umount", folder, check=False)
        disk = next(line.split()[0] for line in pathlib.Path("/proc/mounts").read_text().splitlines()
                    if f" {folder} " in line)
        quotactl = {"x86_64": 179, "aarch64": 60}[os.uname().machine]
        for module, kind, number, data in (
                ("quota_v1", USERS, 1, disk_image.old_quotas()),
                ("quota_v2", GROUPS, 2, disk_image.quotas_of_groups())):
            with self.subTest(module):
                self.module(module)
                file = pathlib.Path(folder, module)
                file.write_bytes(data)
                call(quotactl, QUOTA_ON << 8 | kind, disk.encode(), number, str(file).encode())
                found, = held(module, "quota")
                self.assertEqual((found["what"], found["references"]), (folder, 1))
                self.assertRegex(found["remedy"], "^quotaoff -[ug] /")
                call(quotactl, QUOTA_OFF << 8 | kind, disk.encode(), 0, None)
                self.assertEqual(held(module), [])


class Sequencer(Holding):
    def connect(self, sender, target):
        """As aconnect does; the connection stays."""
        ports = struct.pack("4B", *sender, *target).ljust(80, b"\0")
        with open("/dev/snd/seq", "r+b", buffering=0) as sequencer:
            fcntl.ioctl(sequencer, SUBSCRIBE, ports)
        self.addCleanup(self.disconnect, ports)

    def disconnect(self, ports):
        with open("/dev/snd/seq", "r+b", buffering=0) as sequencer:
            fcntl.ioctl(sequencer, UNSUBSCRIBE, ports)

    def test_ports_that_are_connected(self):
        self.module("snd_seq")
        module = self.module("snd_seq_dummy")
        system.run("udevadm", "settle")
        self.connect((0, 1), (14, 0))
        found, = held(module, "sequencer")
        self.assertEqual((found["what"], found["remedy"]), ("0:1 to 14:0", "aconnect -d 0:1 14:0"))
        self.assertEqual([one["what"] for one in held("snd_seq", "sequencer")], ["0:1 to 14:0"])

    def test_a_port_of_a_card(self):
        card = self.module("snd_virmidi")
        system.run("udevadm", "settle")
        self.connect((0, 1), (16, 0))
        for module in (card, "snd_seq_virmidi"):
            self.assertEqual([one["what"] for one in held(module, "sequencer")], ["0:1 to 16:0"])


class Cores(Holding):
    def test_counters_of_perf(self):
        module = self.module("mk_pmu")
        sort = int(pathlib.Path("/sys/bus/event_source/devices/mk_pmu/type").read_text())
        attributes = struct.pack("<IIQ", sort, 112, 0) + bytes(96)
        fd = call(system.PERF_EVENT_OPEN, attributes, -1, 0, -1, 0)
        self.addCleanup(os.close, fd)
        self.assertEqual([(one["pid"], one["through"]) for one in held(module, "file")],
                         [(os.getpid(), "an event of perf, perhaps of its counters")])

    def test_the_log_of_a_mirror(self):
        self.module("null_blk", "nr_devices=2", "gb=1")
        self.module("dm_mod")
        self.module("dm_mirror")
        system.run("dmsetup", "create", "mk-mirror", "--table",
                   "0 2048 mirror core 1 1024 2 /dev/nullb0 0 /dev/nullb1 0")
        self.addCleanup(system.run, "dmsetup", "remove", "mk-mirror", check=False)
        self.assertIn("mk-mirror", held("dm_log", "disk")[0]["what"])
        freed(self, "dm_mirror")

    def test_schedulers_that_register(self):
        self.module("ip_vs")
        self.module("ip_vs_rr")
        self.assertEqual([(one["what"], one["references"]) for one in held("ip_vs")],
                         [("ip_vs_rr", 2)])

    def test_an_adapter_of_bluetooth(self):
        self.module("hci_vhci")
        fd = os.open("/dev/vhci", os.O_RDWR)
        self.addCleanup(os.close, fd)
        os.write(fd, b"\xff\x80")  # a device that the kernel does not speak to
        self.assertEqual([one["what"] for one in held("bluetooth", "device")], ["hci0"])

    def test_a_handler_of_paths(self):
        module = self.module("scsi_dh_alua")  # which the devices hold, and so have to go before it
        self.module("scsi_debug", "dev_size_mb=8", "vpd_use_hostno=0")
        system.run("udevadm", "settle")
        state, = pathlib.Path("/sys/bus/pseudo/drivers/scsi_debug/adapter0").glob(
            "host*/target*/*/dh_state")
        if state.read_text().strip() != "alua":
            state.write_text("alua")
        self.assertEqual([one["what"] for one in held(module, "device")], [state.parent.name])


class RemoteMounts(Holding):
    def serve(self, folder):
        """To this machine, without the programs that answer the kernel's questions otherwise."""
        read_only, any_port, no_subtrees, numbered = 1, 2, 0x400, 0x2000
        flags = read_only | any_port | no_subtrees | numbered
        system.run("mount", "-t", "nfsd", "nfsd", "/proc/fs/nfsd")
        self.addCleanup(system.run, "umount", "/proc/fs/nfsd")
        for file, line in (
                ("/proc/fs/nfsd/versions", "-3 +4"),
                ("/proc/net/rpc/auth.unix.ip/channel", "nfsd 127.0.0.1 2147483647 mk"),
                ("/proc/net/rpc/nfsd.export/channel",
                 f"mk {folder} 2147483647 {flags} 65534 65534 0"),
                ("/proc/net/rpc/nfsd.fh/channel", f"mk 1 \\x00000000 2147483647 {folder}"),
                ("/proc/fs/nfsd/portlist", "tcp 2049"),  # newer kernels listen nowhere else
                ("/proc/fs/nfsd/threads", "1")):
            pathlib.Path(file).write_text(line + "\n")
        self.addCleanup(pathlib.Path("/proc/fs/nfsd/threads").write_text, "0\n")

    def test_the_version_of_nfs(self):
        self.module("nfsd")
        self.module("nfsv4")
        folder = tempfile.mkdtemp(dir="/run")
        self.addCleanup(os.rmdir, folder)
        self.serve(folder)
        system.run("mount", "-i", "-t", "nfs4", "-o",
                   "addr=127.0.0.1,clientaddr=127.0.0.1,vers=4.2", "127.0.0.1:/", "/mnt/share")
        self.addCleanup(system.run, "umount", "/mnt/share", check=False)
        for module in ("sunrpc", "nfsv4"):
            self.assertIn("/mnt/share", [one["mount_point"] for one in held(module, "mount")])
        freed(self, "nfsv4")


class KeptNamespaces(Holding):
    """Namespaces that no process is in."""

    def file(self):
        """One that a namespace can be kept by."""
        folder = tempfile.mkdtemp(dir="/run")
        self.addCleanup(os.rmdir, folder)
        system.run("mount", "--bind", "--make-private", folder, folder)
        self.addCleanup(system.run, "umount", folder)
        file = pathlib.Path(folder, "kept here")
        file.write_text("")
        self.addCleanup(file.unlink)
        self.addCleanup(system.run, "umount", file)
        return file

    def test_of_mounts(self):
        self.module("loop")
        self.module("minix")
        image = tempfile.NamedTemporaryFile()
        self.addCleanup(image.close)
        image.truncate(1 << 20)
        system.run("mkfs.minix", image.name)
        file = self.file()
        system.run("unshare", f"--mount={file}", "mount", "-t", "minix", "-o", "loop", image.name,
                   "/mnt/share")
        found, = held("minix", "mount")
        self.assertEqual((found["mount_point"], found["pid"]), ("/mnt/share", None))
        self.assertIn(f'in the mount namespace that "{file}" keeps', found["through"])
        freed(self, "minix")

    def test_of_the_network(self):
        self.module("nlmon")
        file = self.file()
        system.run("unshare", f"--net={file}", "sh", "-c",
                   "ip link add mknl type nlmon && ip link set mknl up")
        found, = held("nlmon", "interface")
        self.assertIn(f'in the network namespace that "{file}" keeps', found["through"])
        freed(self, "nlmon")

    def test_behind_a_file_system_that_does_not_answer(self):
        self.module("nlmon")
        system.run("ip", "link", "add", "mknl", "type", "nlmon")
        self.addCleanup(system.run, "ip", "link", "del", "mknl", check=False)
        system.run("ip", "link", "set", "mknl", "up")
        file = self.file()
        system.run("unshare", f"--net={file}", "true")
        system.run("modprobe", "fuse", check=False)  # some kernels have it themselves
        server = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={server},rootmode=40000,user_id=0,group_id=0"
        libc = ctypes.CDLL(None)
        folder = str(file.parent).encode()
        self.assertEqual(libc.mount(b"mk", folder, b"fuse", 0, options.encode()), 0)
        self.addCleanup(libc.umount2, folder, 2)  # MNT_DETACH
        self.addCleanup(os.close, server)  # which ends all that wait for it
        said = of_json("holders", "nlmon")
        self.assertEqual(said["explained"], 1, said)
        self.assertIn("not all network namespaces were looked into", said["unchecked"])


class HiddenFiles(Holding):
    def test_one_that_io_uring_keeps(self):
        self.module("tun")
        ring = call(IO_URING_SETUP, 2, bytes(120))
        self.addCleanup(os.close, ring)
        fd = os.open("/dev/net/tun", os.O_RDWR)
        call(IO_URING_REGISTER, ring, 2, array.array("i", [fd]).tobytes(), 1)
        os.close(fd)
        self.assertEqual([(one["what"], one["pid"], one["fd"]) for one in held("tun", "file")],
                         [("/dev/net/tun", os.getpid(), ring)])

    def test_one_that_is_on_its_way(self):
        self.module("tun")
        ends = socket.socketpair()
        for end in ends:
            self.addCleanup(end.close)
        fd = os.open("/dev/net/tun", os.O_RDWR)
        ends[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
        os.close(fd)
        said = of_json("holders", "tun")
        found, = said["held_by"]
        self.assertEqual((found["pid"], found["fd"]), (os.getpid(), ends[1].fileno()))
        self.assertIn("on the way, perhaps of it", found["through"])
        self.assertEqual((said["references"], said["explained"]), (2, 0))  # it is a possibility
