# SPDX-License-Identifier: GPL-2.0-only
"""Parameters and boot configuration, as modprobe, systemd and sysfs see what the command did."""

import gzip
import json
import os
import pathlib
import subprocess

from lib import bus, system
from lib.command import modkeeper, of_json
from lib.service import ServiceTest

OK, FAILED, USAGE, NOT_FOUND, DENIED, BUSY, TIMEOUT, NOTHING_TO_DO, NO_DAEMON = range(9)

MODPROBE_D = pathlib.Path("/etc/modprobe.d")
MODULES_LOAD_D = pathlib.Path("/etc/modules-load.d")
OWN = MODPROBE_D / "modkeeper.conf"
OWN_LOAD = MODULES_LOAD_D / "modkeeper.conf"


def value(name, module="mk_params"):
    return system.sysfs(module, f"parameters/{name}")


class ConfiguringTest(ServiceTest):
    def setUp(self):
        self.addCleanup(self.clean)

    def clean(self):
        for file in (OWN, OWN_LOAD, MODPROBE_D / "zz-test.conf", MODULES_LOAD_D / "test.conf"):
            file.unlink(missing_ok=True)
        system.unload("mk_params", "mk_user", "mk_base")


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
        self.assertEqual(told["changes"], [{"action": "set", "line": "16",
                                            "file": "/sys/module/mk_params/parameters/plain"}])
        self.assertEqual(value("plain"), "16")
        self.assertFalse(OWN.exists())
        modkeeper("param", "mk_params", "plain=1", "clamped=5")
        self.assertEqual((value("plain"), value("clamped")), ("1", "5"))

    def test_a_value_that_the_module_changed_or_refused_is_an_error(self):
        changed = modkeeper("param", "mk_params", "clamped=5000", "--persist", status=FAILED)
        self.assertIn('"5000"', changed.stderr)
        self.assertIn('"100"', changed.stderr)
        self.assertFalse(OWN.exists(), "what the module changed is not persisted")
        refused = modkeeper("param", "mk_params", "refusing=2", status=FAILED)
        self.assertIn("ENODEV", refused.stderr)

    def test_what_cannot_be_meant_is_refused_before_anything_is_written(self):
        for words in (["plain=many"], ["plain=99999999999"], ["plain="], ["plian=1"],
                      ["../plain=1"], ["plain=" + "1" * 5000], ["secret=a\"b"],
                      ["plain=7", "clamped=x"]):
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
        configured = of_json("param", "mk_params", "plain")["configured"]
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
                _, _, invalidated = monitor.signal("PropertiesChanged", bus.MODULE)
                if "Parameters" in invalidated:
                    break
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
        self.assertIn("insmod", told.stderr)
        for name in ("mk_base", "mk_user"):
            self.assertNotEqual(system.run("modprobe", name, check=False).returncode, 0, name)
            self.assertFalse(system.is_loaded("mk_base"))
        self.assertIn("modkeeper unmask mk_base",
                      modkeeper("enable", "mk_base", status=DENIED).stderr)
        modkeeper("mask", "mk_base", status=NOTHING_TO_DO)
        modkeeper("unmask", "mk_base")
        self.assertFalse(OWN.exists())
        system.modprobe("mk_user")

    def test_a_module_with_softdeps_is_told_apart(self):
        (MODPROBE_D / "zz-test.conf").write_text("softdep mk_base pre: mk_params\n")
        self.assertIn("softdeps", modkeeper("mask", "mk_base").stderr)
        system.modprobe("mk_base")
        self.assertTrue(system.is_loaded("mk_base"), "what is told of softdeps is how it is")


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


