# SPDX-License-Identifier: GPL-2.0-only
"""Holders that neither a process nor a mount has, by real means: what the kernel was told to do."""

import fcntl
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile

from lib import system
from lib.holding import Holding, freed, held

BPF_HOLDS = "/usr/lib/modkeeper-tests/bpf_holds"
KEY = "0x" + 32 * "1"
CONFIG = pathlib.Path("/sys/kernel/config")
TRACING = pathlib.Path("/sys/kernel/tracing")


class Ipsec(Holding):
    def tearDown(self):
        system.run("ip", "xfrm", "state", "flush")
        super().tearDown()

    def associations(self):
        for family, one, other in (("esp", "10.0.0.1", "10.0.0.2"), ("esp", "fc00::1", "fc00::2")):
            system.run("ip", "xfrm", "state", "add", "src", one, "dst", other, "proto", family,
                       "spi", "0x100", "mode", "tunnel", "enc", "cbc(aes)", KEY, "auth",
                       "hmac(sha256)", KEY)
        system.run("ip", "xfrm", "state", "add", "src", "10.0.0.1", "dst", "10.0.0.2", "proto",
                   "ah", "spi", "0x101", "mode", "transport", "auth", "hmac(sha1)", KEY)

    def test_associations(self):
        for module in ("esp4", "esp6", "ah4"):
            system.run("ip", "xfrm", "state", "flush")
            self.associations()
            with self.subTest(module):
                found, = held(module, "ipsec")
                self.assertIn(" with SPI 0x0000010", found["what"])
                freed(self, module)

    def test_their_algorithms(self):
        self.associations()
        for module in ("authenc", "echainiv"):
            found = held(module)
            self.assertEqual(sum(one["kind"] == "ipsec" for one in found), 2, found)
        freed(self, "authenc")

    def test_in_another_namespace(self):
        system.run("ip", "netns", "add", "mkns")
        self.addCleanup(system.run, "ip", "netns", "del", "mkns")
        system.run("ip", "-n", "mkns", "xfrm", "state", "add", "src", "10.0.0.1", "dst", "10.0.0.2",
                   "proto", "ah", "spi", "0x101", "auth", "hmac(sha1)", KEY)
        self.assertEqual([one["through"] for one in held("ah4", "ipsec")],
                         ["in the network namespace mkns"])
        freed(self, "ah4")


class Layers(Holding):
    def test_of_an_overlay(self):
        self.module("loop")
        self.module("minix")
        top = tempfile.mkdtemp(dir="/run")
        self.addCleanup(shutil.rmtree, top)
        with tempfile.NamedTemporaryFile() as image:
            image.truncate(1 << 20)
            system.run("mkfs.minix", image.name)
            for name in ("low", "high", "work", "over"):
                os.mkdir(f"{top}/{name}")
            system.run("mount", "-o", "loop", image.name, f"{top}/low")
            system.run("mount", "-t", "overlay", "-o", f"lowerdir={top}/low,upperdir={top}/high,"
                       f"workdir={top}/work", "over", f"{top}/over")
            self.addCleanup(system.run, "umount", f"{top}/over", check=False)
            system.run("umount", "-l", f"{top}/low")
            self.assertIn(f"{top}/over", [one["mount_point"] for one in held("minix", "mount")])
            system.run("umount", f"{top}/over")
            self.assertEqual(held("minix"), [])


