# SPDX-License-Identifier: GPL-2.0-only
"""Holders that the network has: rules, sets, filters, actions and sockets, in any namespace."""

import pathlib
import socket
import struct
import tempfile

from lib import genl, system
from lib.holding import Holding, freed, held

NETLINK_NETFILTER = 12


class Firewall(Holding):
    def rules(self, text):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(text)
            file.flush()
            system.run("nft", "-f", file.name)
        self.addCleanup(system.run, "nft", "flush", "ruleset")

    def test_rules_of_nftables(self):
        for module in ("nft_limit", "nft_reject_inet", "nft_log", "nf_log_syslog",
                       "nf_conntrack_ftp", "nft_chain_nat", "nft_ct"):
            # what frees one module takes the rule away that holds others
            system.run("nft", "flush", "ruleset")
            self.rules("""table inet mk {
                ct helper ftp { type "ftp" protocol tcp; }
                chain in {
                    type filter hook input priority 0
                    ct state new limit rate 5/second log prefix "mk" accept
                    tcp dport 21 ct helper set "ftp"
                    tcp dport 9 reject
                }
                chain out { type nat hook postrouting priority 100; }
            }""")
            with self.subTest(module):
                if module in system.proc_modules():
                    self.assertTrue(held(module, "rule"), module)
                    freed(self, module)

    def test_extensions_of_iptables(self):
        system.run("iptables-nft", "-A", "INPUT", "-m", "recent", "--set", "-j", "LOG")
        self.addCleanup(system.run, "nft", "flush", "ruleset")
        for module in ("xt_recent", "nft_compat"):
            self.assertTrue(held(module, "rule"), module)
        freed(self, "xt_recent")

    def test_rules_of_the_older_interface(self):
        if system.run("modprobe", "-n", "iptable_filter", check=False).returncode:
            self.skipTest("this kernel has no older interface")
        for module in ("xt_limit", "iptable_filter"):
            system.run("iptables-legacy", "-A", "INPUT", "-m", "limit", "--limit", "5/s", "-j",
                       "ACCEPT")
            self.assertTrue(held(module, "rule"), module)
            freed(self, module)

    def test_address_sets(self):
        system.run("ipset", "create", "mk", "hash:ip")
        self.assertTrue(held("ip_set_hash_ip", "rule"))
        freed(self, "ip_set_hash_ip")

    def test_a_socket_that_listens_to_the_firewall(self):
        self.module("nfnetlink")
        code = (f"import socket, time; s = socket.socket(16, 3, {NETLINK_NETFILTER}); "
                "s.bind((0, 0)); print('up', flush=True); time.sleep(1000)")
        holder = self.process("python3", "-c", code)
        found = [one for one in held("nfnetlink", "socket") if one["pid"]]
        self.assertEqual([one["pid"] for one in found], [holder.pid])


class Traffic(Holding):
    def setUp(self):
        super().setUp()
        self.interface()

    def test_filters_and_their_actions(self):
        system.run("tc", "qdisc", "add", "dev", "mk0", "ingress")
        system.run("tc", "filter", "add", "dev", "mk0", "ingress", "protocol", "ip", "u32", "match",
                   "u32", "0", "0", "action", "mirred", "egress", "redirect", "dev", "lo")
        self.assertEqual([one["what"] for one in held("cls_u32", "filter")], ["u32"])
        self.assertIn("mirred", held("act_mirred", "filter")[-1]["what"])
        freed(self, "act_mirred")  # with its filter
        freed(self, "sch_ingress")

    def test_an_action_of_its_own(self):
        system.run("tc", "actions", "add", "action", "gact", "drop", "index", "7")
        self.assertIn("index 7", held("act_gact", "filter")[0]["what"])
        freed(self, "act_gact")

    def test_in_another_namespace(self):
        for args in (("netns", "add", "mkns"), ("-n", "mkns", "link", "add", "mk1", "type", "dummy"),
                     ("-n", "mkns", "link", "set", "mk1", "up")):
            system.run("ip", *args)
        self.addCleanup(system.run, "ip", "netns", "del", "mkns")
        system.run("ip", "netns", "exec", "mkns", "tc", "qdisc", "add", "dev", "mk1", "root", "sfq")
        self.assertEqual([one["through"] for one in held("sch_sfq", "qdisc")],
                         ["on mk1 in the network namespace mkns"])
        freed(self, "sch_sfq")


