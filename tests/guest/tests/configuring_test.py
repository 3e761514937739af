# SPDX-License-Identifier: GPL-2.0-only
"""Parameters and boot configuration, as modprobe, systemd and sysfs see what the command did."""

import json
import os
import pathlib
import subprocess

from lib import bus, system
from lib.command import DENIED, FAILED, NOTHING_TO_DO, NOT_FOUND, USAGE, modkeeper, of_json
from lib.configuring import LOCAL, MODPROBE_D, MODULES_LOAD_D, OWN, OWN_LOAD, ConfiguringTest, value


class Parameters(ConfiguringTest):
    def setUp(self):
        super().setUp()
        system.modprobe("mk_params")

    def test_the_table_is_what_sysfs_says(self):
        table = of_json("param", "mk_params")
        rows = {row["name"]: row for row in table["parameters"]}
        self.assertEqual(set(rows), set(os.listdir("/sys/module/mk_params/parameters")))
        for name, row in rows.items():
            self.assertEqual(row["value"], value(name), name)
        self.assertEqual((rows["plain"]["type"], rows["plain"]["writable"], rows["plain"]["mode"]),
                         ("int", True, "0644"))
        self.assertEqual(rows["plain"]["description"], "takes every number")
        self.assertIn("takes every number", modkeeper("param", "mk_params").stdout)

    def test_what_only_root_reads_is_not_told_to_others(self):
        rows = {row["name"]: row for row in of_json("param", "mk_params", user="nobody")
                ["parameters"]}
        self.assertEqual((rows["secret"]["value"], rows["plain"]["value"]), (None, "1"))
        denied = modkeeper("param", "mk_params", "secret", user="nobody", status=DENIED)
        self.assertIn("sudo modkeeper param mk_params secret", denied.stderr)
        said = system.run("runuser", "-u", "nobody", "--", "busctl", "--json=short", "call",
                          bus.NAME, bus.PATH, "org.modkeeper1.Configuration", "GetParameters", "s",
                          "mk_params").stdout
        self.assertNotIn("hunter2", said)
        self.assertIn("takes every number", said)

    def test_a_value_is_set_and_read_back(self):
        self.assertEqual(modkeeper("param", "mk_params", "plain").stdout, "1\n")
        told = of_json("param", "mk_params", "plain=0x10")
        self.assertEqual(told["changes"], [{"action": "set", "text": "16", "where": None, "message": None,
                                            "file": "/sys/module/mk_params/parameters/plain"}])
        self.assertEqual(value("plain"), "16")
        self.assertFalse(OWN.exists())
        modkeeper("param", "mk_params", "plain=1", "clamped=5")
        self.assertEqual((value("plain"), value("clamped")), ("1", "5"))

    def test_what_the_module_made_of_a_value_is_told_and_what_it_refused_an_error(self):
        changed = modkeeper("param", "mk_params", "clamped=5000")
        self.assertIn('"5000"', changed.stderr)
        self.assertIn('"100"', changed.stderr)
        self.assertEqual(value("clamped"), "100")
        refused = modkeeper("param", "mk_params", "refusing=2", "--persist", status=FAILED)
        self.assertIn("ENODEV", refused.stderr)
        self.assertFalse(OWN.exists(), "what the module refused is not persisted")

    def test_what_cannot_be_meant_is_refused_before_anything_is_written(self):
        for words in (["plain=many"], ["plain=99999999999"], ["plain="], ["plian=1"],
                      ["../plain=1"], ["plain=" + "1" * 5000], ["secret=a\"b"],
                      ["plain=7", "secret=a\"b"]):
            done = system.run("modkeeper", "param", "mk_params", *words, check=False)
            self.assertIn(done.returncode, (FAILED, USAGE), (words, done.stderr))
            self.assertIn("modkeeper: error:", done.stderr)
        modkeeper("param", "mk_params", "plain=7", "plain=8", status=USAGE)
        modkeeper("param", "mk_params", "plain=7", "clamped", status=USAGE)
        modkeeper("param", "mk_params", "plain", "--persist", status=USAGE)
        modkeeper("param", "../mk_params", "plain=7", status=USAGE)
        modkeeper("param", "mk_parms", status=NOT_FOUND)
        self.assertEqual((value("plain"), value("clamped")), ("1", "1"))

    def test_what_cannot_be_set_now_names_what_can(self):
        system.modprobe("mk_types")
        self.addCleanup(system.unload, "mk_types")
        denied = modkeeper("param", "mk_types", "a_uint=6", status=DENIED)
        self.assertIn("modkeeper reload mk_types a_uint=6", denied.stderr)
        hidden = modkeeper("param", "mk_types", "a_hidden=6", status=DENIED)
        self.assertIn("not in sysfs", hidden.stderr)

    def test_others_may_not(self):
        for words in (["plain=2"], ["plain=2", "--persist-only"], ["plain", "--unset"]):
            denied = modkeeper("param", "mk_params", *words, user="nobody", status=DENIED)
            self.assertIn("sudo modkeeper param mk_params", denied.stderr)
        self.assertEqual(value("plain"), "1")
        self.assertFalse(OWN.exists())

    def test_what_is_persisted_is_what_modprobe_loads_with(self):
        system.unload("mk_params")
        modkeeper("param", "mk_params", "plain=2", status=FAILED)
        modkeeper("param", "mk_params", "plain=7", "secret=a b", "--persist-only")
        shown = system.run("modprobe", "--showconfig").stdout
        self.assertIn("options mk_params plain=7", shown)
        system.modprobe("mk_params")
        self.assertEqual((value("plain"), value("secret")), ("7", "a b"))
        configured = of_json("param", "mk_params", "plain")["parameters"][0]["options"]
        self.assertEqual([(one["value"], one["file"]) for one in configured], [("7", str(OWN))])
        modkeeper("param", "mk_params", "plain=7", "--persist-only", status=NOTHING_TO_DO)
        modkeeper("param", "mk_params", "plain=8", "--persist")
        self.assertEqual(value("plain"), "8")
        modkeeper("param", "mk_params", "plain", "secret", "--unset")
        self.assertFalse(OWN.exists())
        modkeeper("param", "mk_params", "plain", "--unset", status=NOTHING_TO_DO)

    def test_a_file_that_would_outrule_it_is_named(self):
        (MODPROBE_D / "zz-test.conf").write_text("# mine\noptions mk_params plain=3\n")
        refused = modkeeper("param", "mk_params", "plain=4", "--persist-only", status=FAILED)
        self.assertIn("zz-test.conf:2", refused.stderr)
        self.assertFalse(OWN.exists())

    def test_writes_by_anybody_are_told(self):
        follow = subprocess.Popen(["modkeeper", "param", "mk_params", "--watch", "--json"],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(follow.stdout.close)
        self.addCleanup(follow.wait)
        self.addCleanup(follow.kill)
        system.until(lambda: system.sysfs("modkeeper", "refcnt") == "2", "it to listen")
        with bus.Monitor() as monitor:
            pathlib.Path("/sys/module/mk_params/parameters/plain").write_text("9")
            while True:
                _, kind, module, _ = monitor.signal("Event")
                if kind == "parameter":
                    break
        self.assertEqual(module, "mk_params")
        seen = json.loads(follow.stdout.readline())
        self.assertEqual((seen["module"], seen["parameter"], seen["new_value"]),
                         ("mk_params", "plain", "9"))


class AtBoot(ConfiguringTest):
    def test_enabled_is_what_systemd_loads(self):
        modkeeper("enable", "mk-base")
        self.assertFalse(system.is_loaded("mk_base"))
        modkeeper("enable", "mk_base", status=NOTHING_TO_DO)
        system.run("/lib/systemd/systemd-modules-load", OWN_LOAD)
        self.assertTrue(system.is_loaded("mk_base"))
        self.assertEqual(of_json("disable", "mk_base")["result"], "changed")
        self.assertFalse(OWN_LOAD.exists())
        modkeeper("disable", "mk_base", status=NOTHING_TO_DO)
        self.assertTrue(system.is_loaded("mk_base"))

    def test_now_acts_at_once_too(self):
        modkeeper("enable", "--now", "mk_user")
        self.assertTrue(system.is_loaded("mk_user"))
        modkeeper("disable", "--now", "mk_user")
        self.assertFalse(system.is_loaded("mk_user"))

    def test_only_modules_that_there_are(self):
        self.assertIn("did you mean mk_base", modkeeper("enable", "mk_bse", status=NOT_FOUND).stderr)
        built_in = pathlib.Path(f"/lib/modules/{os.uname().release}/modules.builtin")
        name = pathlib.PurePath(built_in.read_text().splitlines()[0]).stem
        modkeeper("enable", name, status=NOTHING_TO_DO)
        modkeeper("mask", name, status=FAILED)
        self.assertFalse(OWN_LOAD.exists() or OWN.exists())
        modkeeper("enable", "--force", "mk_bse")
        self.assertIn("mk_bse\n", OWN_LOAD.read_text())

    def test_others_may_not(self):
        for command in ("enable", "disable", "mask", "unmask"):
            denied = modkeeper(command, "mk_base", user="nobody", status=DENIED)
            self.assertIn(f"sudo modkeeper {command} mk_base", denied.stderr)
        self.assertFalse(OWN_LOAD.exists() or OWN.exists())

    def test_another_file_is_left_alone_and_named(self):
        file = MODULES_LOAD_D / "test.conf"
        file.write_text("mk_base\n")
        self.assertIn("test.conf:1", modkeeper("enable", "mk_base", status=NOTHING_TO_DO).stderr)
        self.assertIn("test.conf:1", modkeeper("disable", "mk_base", status=FAILED).stderr)
        self.assertEqual(file.read_text(), "mk_base\n")

    def test_masked_is_not_loaded_by_name_nor_as_a_dependency(self):
        told = modkeeper("mask", "mk_base")
        self.assertEqual(told.stderr, "")
        self.assertIn(f"added   {LOCAL}: deny load mk_base id=mask-mk_base reason \"masked\"\n", told.stdout)
        for name in ("mk_base", "mk_user"):
            self.assertNotEqual(system.run("modprobe", name, check=False).returncode, 0, name)
            self.assertFalse(system.is_loaded("mk_base"))
        for command in ("enable", "load"):
            self.assertIn("modkeeper unmask mk_base",
                          modkeeper(command, "mk_base", status=DENIED).stderr)
        modkeeper("mask", "mk_base", status=NOTHING_TO_DO)
        modkeeper("unmask", "mk_base")
        self.assertFalse(OWN.exists())
        self.assertFalse(LOCAL.exists())
        system.modprobe("mk_user")

    def test_a_module_with_softdeps_is_told_apart(self):
        (MODPROBE_D / "zz-test.conf").write_text("softdep mk_base pre: mk_params\n")
        self.assertIn("softdeps", modkeeper("mask", "mk_base").stderr)
        self.assertFalse(self.loads("mk_base"), "a rule denies it")
        modkeeper("policy", "revoke", "mask-mk_base")
        system.modprobe("mk_base")
        self.assertTrue(system.is_loaded("mk_base"), "what is told of softdeps is how it is")

    @staticmethod
    def loads(*words):
        return system.run("modprobe", *words, check=False).returncode == 0

    def test_a_mask_holds_for_insmod_and_copies_too(self):
        modkeeper("mask", "mk_base")
        copy = pathlib.Path("/tmp/other_name.ko")
        copy.write_bytes(system.ours("mk_base").read_bytes())
        self.addCleanup(copy.unlink)
        for file in (system.ours("mk_base"), copy):
            self.assertNotEqual(system.load_error(file), 0)
        self.assertFalse(self.loads("--ignore-install", "mk_base"))
        self.assertEqual([one["rule"] for one in of_json("policy", "why", "mk_base", status=FAILED)], ["mask-mk_base"])
        # a rule of somebody else stays
        modkeeper("policy", "deny", "mk_base", "--reason", "mine")
        modkeeper("unmask", "mk_base")
        self.assertFalse(self.loads("mk_base"))
        modkeeper("policy", "revoke", "mk_base")
        self.assertTrue(self.loads("mk_base"))

    def test_a_mask_that_does_not_hold_says_so(self):
        site = LOCAL.parent / "10-site.rules"
        LOCAL.parent.mkdir(parents=True, exist_ok=True)
        site.write_text("deny load mk_slow\n")
        self.addCleanup(site.unlink, missing_ok=True)
        told = modkeeper("mask", "mk_base")
        self.assertIn("insmod, and programs that load module files themselves, can still load mk_base: the rules on "
                      "disk are not those in force", told.stderr)
        self.assertIn("\"modkeeper policy apply\", then \"modkeeper mask mk_base\" again", told.stderr)
        self.assertFalse(LOCAL.exists())
        self.assertFalse(self.loads("mk_base"))
        system.insmod(system.ours("mk_base"))
        system.unload("mk_base")
        modkeeper("policy", "apply")
        self.assertIn(str(LOCAL), modkeeper("mask", "mk_base").stdout)
        self.assertNotEqual(system.load_error(system.ours("mk_base")), 0)
        # during a trial the rule stays, and that is told
        site.write_text("deny load mk_slow\n# another\n")
        modkeeper("policy", "apply", "--rollback", "5m")
        self.assertIn("\"modkeeper policy revoke mask-mk_base\" takes it away",
                      modkeeper("unmask", "mk_base").stderr)
        modkeeper("policy", "rollback")

    def test_without_the_driver_a_mask_is_lines_of_modprobe_d(self):
        modkeeper("mask", "mk_base")
        bus.stop()
        system.unload("modkeeper")
        try:
            bus.start()
            self.assertIn("can still load mk_user", modkeeper("mask", "mk_user").stderr)
            modkeeper("unmask", "mk_base", "mk_user")
            self.assertFalse(LOCAL.exists(), "it would deny again once the driver is back")
        finally:
            bus.stop()
            system.insmod(system.DRIVER)
            bus.start()


class Faults(ConfiguringTest):
    def on(self, *options):
        """Another file system in the place of modprobe.d."""
        bus.stop()
        system.run("mount", "-t", "tmpfs", *options, "tmpfs", MODPROBE_D)
        self.addCleanup(system.run, "umount", MODPROBE_D)
        self.addCleanup(bus.stop)

    def test_a_read_only_file_system(self):
        self.on("-o", "ro")
        told = modkeeper("mask", "mk_base", status=FAILED)
        self.assertIn("read-only", told.stderr)
        self.assertIn(str(OWN), told.stderr)

    def test_a_full_disk(self):
        self.on("-o", "size=64k")
        OWN.write_text("# mine\n")
        with open(MODPROBE_D / "filler", "wb", buffering=0) as file:
            with self.assertRaises(OSError):
                while True:
                    file.write(bytes(4096))
        told = modkeeper("mask", "mk_base", status=FAILED)
        self.assertIn("No space left", told.stderr)
        self.assertEqual(OWN.read_text(), "# mine\n")
        self.assertEqual(sorted(os.listdir(MODPROBE_D)), ["filler", "modkeeper.conf"])

    def test_a_link_is_not_followed(self):
        target = pathlib.Path("/etc/modkeeper-test-target")
        target.write_text("untouched\n")
        self.addCleanup(target.unlink)
        OWN.symlink_to(target)
        told = modkeeper("mask", "mk_base", status=FAILED)
        self.assertIn("symbolic link", told.stderr)
        self.assertEqual(target.read_text(), "untouched\n")
        self.assertTrue(OWN.is_symlink())

    def test_mode_and_owner_stay(self):
        OWN.write_text("# mine\n")
        os.chown(OWN, 65534, 0)
        os.chmod(OWN, 0o640)
        modkeeper("mask", "mk_base")
        status = OWN.stat()
        self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o7777), (65534, 0, 0o640))
        self.assertTrue(OWN.read_text().startswith("# mine\n"))