class Network(Holding):
    def setUp(self):
        super().setUp()
        self.interface()
        system.run("ip", "addr", "add", "10.0.0.1/24", "dev", "mk0")

    def test_routes_into_tunnels(self):
        self.module("mpls_router")
        self.module("mpls_iptunnel")
        system.run("ip", "route", "add", "10.9.0.0/24", "encap", "mpls", "100", "via", "inet",
                   "10.0.0.2", "dev", "mk0")
        system.run("ip", "-6", "route", "add", "fd00:9::/64", "encap", "mpls", "100", "via",
                   "fe80::1", "dev", "mk0")
        self.assertEqual({one["what"].split()[1] for one in held("mpls_iptunnel", "route")},
                         {"10.9.0.0/24", "fd00:9::/64"})
        freed(self, "mpls_iptunnel")

    def test_conditions_of_filters(self):
        system.run("tc", "qdisc", "add", "dev", "mk0", "ingress")
        system.run("tc", "filter", "add", "dev", "mk0", "ingress", "protocol", "ip", "basic", "match",
                   "cmp(u8 at 0 layer network eq 5)", "action", "ok")
        self.assertEqual([one["what"] for one in held("em_cmp", "filter")], ["basic"])
        freed(self, "em_cmp")
        system.run("tc", "qdisc", "del", "dev", "mk0", "ingress")

    def test_tables_of_flows_and_the_rules_of_nf_tables_itself(self):
        rules = """table inet mk {
            flowtable f { hook ingress priority 0; devices = { mk0 }; }
            chain c {
                type filter hook forward priority 0
                meta l4proto tcp flow add @f
                ip saddr 10.0.0.9 counter drop
            }
        }"""
        self.addCleanup(system.run, "nft", "flush", "ruleset")
        for module in ("nf_flow_table_inet", "nf_tables"):
            system.run("nft", "flush", "ruleset")
            subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
            with self.subTest(module):
                self.assertTrue(held(module, "rule"))
        system.run("nft", "flush", "ruleset")
        subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
        freed(self, "nf_flow_table_inet")

    def listener(self, subsystem, message, attribute, number):
        """A process that the firewall hands packets to, or tells of them."""
        code = ("import socket, struct, time; s = socket.socket(16, 3, 12); s.bind((0, 0)); "
                f"a = {attribute!r}; b = struct.pack('>BBH', 0, 0, {number}) + "
                "struct.pack('=HH', 4 + len(a), 1) + a + bytes(-len(a) % 4); "
                f"s.send(struct.pack('=IHHII', 16 + len(b), {subsystem << 8 | message}, 5, 1, 0) + b); "
                "s.recv(1000); print('up', flush=True); time.sleep(1000)")
        return self.process("python3", "-c", code)

    def test_who_takes_packets(self):
        for module, told, words in (
                ("nfnetlink_queue", "queue 5", (3, 2, struct.pack(">BBH", 1, 0, 2), 5)),
                ("nfnetlink_log", "log group 7", (4, 1, b"\1", 7))):
            with self.subTest(module):
                self.module(module)
                holder = self.listener(*words)
                found, = held(module, "socket")
                self.assertEqual((found["pid"], found["through"]), (holder.pid, told))
                freed(self, module)
                holder.wait()

    def test_sockets_between_machines(self):
        self.module("vsock_loopback")
        with socket.socket(40, socket.SOCK_STREAM) as server:
            server.bind((0xffffffff, 1234))
            server.listen()
            holder = self.process(
                "python3", "-c", "import socket, time; s = socket.socket(40, 1); "
                "s.connect((1, 1234)); print('up', flush=True); time.sleep(1000)")
            other, _ = server.accept()
            with other:
                self.assertEqual({one["pid"] for one in held("vsock_loopback", "socket")},
                                 {os.getpid(), holder.pid})


class Devices(Holding):
    def test_a_timer_of_sound(self):
        self.module("snd_timer")
        self.module("snd_hrtimer")
        system.run("udevadm", "settle")
        holder = self.process(
            "python3", "-c", "import fcntl, os, struct, time; f = os.open('/dev/snd/timer', os.O_RDWR); "
            "fcntl.ioctl(f, 0x40345410, struct.pack('iiiii', 1, -1, -1, 3, 0) + bytes(32)); "
            "print('up', flush=True); time.sleep(1000)")
        self.assertEqual([one["pid"] for one in held("snd_hrtimer", "file")], [holder.pid])
        freed(self, "snd_hrtimer")

    def test_a_governor(self):
        system.insmod(system.ours("mk_cpufreq"))
        self.addCleanup(system.unload, "mk_cpufreq")
        self.module("cpufreq_powersave")
        for policy in pathlib.Path("/sys/devices/system/cpu/cpufreq").glob("policy*"):
            (policy / "scaling_governor").write_text("powersave")
        self.assertIn("of the frequency of CPUs",
                      held("cpufreq_powersave", "governor")[0]["through"])
        freed(self, "cpufreq_powersave")

    def test_memory_that_a_driver_shares(self):
        self.module("vgem")
        system.run("udevadm", "settle")
        card = next(one for one in pathlib.Path("/dev/dri").glob("card*")
                    if "vgem" in os.path.realpath(f"/sys/class/drm/{one.name}"))
        fd = os.open(card, os.O_RDWR)
        buffer = bytearray(struct.pack("IIIIIIQ", 64, 64, 32, 0, 0, 0, 0))
        fcntl.ioctl(fd, 0xc02064b2, buffer)
        shared = bytearray(struct.pack("IIi", struct.unpack("IIIIIIQ", buffer)[4], 0, -1))
        fcntl.ioctl(fd, 0xc00c642d, shared)
        os.close(fd)
        shared_fd = struct.unpack("IIi", shared)[2]
        self.assertEqual([(one["pid"], one["fd"]) for one in held("vgem", "file")],
                         [(os.getpid(), shared_fd)])
        held("drm")
        os.close(shared_fd)

    def test_a_device_driver_in_user_space(self):
        devices = [one for one in pathlib.Path("/sys/bus/pci/devices").iterdir()
                   if (one / "device").read_text().strip() in ("0x1005", "0x1044")]
        if not devices:
            self.skipTest("this machine has no device to spare")
        self.module("uio_pci_generic")
        device = devices[0]
        (device / "driver/unbind").write_text(device.name)
        (device / "driver_override").write_text("uio_pci_generic")
        self.addCleanup(pathlib.Path("/sys/bus/pci/drivers_probe").write_text, device.name)
        self.addCleanup((device / "driver_override").write_text, "\n")
        pathlib.Path("/sys/bus/pci/drivers_probe").write_text(device.name)
        self.addCleanup(pathlib.Path("/sys/bus/pci/drivers/uio_pci_generic/unbind").write_text,
                        device.name)
        system.run("udevadm", "settle")
        holder = self.process("sh", "-c", "exec 5<>/dev/uio0 && echo up && exec sleep 1000")
        self.assertEqual([one["pid"] for one in held("uio_pci_generic", "file")], [holder.pid])


