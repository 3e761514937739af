# SPDX-License-Identifier: GPL-2.0-only
"""What the read-only commands say, beside the kernel and the usual tools."""

import json
import os
import pathlib
import shutil
import tempfile
import unittest

from lib import system
from lib.command import FAILED, NOT_FOUND, modkeeper, of_json
from lib.service import ServiceTest

RELEASE = os.uname().release


def modinfo(path, field):
    return system.run("modinfo", "-F", field, path).stdout.strip()


class ReadOnlyCommands(ServiceTest):
    def tearDown(self):
        system.unload("mk_user", "mk_base", "mk_types", "dummy")

    def test_symbols_names_provider_and_users(self):
        system.modprobe("mk_user")
        exported = [line.split()[2][len("__ksymtab_"):]
                    for line in pathlib.Path("/proc/kallsyms").read_text().splitlines()
                    if "__ksymtab_" in line and line.endswith("[mk_base]")]
        for name in exported:
            found = of_json("symbols", name)
            self.assertEqual([(one["provider"], one["loaded"], one["used_by"]) for one in found],
                             [("mk_base", True, ["mk_user"])], name)
        self.assertIn("did you mean _printk?",
                      modkeeper("symbols", "_prinkt", status=NOT_FOUND).stderr)

    def test_checksums_are_those_that_modules_were_built_with(self):
        wanted = {}
        path = modinfo_path("btrfs")
        for line in system.run("modprobe", "--dump-modversions", path, check=False).stdout.splitlines():
            crc, name = line.split()
            wanted[name] = int(crc, 16)
        if not wanted:
            self.skipTest("this kernel has no checksums of symbols")
        for name in ("_printk", "module_layout", "__kmalloc"):
            if name in wanted:
                found = of_json("symbols", name)
                self.assertEqual(int(found[0]["crc"], 16), wanted[name], name)

    def test_every_kind_of_real_module_passes_the_check(self):
        for name in ("wireguard", "btrfs", "dummy", "zram", "snd_hda_intel"):
            verdict = of_json("check", name)
            self.assertEqual(verdict["problems"], [], name)
            self.assertEqual((verdict["result"], verdict["kernel_release"]),
                             ("would-succeed", RELEASE))

    def test_check_and_the_kernel_agree_on_refusals(self):
        system.modprobe("mk_base")
        sound = pathlib.Path(system.ours("mk_user")).read_bytes()
        for stage, old, new in (("symbols", b"mk_base_answer\0", b"mk_base_anwser\0"),
                                ("symbols", b"license=GPL\0", b"license=GPl\0"),
                                ("format", b" SMP ", b" SMX ")):
            path = pathlib.Path("/tmp/mk_user.ko")
            path.write_bytes(sound.replace(old, new))
            self.addCleanup(path.unlink, missing_ok=True)
            self.assertTrue(system.load_error(path), new)
            verdict = of_json("check", path, status=FAILED)
            self.assertEqual({problem["stage"] for problem in verdict["problems"]
                              if problem["severity"] == "fails"}, {stage}, verdict)
        self.assertIn("mk_base_answer", modkeeper("symbols", "mk_base_anwser",
                                                          status=NOT_FOUND).stderr)
        self.assertEqual(of_json("check", "mk_user")["result"], "would-succeed")
        verdict = of_json("check", "mk_types", "no_such=1", status=FAILED)
        self.assertEqual(verdict["problems"][-1]["stage"], "parameters")
        modkeeper("check", "mk_types", "--kernel", "0.0.1", status=NOT_FOUND)

    def test_list_sorts_and_tells_memory(self):
        system.modprobe("mk_user")
        names = [entry["name"] for entry in of_json("list", "--sort", "age")]
        self.assertEqual(names, list(system.proc_modules()))
        sizes = [entry["size"] for entry in of_json("list", "--sort", "size")]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        user = of_json("list", "mk_*", "--memory")[-1]
        self.assertEqual((user["name"], user["uses"]), ("mk_user", ["mk_base"]))
        # the kernel rounds each kind up to whole pages
        held = sum(user["memory"][f"{kind}_bytes"] for kind in ("text", "rodata", "data"))
        self.assertTrue(0 < held <= user["size"], user)
        for locale, tree in (("C.UTF-8", "mk_user\n└─mk_base\n"), ("C", "mk_user\n`-mk_base\n")):
            drawn = modkeeper("list", "--tree", env={**os.environ, "LC_ALL": locale}).stdout
            self.assertIn(tree, drawn)

    def test_info_tells_every_field_and_the_nodes(self):
        path = modinfo_path("uhid")
        said = system.run("modinfo", "-0", path).stdout
        told = of_json("info", "uhid", "--devices")
        for field in told["contents"]["modinfo"]:
            if field["field"] not in ("parm", "parmtype"):
                self.assertIn(f"{field['field']}={field['value']}\0", said)
        signer = modinfo(path, "signer")
        if signer:
            self.assertEqual(told["contents"]["file_signature"]["signer"], signer)
            self.assertEqual(told["contents"]["file_signature"]["hash"], modinfo(path, "sig_hashalgo"))
        system.modprobe("uhid")
        nodes = of_json("info", "uhid", "--devices")["device_nodes"]
        self.assertIn(("/dev/uhid", "char", 10, 239),
                      {(node["path"], node["type"], node["major"], node["minor"]) for node in nodes})

    def test_info_tells_resources_of_a_bound_device(self):
        bound = [module for module in system.proc_modules()
                 if any(pathlib.Path("/sys/module", module, "drivers").glob("pci:*"))]
        if not bound:
            self.skipTest("no PCI driver is a module here")
        told = of_json("info", bound[0], "--resources", "--devices")
        for device in told["devices"]:
            expected = pathlib.Path("/sys/bus/pci/devices", device["device"], "resource").read_text()
            for held_range in device["ranges"]:
                self.assertIn(f"{held_range['first']:#018x} {held_range['last']:#018x}", expected)

    def test_deps_say_what_depmod_says(self):
        def names(tree):
            return {tree["name"]}.union(*(names(below) for below in tree["dependencies"]
                                          if below["kind"] == "needs"))
        for name in ("wireguard", "btrfs", "nfsv4"):
            needed = names(of_json("deps", name)[0])
            line = next(line for line in pathlib.Path("/lib/modules", RELEASE, "modules.dep")
                        .read_text().splitlines()
                        if line.split(":")[0].split("/")[-1].startswith(f"{name}.ko"))
            expected = {path.rstrip(":").split("/")[-1].split(".")[0].replace("-", "_")
                        for path in line.split()}
            self.assertEqual(needed, expected)
        users = of_json("deps", "mk_base", "--reverse")[0]["dependents"]
        self.assertIn("mk_user", [user["name"] for user in users])
        self.assertIn('"mk_user" -> "mk_base"', modkeeper("graph", "mk_user").stdout)

    def test_what_is_below_a_root_is_what_modprobe_says_of_it(self):
        with tempfile.TemporaryDirectory() as root:
            folder = pathlib.Path(root, "lib/modules", RELEASE)
            folder.mkdir(parents=True)
            for index in pathlib.Path("/lib/modules", RELEASE).glob("modules.*"):
                shutil.copy(index, folder)
            configuration = pathlib.Path(root, "etc/modprobe.d")
            configuration.mkdir(parents=True)
            (configuration / "a.conf").write_text("options loop max_loop=3\nblacklist dummy\n"
                                                  "softdep nfsv4 pre: loop post: dummy\n")
            below = ("--root", root, "--kernel", RELEASE)
            for name in ("nfsv4", "wireguard", "loop", "net-pf-38"):
                said = system.run("modprobe", "-d", root, "-C", str(configuration), "-S", RELEASE,
                                  "--show-depends", name).stdout
                steps = of_json("plan", *below, "--no-check", name)["steps"]
                planned = [f"insmod {step['file']} {' '.join(step['arguments'])}".split()
                           for step in steps if step["file"]]
                self.assertEqual(planned, [line.split() for line in said.splitlines()
                                           if line.startswith("insmod")])
            shown = system.run("modprobe", "-C", str(configuration), "--showconfig").stdout
            # kmod 30 prints no blank before it
            shown = shown.split("# End of")[0].replace("post:", " post:")
            for line in of_json("cat", *below)["lines"]:
                if line["file"] and line["file"].startswith(str(configuration)):
                    self.assertIn(line["text"], " ".join(shown.split()))

    def test_log_has_the_lines_of_the_last_load(self):
        system.modprobe("dummy")
        pathlib.Path("/dev/kmsg").write_text("a program said dummy\n")
        system.rmmod("dummy")
        system.insmod(system.ours("mk_base"))
        told = of_json("log", "mk_base")
        self.assertEqual((told["source"], told["failed"]), ("call", False))
        dmesg = system.run("dmesg", "--raw").stdout
        for line in told["lines"]:
            self.assertIn(line["text"], dmesg)
        self.assertNotIn("a program said", json.dumps(of_json("log", "dummy")))

    def test_log_knows_the_clock_of_the_kernels_log(self):
        system.insmod(system.ours("mydriver"), "debug=1")
        self.addCleanup(system.unload, "mydriver")
        said = [line for line in of_json("log", "mydriver")["lines"] if "debug is on" in line["text"]]
        self.assertTrue(said)
        self.assertTrue(said[-1]["during_load"], said)

    def test_all_of_it_without_daemon_and_privileges(self):
        nowhere = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"}
        for words in (("list", "--memory"), ("info", "fuse", "--symbols", "--devices"),
                      ("deps", "btrfs"), ("graph",), ("symbols", "_printk"), ("check", "wireguard"),
                      ("info", "ext4", "--resources"), ("cat",), ("cat", "loop"),
                      ("plan", "-S", RELEASE, "--ignore-loaded", "ext4")):
            modkeeper(*words, user="nobody", env=nowhere)
            of_json(*words, user="nobody", env=nowhere)

    def test_completion_offers_what_is_there(self):
        # 1: the name of a file may stand there too
        offered = modkeeper("complete", "--", "load", "wireg", status=1).stdout.split()
        self.assertEqual(offered, ["wireguard"])
        self.assertEqual(modkeeper("complete", "--", "load", "dummy", "").stdout.split(),
                         ["numdummies="])
        system.modprobe("mk_user")
        # an earlier test may have left one that cannot go
        loaded = sorted(name for name in system.proc_modules() if name.startswith("mk_"))
        self.assertLessEqual({"mk_base", "mk_user"}, set(loaded))
        self.assertEqual(modkeeper("complete", "--", "unload", "mk_").stdout.split(), loaded)


def modinfo_path(name):
    return system.run("modinfo", "-n", name).stdout.strip()


if __name__ == "__main__":
    unittest.main()
