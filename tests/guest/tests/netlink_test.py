# SPDX-License-Identifier: GPL-2.0-only
"""The generic netlink family "modkeeper", beside what the device and /proc/modules say."""

import errno
import os
import pathlib
import stat
import struct

from lib import genl, system
from lib.driver import DriverTest
from lib.genl import Netlink, Refused

# The kernel takes words from the start of a dump, and not only a number.
DUMPS_SAY_WHY = not os.uname().release.startswith("6.1.")


class NetlinkFamily(DriverTest):
    parameters = ("ring_kb=128",)

    def setUp(self):
        self.netlink = Netlink()
        self.addCleanup(self.netlink.__exit__)

    def refused(self, *arguments, **options):
        with self.assertRaises(Refused) as refused:
            self.netlink.request(self.netlink.family(), *arguments, **options)
        return refused.exception

    def test_genl_lists_the_family(self):
        self.assertIn("Name: modkeeper", system.run("genl", "ctrl", "list").stdout)
        self.assertIn("modkeeper", system.run("genl", "ctrl", "get", "name", "modkeeper").stdout)

    def test_get_status_says_what_the_device_says(self):
        device = self.device()
        status, info, stats = self.netlink.status(), device.info(), device.stats()
        for name in ("abi_major", "abi_minor", "features", "ring_bytes"):
            self.assertEqual(status[name], info[name], name)
        self.assertEqual(status["ring_bytes"], 128 * 1024)
        self.assertEqual(status["version"], info["version"].rstrip(b"\0").decode())
        self.assertEqual(status["version"], system.sysfs("modkeeper", "version"))
        for name in ("produced", "overwritten", "missed", "readers", "modules_loaded", "generation",
                     "suppressed"):
            self.assertEqual(status[name], stats[name], name)

    def test_get_module_says_what_proc_says(self):
        system.modprobe("mk_user")
        expected = system.proc_modules()["mk_base"]
        module = self.netlink.module("mk-base")
        self.assertEqual(module["name"], "mk_base")
        self.assertEqual((module["size"], module["references"], module["used_by"]),
                         (expected.size, expected.references, expected.used_by))
        self.assertEqual(module["version"], "1.2.3")
        self.assertEqual(module["load_count"], self.device().query("mk_base").load_count)
        self.assertEqual(module["srcversion"], system.sysfs("mk_base", "srcversion"))
        self.assertEqual(module["taints"], system.taint_bits(expected.taints))
        self.assertEqual(self.netlink.module("mk_user")["uses"], ["mk_base"])

    def test_a_dump_has_all_modules(self):
        system.modprobe("mk_user")
        told = self.netlink.modules()
        expected = system.proc_modules()
        names = [module["name"] for module in told]
        self.assertEqual(set(names), set(expected))
        self.assertEqual(names[-3:], ["modkeeper", "mk_base", "mk_user"])
        for module in told[:names.index("modkeeper")] + told[names.index("modkeeper") + 1:]:
            other = expected[module["name"]]
            # A dump that is under way holds a reference to whoever answers it.
            references = other.references + (module["name"] == "modkeeper")
            self.assertEqual((module["size"], module["references"], sorted(module["used_by"])),
                             (other.size, references, sorted(other.used_by)))

    def test_a_dump_is_the_same_for_an_ordinary_user(self):
        script = ("import sys; sys.path.insert(0, '/mnt/tests'); from lib.genl import Netlink; "
                  "print(len(Netlink().modules()))")
        said = system.run("runuser", "-u", "nobody", "--", "/usr/bin/python3", "-c", script).stdout
        self.assertEqual(int(said), len(system.proc_modules()))

    def test_a_name_never_seen_is_enoent_with_a_message(self):
        refused = self.refused(genl.GET_MODULE, genl.attribute(2, "no_such_module"))
        self.assertEqual(refused.errno, errno.ENOENT)
        self.assertTrue(refused.message)
        self.assertEqual(refused.offset, 20)

    def test_names_that_cannot_be_are_einval_with_a_message(self):
        for name in ("", "a/b", "x" * 64, "x" * 200):
            refused = self.refused(genl.GET_MODULE, genl.attribute(2, name))
            self.assertEqual((refused.errno, bool(refused.message)), (errno.EINVAL, True), name)

    def test_a_missing_name_is_refused_with_a_message(self):
        refused = self.refused(genl.GET_MODULE)
        self.assertEqual((refused.errno, bool(refused.message)), (errno.EINVAL, True))

    def test_unknown_attributes_and_commands_are_refused(self):
        self.assertEqual(self.refused(genl.GET_MODULE, genl.attribute(99, b"1234")).errno,
                         errno.EINVAL)
        self.assertEqual(self.refused(genl.GET_STATUS, genl.attribute(2, b"1234")).errno,
                         errno.EINVAL)
        self.assertEqual(self.refused(77).errno, errno.EOPNOTSUPP)
        self.assertEqual(self.refused(0).errno, errno.EOPNOTSUPP)

    def test_parameters_are_those_of_sysfs(self):
        system.modprobe("mk_types")
        told = {}
        for parameter in self.netlink.parameters():
            told.setdefault(parameter["module"], {})[parameter["name"]] = parameter["mode"]
        self.assertEqual({name: mode for name, mode in told["mk_types"].items() if not mode},
                         {"a_hidden": 0})
        for module in system.proc_modules():
            folder = pathlib.Path("/sys/module", module, "parameters")
            seen = {file.name: stat.S_IMODE(file.stat().st_mode)
                    for file in (folder.iterdir() if folder.exists() else ())}
            shown = {name: mode for name, mode in told.get(module, {}).items() if mode}
            self.assertEqual(shown, seen, module)

    def test_parameters_of_one_module_have_the_types_that_modinfo_says(self):
        system.modprobe("mk_types")
        told = {parameter["name"]: parameter["type"] for parameter in
                self.netlink.parameters("mk-types")}
        declared = {}
        for line in system.run("modinfo", "-F", "parm", "mk_types").stdout.splitlines():
            name, _, rest = line.partition(":")
            declared[name] = rest.rpartition("(")[2].rstrip(")")
        for line in system.run("modinfo", "-F", "parmtype", "mk_types").stdout.splitlines():
            name, _, kind = line.partition(":")
            declared[name] = kind
        for name, kind in told.items():
            if name == "an_own":
                self.assertEqual(kind, "unknown")
            elif name in declared:
                self.assertIn(kind, (declared[name], "charp", "string"), name)
        self.assertEqual(told["an_int"], "int")
        self.assertEqual(self.netlink.parameters("mk_types"), self.netlink.parameters("mk-types"))

    def test_parameters_of_modules_that_cannot_be_are_refused(self):
        for name, number in (("no_such_module", errno.ENOENT), ("a/b", errno.EINVAL)):
            refused = self.refused(genl.GET_PARAMS, genl.attribute(2, name), flags=genl.ROOT_MATCH)
            self.assertEqual((refused.errno, bool(refused.message)), (number, DUMPS_SAY_WHY), name)
        self.assertEqual(self.refused(genl.GET_PARAMS, genl.attribute(3, "ring_kb"),
                                      flags=genl.ROOT_MATCH).errno, errno.EINVAL)
        # there is no such thing as one parameter
        self.assertEqual(self.refused(genl.GET_PARAMS).errno, errno.EOPNOTSUPP)

    def test_a_dump_of_modules_takes_no_name(self):
        refused = self.refused(genl.GET_MODULE, genl.attribute(2, "modkeeper"),
                               flags=genl.ROOT_MATCH)
        self.assertEqual((refused.errno, refused.message),
                         (errno.EINVAL,
                          "a dump of get-module takes no name" if DUMPS_SAY_WHY else ""))
        self.assertTrue(self.netlink.modules())

    def test_a_name_without_its_end_is_refused(self):
        self.assertEqual(self.refused(genl.GET_MODULE, genl.attribute(2, b"modkeeper")).errno,
                         errno.EINVAL)
        self.assertEqual(self.refused(genl.GET_MODULE, struct.pack("=HH", 60, 2) + b"x").errno,
                         errno.EINVAL)

    def test_the_driver_can_go_while_a_socket_is_open(self):
        self.netlink.family()
        system.unload("modkeeper")
        with self.assertRaises(Refused) as refused:
            self.netlink.family()
        self.assertEqual(refused.exception.errno, errno.ENOENT)
        system.insmod(system.DRIVER, "ring_kb=128")
        self.assertTrue(self.netlink.status())