class Disks(Holding):
    def test_ways_to_choose_a_path(self):
        self.module("scsi_debug", "dev_size_mb=8")
        system.run("udevadm", "settle")
        disk, = pathlib.Path("/sys/bus/pseudo/drivers/scsi_debug/adapter0").glob(
            "host*/target*/*/block/*")
        self.module("dm_multipath")
        self.module("dm_round_robin")
        system.run("dmsetup", "create", "mk-paths", "--table",
                   f"0 2048 multipath 0 0 1 1 round-robin 0 1 1 /dev/{disk.name} 1000")
        self.assertIn("mk-paths", held("dm_round_robin", "disk")[0]["what"])
        freed(self, "dm_round_robin")

    def test_files_that_swap_and_loop_devices_use(self):
        self.module("loop")
        with tempfile.NamedTemporaryFile() as image:
            image.truncate(32 << 20)
            system.run("mkfs.vfat", image.name)
            folder = tempfile.mkdtemp()
            system.run("mount", "-o", "loop", image.name, folder)
            for name in ("swap", "disk"):
                pathlib.Path(folder, name).write_bytes(bytes(4 << 20))
            system.run("mkswap", f"{folder}/swap")
            system.run("swapon", f"{folder}/swap")
            loop = system.run("losetup", "-f", "--show", f"{folder}/disk").stdout.strip()
            found = held("vfat")
            self.assertIn(("swap", f"{folder}/swap"), [(one["kind"], one["what"]) for one in found])
            self.assertIn(("loop", loop), [(one["kind"], one["what"]) for one in found])
            freed(self, "vfat")
            os.rmdir(folder)