class Drifting(ConfiguringTest):
    IMAGE = pathlib.Path(f"/boot/initrd.img-{os.uname().release}")

    def drift(self, module=None, **options):
        """The items about one module, or all."""
        done = system.run(*(["runuser", "-u", options["user"], "--"] if options else []),
                          "modkeeper", "drift", "--json", check=False)
        items = json.loads(done.stdout)["drift"]
        self.assertEqual(done.returncode, OK if items else NOTHING_TO_DO, done.stderr)
        return [item for item in items if module in (None, item["module"])]

    def test_a_machine_as_configured_has_none(self):
        self.assertEqual(self.drift(), [])
        modkeeper("apply", status=NOTHING_TO_DO)

    def test_a_parameter_is_brought_back(self):
        (MODPROBE_D / "zz-test.conf").write_text("options mk_params plain=5 nonsense=1\n")
        system.modprobe("mk_params")
        self.assertEqual([item["kind"] for item in self.drift("mk_params")], ["unknown-parameter"])
        pathlib.Path("/sys/module/mk_params/parameters/plain").write_text("6")
        for user in ({}, {"user": "nobody"}):
            found = [item for item in self.drift("mk_params", **user) if item["subject"] == "plain"]
            self.assertEqual([(one["configured"], one["running"]) for one in found], [("5", "6")])
            self.assertEqual(found[0]["where"], "/etc/modprobe.d/zz-test.conf:1")
        modkeeper("apply", "--dry-run")
        self.assertEqual(value("plain"), "6")
        modkeeper("apply", user="nobody", status=DENIED)
        self.assertEqual(value("plain"), "6")
        # the parameter that the module does not have is left for a person
        told = modkeeper("apply", status=FAILED).stdout
        self.assertIn("done    parameter plain of mk_params: 6 -> 5", told)
        self.assertIn("left    parameter nonsense of mk_params", told)
        self.assertEqual(value("plain"), "5")

    def test_what_is_enabled_is_loaded(self):
        modkeeper("enable", "mk_base")
        self.assertEqual([item["kind"] for item in self.drift("mk_base")], ["not-loaded"])
        self.assertEqual(of_json("apply", "--dry-run")["items"][0]["result"], "would")
        self.assertFalse(system.is_loaded("mk_base"))
        self.assertEqual(of_json("apply")["items"][0]["result"], "done")
        self.assertTrue(system.is_loaded("mk_base"))
        self.assertEqual(self.drift("mk_base"), [])

    def test_what_is_masked_is_told_and_stays(self):
        system.modprobe("mk_base")
        modkeeper("mask", "mk_base")
        found = self.drift("mk_base")
        self.assertEqual([(item["kind"], item["remedy"]) for item in found],
                         [("masked", "modkeeper unload mk_base")])
        modkeeper("apply", status=FAILED)
        self.assertTrue(system.is_loaded("mk_base"))

    def other_build(self):
        """mk_base with another build id."""
        notes = pathlib.Path("/sys/module/mk_base/notes/.note.gnu.build-id")
        system.modprobe("mk_base")
        build_id = notes.read_bytes()[-20:]
        system.unload("mk_base")
        data = system.ours("mk_base").read_bytes()
        self.assertEqual(data.count(build_id), 1)
        return data.replace(build_id, bytes(20))

    def test_another_build_than_on_disk_is_told(self):
        file = pathlib.Path("/tmp/mk_base.ko")
        file.write_bytes(self.other_build())
        self.addCleanup(file.unlink)
        system.insmod(file)
        found = self.drift("mk_base")
        self.assertEqual([(item["kind"], item["running"]) for item in found],
                         [("build", "build id " + "00" * 20)])
        system.unload("mk_base")
        system.modprobe("mk_base")
        self.assertEqual(self.drift("mk_base"), [])

    def test_the_initramfs_has_copies_of_another_day(self):
        folder = f"usr/lib/modules/{os.uname().release}/updates/"
        self.IMAGE.write_bytes(gzip.compress(cpio({
            folder + "mk_base.ko": self.other_build(),
            folder + "mk_user.ko": system.ours("mk_user").read_bytes(),
            "etc/modprobe.d/gone.conf": b"blacklist x\n"})))
        self.addCleanup(self.IMAGE.unlink)
        found = {(item["kind"], item["module"]) for item in self.drift()}
        self.assertIn(("initramfs-module", "mk_base"), found)
        self.assertNotIn(("initramfs-module", "mk_user"), found)
        self.assertIn(("initramfs-configuration", None), found)
        self.IMAGE.chmod(0o600)
        told = json.loads(system.run("runuser", "-u", "nobody", "--", "modkeeper", "drift",
                                     "--json", check=False).stdout)
        self.assertTrue(any(str(self.IMAGE) in text for text in told["unchecked"]), told)

    def test_the_bus_tells_it_too(self):
        modkeeper("enable", "mk_base")
        said = json.loads(bus.busctl("call", bus.NAME, bus.PATH, "org.modkeeper1.Configuration",
                                     "GetDrift").stdout)["data"]
        self.assertEqual([row[:2] for row in said[0]], [["not-loaded", "mk_base"]])