class Congestion(Holding):
    def test_of_another_namespace(self):
        self.module("tcp_vegas")
        default = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control")
        before = default.read_text()
        default.write_text("vegas")  # which a new namespace takes over
        system.run("ip", "netns", "add", "mkns")
        self.addCleanup(system.run, "ip", "netns", "del", "mkns")
        default.write_text(before)
        self.assertIn("mkns", held("tcp_vegas", "congestion-control")[0]["through"])
        freed(self, "tcp_vegas")

    def test_of_a_connection_that_was_not_accepted(self):
        self.module("tls")
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            holder = self.process(
                "python3", "-c",
                "import socket, time; s = socket.create_connection(('127.0.0.1', "
                f"{server.getsockname()[1]})); s.setsockopt(6, 31, b'tls'); "
                "print('up', flush=True); time.sleep(1000)")
            found, = held("tls", "socket")
            self.assertEqual(found["pid"], holder.pid)
            freed(self, "tls")


class Actions(Holding):
    def test_tables_of_connections(self):
        self.interface()
        module = self.module("act_ct")
        system.run("tc", "qdisc", "add", "dev", "mk0", "clsact")
        for priority, words in ((1, "zone 5"), (2, "zone 5"), (3, "commit zone 6"), (4, "clear")):
            system.run("tc", "filter", "add", "dev", "mk0", "ingress", "protocol", "ip", "prio",
                       str(priority), "flower", "action", "ct", *words.split())
        self.assertEqual(sum(one["references"] for one in held(module, "filter")), 4 + 3)
        freed(self, module)

    def test_that_no_filter_has(self):
        for module, words in (("act_ct", "ct zone 5"), ("act_csum", "csum ip4h"),
                              ("act_nat", "nat ingress 10.0.0.1/32 10.0.0.2"),
                              ("act_police", "police rate 1mbit burst 9k")):
            with self.subTest(module):
                self.module(module)
                system.run("tc", "actions", "add", "action", *words.split(), "index", "77")
                found, = held(module, "filter")
                self.assertTrue(found["what"].endswith(" with index 77"), found)
                freed(self, module)



class Switches(Holding):
    NETWORK, VXLAN = 1, 4  # types of ports
    NEW, DELETE = 1, 2

    def ask(self, family, command, number, *attributes):
        """Of Open vSwitch, as ovs-dpctl does."""
        with genl.Netlink() as netlink:
            netlink.request(netlink.family(family), command, struct.pack("=i", number) + b"".join(
                genl.attribute(kind, value) for kind, value in attributes))

    def test_ports(self):
        self.interface()
        module = self.module("openvswitch")
        nobody = struct.pack("=I", 0)
        self.ask("ovs_datapath", self.NEW, 0, (1, "mkswitch"), (2, nobody))
        number = socket.if_nametoindex("mkswitch")
        self.ask("ovs_vport", self.NEW, number, (2, struct.pack("=I", self.NETWORK)), (3, "mk0"),
                 (5, nobody))
        found = {one["what"]: one for one in held(module, "interface")}
        self.assertEqual(found["mkswitch"]["remedy"], "ovs-dpctl del-dp mkswitch")
        self.assertEqual(found["mk0"]["remedy"], "ovs-dpctl del-if mkswitch mk0")
        self.assertEqual(found["mk0"]["references"], 1)
        self.module("vport_vxlan")
        port = genl.attribute(1, struct.pack("=H", 4789))
        self.ask("ovs_vport", self.NEW, number, (2, struct.pack("=I", self.VXLAN)), (3, "mkvxlan"),
                 (5, nobody), (4, port))
        self.assertEqual([one["what"] for one in held("vport_vxlan", "interface")], ["mkvxlan"])
        self.ask("ovs_vport", self.DELETE, number, (3, "mkvxlan"))  # what the remedies do
        self.assertEqual(held("vport_vxlan"), [])
        self.ask("ovs_datapath", self.DELETE, number)
        self.assertEqual(held(module, "interface"), [])