class Settings(Holding):
    def setUp(self):
        super().setUp()
        if not os.path.ismount(CONFIG):
            system.run("mount", "-t", "configfs", "configfs", CONFIG)

    def test_of_a_gadget(self):
        self.module("dummy_hcd")
        self.module("libcomposite")
        self.module("usb_f_acm")
        gadget = CONFIG / "usb_gadget/mk"
        gadget.mkdir()
        (gadget / "functions/acm.0").mkdir()
        (gadget / "configs/c.1").mkdir()
        (gadget / "configs/c.1/strings/0x409").mkdir()
        (gadget / "configs/c.1/acm.0").symlink_to(gadget / "functions/acm.0")
        for name, value in (("idVendor", "0x1d6b"), ("idProduct", "0x0104"),
                            ("UDC", os.listdir("/sys/class/udc")[0])):
            (gadget / name).write_text(value)
        system.run("udevadm", "settle")
        self.assertTrue(held("libcomposite", "setting"))
        for module in ("usb_f_acm", "libcomposite"):
            self.assertTrue(held(module, "setting"))
            freed(self, module)
            system.unload("usb_f_acm", "u_serial")  # which is all that a refusal names, otherwise

    def test_of_a_server_of_scsi_disks(self):
        target = CONFIG / "target"
        for module in ("target_core_mod", "target_core_file", "tcm_loop"):
            self.module(module)
        (target / "core/fileio_0/mk").mkdir(parents=True)
        (target / "loopback/naa.6001405000000001/tpgt_1").mkdir(parents=True)
        self.assertTrue(held("target_core_mod", "setting"))
        for module in ("tcm_loop", "target_core_file"):
            with self.subTest(module):
                self.assertTrue(held(module, "setting"))
                freed(self, module)

    def test_of_a_server_of_nvme(self):
        self.module("nvmet")
        self.module("nvmet_tcp")
        server = CONFIG / "nvmet"
        (server / "subsystems/mk").mkdir()
        (server / "ports/1").mkdir()
        (server / "subsystems/mk/attr_allow_any_host").write_text("1")
        for name, value in (("trtype", "tcp"), ("adrfam", "ipv4"), ("traddr", "127.0.0.1"),
                            ("trsvcid", "4420")):
            (server / f"ports/1/addr_{name}").write_text(value)
        (server / "ports/1/subsystems/mk").symlink_to(server / "subsystems/mk")
        self.assertEqual([one["references"] for one in held("nvmet_tcp", "setting")][0], 1)
        held("nvmet", "setting")
        freed(self, "nvmet_tcp")
        system.unload("nvmet_tcp")
        freed(self, "nvmet")


class Tracing(Holding):
    def test_an_order_to_trace(self):
        self.module("nbd")
        order = "enable_event:nbd:nbd_send_request"
        (TRACING / "events/sched/sched_switch/trigger").write_text(order)
        with (TRACING / "set_ftrace_filter").open("a") as filters:
            filters.write(f"schedule:{order}\n")
        self.assertEqual(len(held("nbd", "tracing")), 2)
        freed(self, "nbd")

    def test_probes_hold_nothing(self):
        self.module("nbd")
        system.run("sh", "-c", f"echo p:mk nbd:nbd_open >>{TRACING}/kprobe_events")
        self.addCleanup((TRACING / "kprobe_events").write_text, "\n")
        enable = TRACING / "events/kprobes/mk/enable"
        enable.write_text("1")
        self.addCleanup(enable.write_text, "0")
        self.assertEqual(held("nbd"), [])

    def bpf(self, *words):
        """A process that holds something by BPF, if this kernel lets it."""
        tried = system.run("timeout", "3", BPF_HOLDS, *words, check=False)
        if "not supported" in tried.stderr or "Invalid argument" in tried.stderr:
            self.skipTest("not with this kernel")
        return self.process(BPF_HOLDS, *words)

    def test_a_program_that_calls_functions_of_a_module(self):
        self.module("nf_conntrack")
        holder = self.bpf("call")
        found, = held("nf_conntrack", "bpf")
        self.assertEqual((found["pid"], found["references"]), (holder.pid, 1))
        freed(self, "nf_conntrack")

    def test_a_program_on_a_function(self):
        self.module("nbd")
        holder = self.bpf("follow", "nbd", "nbd_open")
        found = held("nbd", "bpf")
        self.assertEqual({one["pid"] for one in found}, {holder.pid})
        self.assertEqual(sum(one["references"] for one in found), 1)
        freed(self, "nbd")

    def test_links_of_functions_by_name(self):
        self.module("nbd")
        holder = self.bpf("probe", "nbd_open")
        found, = held("nbd", "bpf")
        self.assertEqual(found["pid"], holder.pid)
        freed(self, "nbd")

    def test_a_program_of_the_firewall_that_wants_whole_packets(self):
        self.module("nf_defrag_ipv4")
        holder = self.bpf("filter")
        found, = held("nf_defrag_ipv4", "bpf")
        self.assertEqual(found["pid"], holder.pid)
        system.run("sh", "-c", found["remedy"])  # modules may use it, too
        holder.wait()
        self.assertEqual(held("nf_defrag_ipv4", "bpf"), [])

    def test_what_is_kept_under_a_name(self):
        self.module("nbd")
        if not os.path.ismount("/sys/fs/bpf"):
            system.run("mount", "-t", "bpf", "bpf", "/sys/fs/bpf")
        system.run(BPF_HOLDS, "follow", "nbd", "nbd_open", "--as", "/sys/fs/bpf/mk")
        found = held("nbd", "bpf")
        self.assertIn("rm /sys/fs/bpf/mk", [one["remedy"] for one in found])
        freed(self, "nbd")