class Doctor(ConfiguringTest):
    def findings(self, user=None):
        command = ["runuser", "-u", user, "--"] if user else []
        done = system.run(*command, "modkeeper", "doctor", "--json", check=False)
        found = {one["subject"]: one for one in json.loads(done.stdout)}
        problems = [one for one in found.values() if one["verdict"] == "problem"]
        self.assertEqual(done.returncode, FAILED if problems else OK, done.stdout)
        for one in found.values():
            self.assertTrue(one["evidence"], one)
            self.assertTrue(one["remedy"] or one["verdict"] in ("ok", "unknown"), one)
        return found

    def test_what_is_well(self):
        for user in (None, "nobody"):
            found = self.findings(user)
            for subject in ("driver", "daemon", "versions", "group", "device", "loading",
                            "signatures", "bus", "polkit", "unit",
                            f"driver for {os.uname().release}"):
                self.assertEqual(found[subject]["verdict"], "ok", found[subject])
        self.assertIn("versions", modkeeper("doctor").stdout)

    def test_what_is_not(self):
        bus.stop()
        system.unload("modkeeper")
        self.addCleanup(bus.start)
        self.addCleanup(system.insmod, system.DRIVER)
        policy = pathlib.Path("/usr/share/polkit-1/actions/org.modkeeper1.policy")
        hidden = policy.with_suffix(".hidden")
        policy.rename(hidden)
        self.addCleanup(hidden.rename, policy)
        found = self.findings()
        self.assertEqual(found["driver"]["verdict"], "problem")
        self.assertEqual(found["driver"]["remedy"], "sudo modprobe modkeeper")
        self.assertEqual(found["daemon"]["remedy"], "sudo systemctl start modkeeperd")
        self.assertEqual(found["polkit"]["verdict"], "problem")
        self.assertIn("next: sudo modprobe modkeeper", modkeeper("doctor", status=FAILED).stdout)

    def test_what_is_not_kept_over_a_boot(self):
        drop_in = pathlib.Path("/etc/systemd/journald.conf.d/test.conf")
        self.assertEqual(self.findings()["boot"]["remedy"], "sudo modkeeper enable modkeeper")
        modkeeper("enable", "modkeeper")
        found = self.findings("nobody")
        self.assertEqual((found["boot"]["verdict"], found["journal"]["verdict"]), ("ok", "ok"), found)
        self.assertIn(f"{OWN_LOAD}:", found["boot"]["evidence"])
        drop_in.parent.mkdir(exist_ok=True)
        drop_in.write_text("[Journal]\nStorage=volatile\n")
        self.addCleanup(drop_in.unlink)
        self.assertEqual(self.findings()["journal"]["verdict"], "warning")


def cpio(files):
    """An archive as an initramfs is made of."""
    def entry(name, data, mode):
        fields = (1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
        return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)

    return b"".join([*(entry(name, data, 0o100644) for name, data in files.items()),
                     entry("TRAILER!!!", b"", 0)])
